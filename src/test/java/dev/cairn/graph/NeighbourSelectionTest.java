/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

/** What the diversity heuristic chooses, beside the rule applied to exact distances. */
public class NeighbourSelectionTest {
  private static final int NODES = 260;
  private static final int MOST = 32;

  /** How wrong distances by 128 of many components may be: four standard deviations and more. */
  private static final double ERROR = 1.3;

  /** How wrong they may be because own codes are rounded, of vectors of unit length. */
  private static final double ROUNDING = 0.02;

  @Test
  public void fewDimensionsAreAllCompared() throws IOException {
    run(64);
    run(128);
  }

  @Test
  public void someOfManyDimensionsSayWhatAllWould() throws IOException {
    run(192);
    run(384);
    run(1024);
  }

  /** Of unit length, so that keys of all metrics are distances but for a constant. */
  private void run(int dimension) throws IOException {
    for (Metric metric : Metric.values()) {
      for (DataSets data : new DataSets[] {DataSets.RANDOM, DataSets.SORTED_CLUSTERS}) {
        float[][] rows = data.vectors(dimension, NODES, dimension);
        for (float[] row : rows) {
          VectorUtil.l2normalize(row);
        }
        ArrayVectors vectors = new ArrayVectors(metric, rows);
        int expected = 0;
        int chosen = 0;
        for (int owner = 0; owner < NODES; owner += 13) {
          NeighbourSelection selection = check(vectors, metric, owner);
          chosen += selection.diverse();
          expected += diverse(vectors, metric, owner);
        }
        String what = data + ", " + metric + ", " + dimension + " dimensions: " + chosen;
        // where all are as far from each other, errors make some seem occluded, and none diverse
        assertTrue(what + " are diverse, not " + expected, chosen <= 1.3 * expected);
        assertTrue(what + " are diverse, not " + expected, chosen >= 0.4 * expected);
      }
    }
  }

  /** Nodes without links, so that nothing but distances says which of them are occluded. */
  private NeighbourSelection check(ArrayVectors vectors, Metric metric, int owner)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      EdgeEncoder encoder = new EdgeEncoder(metric, vectors.dimension());
      BuildLayer built =
          new BuildLayer(
              new BlockMemory(arena), GraphBuilder.layout(0, MOST / 2, vectors.dimension()));
      float[] row = new float[vectors.dimension()];
      for (int i = 0; i < NODES; i++) {
        vectors.load(i, row);
        encoder.setNode(row);
        built.append(i, 0, vectors.nodeFactor(i), encoder.own());
      }
      Candidates candidates = new Candidates();
      candidates.reset(built.view(), owner, Integer.MAX_VALUE);
      vectors.load(owner, row);
      for (int i = 0; i < NODES; i++) {
        candidates.expanded(i, i, vectors.key(row, i), 0);
      }
      candidates.sort();
      NeighbourSelection selection = new NeighbourSelection(metric);
      selection.select(candidates, new int[0], MOST);
      assertEquals(MOST, selection.size());
      assertEquals("the nearest is chosen", 0, selection.get(0));
      checkOrder(selection);
      checkRule(vectors, metric, candidates, selection);
      return selection;
    }
  }

  /** Diverse ones come first; the rest are the nearest that are left. */
  private static void checkOrder(NeighbourSelection selection) {
    Set<Integer> chosen = new HashSet<>();
    for (int i = 0; i < selection.size(); i++) {
      assertTrue("chosen twice", chosen.add(selection.get(i)));
      assertTrue(
          "out of order",
          i == 0 || i == selection.diverse() || selection.get(i - 1) < selection.get(i));
    }
    if (selection.diverse() < selection.size()) {
      for (int i = 0; i < selection.get(selection.size() - 1); i++) {
        assertTrue("a nearer one is left out", chosen.contains(i));
      }
    }
  }

  /** No chosen one is clearly occluded, and each that was passed over is, or nearly. */
  private static void checkRule(
      ArrayVectors vectors, Metric metric, Candidates candidates, NeighbourSelection selection) {
    double error = vectors.dimension() <= 128 ? 1 : ERROR;
    float[] row = new float[vectors.dimension()];
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < candidates.size() && chosen.size() < MOST; i++) {
      vectors.load(candidates.node(i), row);
      int slack = metric.isInnerProduct() ? 1 : 0;
      float nearest = Float.POSITIVE_INFINITY;
      for (int other : chosen) {
        nearest = Math.min(nearest, vectors.key(row, candidates.node(other)) + slack);
      }
      double limit = Math.sqrt(Math.max(0, candidates.key(i) + slack) / Occlusion.ALPHA);
      double between = Math.sqrt(Math.max(0, nearest));
      String what = metric + ", " + vectors.dimension() + " dimensions, candidate " + i;
      if (chosen.size() < selection.diverse() && selection.get(chosen.size()) == i) {
        assertFalse(what + " is occluded", between * error + ROUNDING < limit);
        chosen.add(i);
      } else {
        assertTrue(what + " is left out", between / error - ROUNDING < limit);
      }
    }
  }

  /** How many the rule chooses by exact distances. */
  private static int diverse(ArrayVectors vectors, Metric metric, int owner) {
    float[] row = new float[vectors.dimension()];
    vectors.load(owner, row);
    float[] keys = new float[NODES];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      keys[i] = vectors.key(row, i);
      if (i != owner) {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingDouble(i -> keys[i]));
    List<Integer> chosen = new ArrayList<>();
    for (int i : order) {
      vectors.load(i, row);
      float slack = metric.isInnerProduct() ? 1 : 0;
      boolean isOccluded = false;
      for (int other : chosen) {
        isOccluded |= Occlusion.isOccluded(vectors.key(row, other), keys[i], slack, 0);
      }
      if (!isOccluded && chosen.size() < MOST) {
        chosen.add(i);
      }
    }
    return chosen.size();
  }
}
