/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashSet;
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

  private static Arena arena;
  private static BuiltGraph[] graphs;

  private final FusedQuery query = new FusedQuery(METRIC, DIMENSION);
  private final JointBeamSearch search = new JointBeamSearch(BeamSearch.forQueries());
  private final Set<Integer> expanded = new HashSet<>();

  @BeforeClass
  public static void build() throws IOException {
    arena = Arena.ofShared();
    graphs = new BuiltGraph[SIZES.length];
    Random random = new Random(8);
    for (int i = 0; i < graphs.length; i++) {
      float[][] vectors = new float[SIZES[i]][];
      Arrays.setAll(vectors, j -> vector(random));
      graphs[i] = TestGraphs.build(arena, METRIC, new ArrayVectors(METRIC, vectors), 8, 40);
    }
  }

  @AfterClass
  public static void close() {
    arena.close();
    graphs = null;
  }

  private static float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** Searches, and stops at the {@code most}-th node. */
  private boolean run(long seed, int ef, int atLeast, int most) throws IOException {
    Layer[] layers = new Layer[graphs.length];
    Overview[] overviews = new Overview[graphs.length];
    for (int i = 0; i < graphs.length; i++) {
      layers[i] = graphs[i].layer(0);
      overviews[i] = Overview.of(layers[i], METRIC, DIMENSION);
    }
    JointBlocks joint = new JointBlocks(layers);
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
    for (int ef : new int[] {1, 10, 50, 300}) {
      assertTrue(run(ef, ef, 1, Integer.MAX_VALUE));
      assertTrue(expanded.size() + " nodes", expanded.size() >= ef / 2);
    }
  }

  @Test
  public void expandsAsManyAsAreWanted() throws IOException {
    for (int atLeast : new int[] {30, 200, 600}) {
      assertTrue(run(1, 1, atLeast, Integer.MAX_VALUE));
      assertTrue(expanded.size() + " of " + atLeast, expanded.size() >= atLeast);
    }
  }

  /** In the approach, while a graph is searched alone, and when all are. */
  @Test
  public void stopsWhereverItIs() throws IOException {
    assertTrue(run(3, 20, 300, Integer.MAX_VALUE));
    int all = expanded.size();
    for (int most = 1; most < all; most++) {
      assertFalse(run(3, 20, 300, most));
      assertEquals(most, expanded.size());
    }
  }
}
