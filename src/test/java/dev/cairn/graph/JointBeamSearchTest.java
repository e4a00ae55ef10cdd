/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** What a search of several graphs expands, and that it stops when it is told to. */
public class JointBeamSearchTest {
  private static final int DIMENSION = 24;
  private static final int[] SIZES = {400, 1, 150, 900, 30, 400, 2};
  private static final Metric METRIC = Metric.SQUARED_L2;

  /** No graph is shown whole, some are, all are. */
  private static final int[] MOST_OF_WHOLE = {0, 400, 900};

  private static Arena arena;
  private static BuiltGraph[] graphs;
  private static float[][][] vectors;

  private final FusedQuery query = new FusedQuery(METRIC, DIMENSION);
  private final JointBeamSearch search = new JointBeamSearch(BeamSearch.forQueries());
  private final Set<Integer> expanded = new HashSet<>();

  private final int[] bases = new int[SIZES.length];

  /** Overviews of graphs that have no more nodes show all of them. */
  private int mostOfWhole;

  /** Of these graphs in all, of which others are searched elsewhere. */
  private double share = 1;

  @BeforeClass
  public static void build() throws IOException {
    arena = Arena.ofShared();
    graphs = new BuiltGraph[SIZES.length];
    Random random = new Random(8);
    vectors = new float[SIZES.length][][];
    for (int i = 0; i < graphs.length; i++) {
      vectors[i] = new float[SIZES[i]][];
      Arrays.setAll(vectors[i], j -> vector(random));
      graphs[i] = TestGraphs.build(arena, METRIC, new ArrayVectors(METRIC, vectors[i]), 8, 40);
    }
  }

  @AfterClass
  public static void close() {
    arena.close();
    graphs = null;
    vectors = null;
  }

  private static float[] vector(Random random) {
    return DataSets.RANDOM.vector(random, 0, 1, DIMENSION);
  }

  /** Searches, and stops at the {@code most}-th node. */
  private boolean run(long seed, int ef, int atLeast, int most) throws IOException {
    Layer[] layers = new Layer[graphs.length];
    Overview[] overviews = new Overview[graphs.length];
    for (int i = 0; i < graphs.length; i++) {
      layers[i] = graphs[i].layer(0);
      overviews[i] = Overview.of(layers[i], METRIC, DIMENSION, SIZES[i] <= mostOfWhole);
    }
    JointBlocks joint = new JointBlocks(layers);
    if (share < 1) {
      joint.setPart(share, joint.evenNumber());
    }
    for (int i = 0; i < bases.length; i++) {
      bases[i] = joint.base(i);
    }
    query.set(vector(new Random(seed)));
    expanded.clear();
    return search.run(
        joint,
        overviews,
        ef,
        atLeast,
        query,
        (index, ordinal, key, nodeFactor) -> {
          assertTrue("node " + index + " again", expanded.add(index));
          int graph = joint.graph(index);
          assertEquals(ordinal, index - joint.base(graph));
          assertTrue(ordinal < SIZES[graph]);
          return expanded.size() < most;
        });
  }

  @Test
  public void expandsEachNodeOnce() throws IOException {
    for (int most : MOST_OF_WHOLE) {
      mostOfWhole = most;
      for (int ef : new int[] {1, 10, 50, 300}) {
        assertTrue(run(ef, ef, 1, Integer.MAX_VALUE));
        assertTrue(expanded.size() + " nodes", expanded.size() >= ef / 2);
      }
    }
  }

  @Test
  public void expandsAsManyAsAreWanted() throws IOException {
    for (int most : MOST_OF_WHOLE) {
      mostOfWhole = most;
      for (int atLeast : new int[] {30, 200, 600}) {
        assertTrue(run(1, 1, atLeast, Integer.MAX_VALUE));
        assertTrue(expanded.size() + " of " + atLeast, expanded.size() >= atLeast);
      }
    }
  }

  /** In the approach, while a graph is searched alone, and when all are. */
  @Test
  public void stopsWhereverItIs() throws IOException {
    for (int mostWhole : MOST_OF_WHOLE) {
      mostOfWhole = mostWhole;
      assertTrue(run(3, 20, 300, Integer.MAX_VALUE));
      int all = expanded.size();
      for (int most = 1; most < all; most++) {
        assertFalse(run(3, 20, 300, most));
        assertEquals(most, expanded.size());
      }
    }
  }

  /** Of several searches of parts each does its share of the work. */
  @Test
  public void partsShareTheWork() throws IOException {
    mostOfWhole = 900;
    assertTrue(run(4, 150, 1, Integer.MAX_VALUE));
    int all = expanded.size();
    share = .4;
    assertTrue(run(4, 150, 1, Integer.MAX_VALUE));
    assertTrue(expanded.size() + " of " + all, expanded.size() < .7 * all);
  }

  /** The nearest nodes of graphs that are shown whole, without a search of each. */
  @Test
  public void findsTheNearestOfGraphsShownWhole() throws IOException {
    int[] found = new int[MOST_OF_WHOLE.length];
    int[] hops = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      mostOfWhole = MOST_OF_WHOLE[i];
      for (int seed = 100; seed < 150; seed++) {
        assertTrue(run(seed, 20, 1, Integer.MAX_VALUE));
        hops[i] += expanded.size();
        found[i] += foundOfTen(seed);
      }
    }
    String all = Arrays.toString(found) + " of 500 in " + Arrays.toString(hops) + " hops";
    for (int i = 0; i < found.length; i++) {
      assertTrue(all, found[i] >= 440);
    }
    assertTrue(all, hops[2] < hops[1] && hops[1] < hops[0]);
  }

  private int foundOfTen(long seed) {
    float[] target = vector(new Random(seed));
    List<double[]> nodes = new ArrayList<>();
    for (int graph = 0; graph < SIZES.length; graph++) {
      for (int i = 0; i < SIZES[graph]; i++) {
        double squared = 0;
        for (int d = 0; d < DIMENSION; d++) {
          double difference = target[d] - vectors[graph][i][d];
          squared += difference * difference;
        }
        nodes.add(new double[] {squared, bases[graph] + i});
      }
    }
    nodes.sort(Comparator.comparingDouble(node -> node[0]));
    int found = 0;
    for (double[] node : nodes.subList(0, 10)) {
      found += expanded.contains((int) node[1]) ? 1 : 0;
    }
    return found;
  }
}
