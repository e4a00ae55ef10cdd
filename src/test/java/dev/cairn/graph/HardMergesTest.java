/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** What merges of many small graphs find of data that try for a graph, over several seeds. */
public class HardMergesTest {
  private static final int DIMENSION = 32;
  private static final int MAX_CONN = 16;
  private static final int BEAM_WIDTH = 100;
  private static final int SEGMENTS = 13;

  private static BuiltGraph merge(Arena arena, Metric metric, float[][] vectors)
      throws IOException {
    List<MergeSource> sources = new ArrayList<>();
    for (int s = 0; s < SEGMENTS; s++) {
      int from = vectors.length * s / SEGMENTS;
      int to = vectors.length * (s + 1) / SEGMENTS;
      ArrayVectors rows = new ArrayVectors(metric, Arrays.copyOfRange(vectors, from, to));
      BuiltGraph part = TestGraphs.build(arena, metric, rows, MAX_CONN, BEAM_WIDTH);
      int[] newOrdinals = new int[to - from];
      Arrays.setAll(newOrdinals, i -> from + i);
      sources.add(new MergeSource(() -> TestGraphs.layers(part), newOrdinals));
    }
    ArrayVectors merged = new ArrayVectors(metric, vectors);
    MergeSettings settings =
        new MergeSettings(
            metric, DIMENSION, () -> merged, MAX_CONN, BEAM_WIDTH, MergeWorkers.NONE, new Silent());
    BuiltGraph graph = new GraphMerger(arena, settings, sources, vectors.length).merge();
    GraphShape.of(graph).check(vectors.length);
    return graph;
  }

  /** How many of these vectors a search for themselves does not find. */
  private static int missed(
      Metric metric, float[][] vectors, List<Integer> wanted, BuiltGraph graph, int ef)
      throws IOException {
    FusedQuery query = new FusedQuery(metric, DIMENSION);
    BeamSearch search = BeamSearch.forQueries();
    Layer[] layers = TestGraphs.layers(graph);
    int missed = 0;
    for (int ordinal : wanted) {
      query.set(ArrayVectors.row(metric, vectors[ordinal]));
      int start = search.descend(layers, graph.entry(), 0, query, (i, o, key, factor) -> true);
      search.search(layers[0], new int[] {start}, ef, 10, query, (i, o, key, factor) -> true);
      missed += search.isExpanded(ordinal) ? 0 : 1;
    }
    return missed;
  }

  private static float[] gaussian(Random random, double deviation) {
    float[] x = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      x[i] = (float) (deviation * random.nextGaussian());
    }
    return x;
  }

  /** Of 19 in 20 vectors that are one and the same, queries for the others do not get stuck. */
  @Test
  public void othersAreFoundAmongEqualVectors() throws IOException {
    for (Metric metric : new Metric[] {Metric.SQUARED_L2, Metric.ANGULAR}) {
      int all = 0;
      int allMissed = 0;
      for (int seed = 1; seed <= 8; seed++) {
        Random random = new Random(seed);
        float[] equal = gaussian(random, 1);
        float[][] vectors = new float[6000][];
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
          boolean isOther = random.nextInt(20) == 0;
          vectors[i] = isOther ? gaussian(random, 1) : equal;
          if (isOther) {
            others.add(i);
          }
        }
        try (Arena arena = Arena.ofShared()) {
          BuiltGraph graph = merge(arena, metric, vectors);
          int missed = missed(metric, vectors, others, graph, 14);
          int missedWidely = missed(metric, vectors, others, graph, 100);
          all += others.size();
          allMissed += missed;
          assertTrue(
              metric + ", seed " + seed + ": " + missedWidely + " of " + others.size(),
              missedWidely <= 0.04 * others.size());
        }
      }
      assertTrue(metric + ": " + allMissed + " of " + all, allMissed <= 0.02 * all);
    }
  }

  /**
   * Nodes to which all others of their tight cluster would not link are linked from one of them.
   */
  @Test
  public void outliersOfTightClustersAreFound() throws IOException {
    int allMissed = 0;
    for (int seed = 1; seed <= 3; seed++) {
      Random random = new Random(seed);
      float[][] centres = new float[100][];
      Arrays.setAll(centres, i -> gaussian(random, 1));
      float[][] vectors = new float[10_000][];
      List<Integer> wanted = new ArrayList<>();
      for (int i = 0; i < vectors.length; i++) {
        float[] centre = centres[random.nextInt(centres.length)];
        vectors[i] = gaussian(random, 0.02);
        for (int j = 0; j < DIMENSION; j++) {
          vectors[i][j] += centre[j];
        }
        wanted.add(i);
      }
      try (Arena arena = Arena.ofShared()) {
        BuiltGraph graph = merge(arena, Metric.SQUARED_L2, vectors);
        int missed = missed(Metric.SQUARED_L2, vectors, wanted, graph, 100);
        allMissed += missed;
      }
    }
    assertTrue(allMissed + " of 30,000", allMissed <= 10);
  }
}
