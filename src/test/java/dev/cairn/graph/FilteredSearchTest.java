/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** Searches of one layer for accepted nodes, without a scan to make good for what they miss. */
public class FilteredSearchTest {
  private static final int DIMENSION = 24;
  private static final int SIZE = 5000;
  private static final Metric METRIC = Metric.SQUARED_L2;

  private static Arena arena;
  private static Layer layer;
  private static float[][] vectors;

  private final FusedQuery query = new FusedQuery(METRIC, DIMENSION);
  private final Random random = new Random(3);

  @BeforeClass
  public static void build() throws IOException {
    arena = Arena.ofShared();
    Random random = new Random(8);
    vectors = new float[SIZE][];
    Arrays.setAll(vectors, i -> vector(random));
    BuiltGraph graph = TestGraphs.build(arena, METRIC, new ArrayVectors(METRIC, vectors), 12, 60);
    layer = graph.layer(0);
  }

  @AfterClass
  public static void close() {
    arena.close();
    arena = null;
    layer = null;
    vectors = null;
  }

  private static float[] vector(Random random) {
    return DataSets.RANDOM.vector(random, 0, 1, DIMENSION);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  /** The share of the ten nearest accepted nodes that a search tells of. */
  private double recall(float[] target, int[] starts, IntPredicate isAccepted, int settled)
      throws IOException {
    int[] accepted = IntStream.range(0, SIZE).filter(isAccepted).toArray();
    query.set(target);
    Set<Integer> told = new HashSet<>();
    FilteredSearch.End end =
        new FilteredSearch()
            .search(
                layer,
                starts,
                NodeSet.of(isAccepted),
                (double) accepted.length / SIZE,
                settled,
                20,
                new WalkLimits(60, 100_000),
                query,
                (index, ordinal, key, nodeFactor) -> {
                  assertTrue("told twice of " + index, told.add(index));
                  return true;
                });
    assertEquals(FilteredSearch.End.COMPLETE, end);
    long found =
        Arrays.stream(accepted)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> distance(target, vectors[i])))
            .limit(10)
            .filter(told::contains)
            .count();
    return found / 10.0;
  }

  @Test
  public void testFindsWhatLiesBehindAHole() throws IOException {
    for (int hole : new int[] {0, 5, 50, 500}) {
      double sum = 0;
      for (int i = 0; i < 20; i++) {
        float[] target = vector(random);
        double[] distances =
            Arrays.stream(vectors).mapToDouble(v -> distance(target, v)).sorted().toArray();
        double border = hole == 0 ? 0 : distances[hole - 1];
        sum += recall(target, new int[] {i}, n -> distance(target, vectors[n]) > border, 20);
      }
      assertTrue("hole of " + hole + ": recall " + sum / 20, sum / 20 >= .85);
    }
  }

  /** Beams are no wider than there is room for, however many nodes there are to start from. */
  @Test
  public void testWideSearchesAndManyStarts() throws IOException {
    for (int settled : new int[] {1, 500, 1300, 4000}) {
      for (int starts : new int[] {1, 900, 1200, 2500}) {
        float[] target = vector(random);
        int[] nodes = IntStream.range(0, starts).toArray();
        double recall = recall(target, nodes, n -> n % 10 != 0, settled);
        assertTrue(
            settled + " to settle, " + starts + " starts: recall " + recall,
            recall >= (settled == 1 ? 0 : 1));
      }
    }
  }

  @Test
  public void testStops() throws IOException {
    query.set(vector(random));
    for (int most : new int[] {1, 4, 60, 130}) {
      int[] told = new int[1];
      FilteredSearch.End end =
          new FilteredSearch()
              .search(
                  layer,
                  new int[] {0},
                  NodeSet.of(n -> n > 100),
                  .98,
                  100,
                  20,
                  new WalkLimits(60, 100_000),
                  query,
                  (index, ordinal, key, nodeFactor) -> ++told[0] < most);
      assertEquals(FilteredSearch.End.STOPPED, end);
      assertEquals(most, told[0]);
    }
  }
}
