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

/** Visits of all that lies within a bound. */
public class FloodSearchTest {
  private static final int DIMENSION = 64;
  private static final int SIZE = 3000;
  private static final Metric METRIC = Metric.SQUARED_L2;

  private static Arena arena;
  private static Layer layer;
  private static float[][] vectors;
  private static ArrayVectors source;

  private final FusedQuery query = new FusedQuery(METRIC, DIMENSION);
  private final FloodSearch search = new FloodSearch();

  /** Has a bound from the beginning, or after so many looks. */
  private static final class Goal implements FloodSearch.Goal {
    private final float bound;
    private int looks;
    private int left;
    private final Set<Integer> visited = new HashSet<>();

    private Goal(float bound, int looks, int most) {
      this.bound = bound;
      this.looks = looks;
      this.left = most;
    }

    @Override
    public float bound() {
      return looks > 0 ? Float.POSITIVE_INFINITY : bound;
    }

    @Override
    public void look(long[] entries, int count) {
      assertTrue("asked where there is a bound", looks > 0);
      looks--;
    }

    @Override
    public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
      assertTrue("visited twice", visited.add(index));
      assertTrue("outside", key < bound());
      return --left > 0;
    }
  }

  @BeforeClass
  public static void build() throws IOException {
    arena = Arena.ofShared();
    Random random = new Random(2);
    vectors = new float[SIZE][];
    Arrays.setAll(vectors, i -> DataSets.RANDOM.vector(random, 0, 1, DIMENSION));
    source = new ArrayVectors(METRIC, vectors);
    layer = TestGraphs.build(arena, METRIC, source, 16, 80).layer(0);
  }

  @AfterClass
  public static void close() {
    arena.close();
    arena = null;
    layer = null;
    vectors = null;
    source = null;
  }

  /** Keys of all nodes for one of them as the query. */
  private float[] keys(int node) {
    query.set(vectors[node]);
    float[] keys = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      keys[i] = source.key(vectors[node], i);
    }
    return keys;
  }

  private Goal visit(int start, float bound, int looks, int most) throws IOException {
    Goal goal = new Goal(bound, looks, most);
    assertEquals(most > SIZE, search.run(layer, new int[] {start}, 1, query, goal));
    return goal;
  }

  @Test
  public void visitsWhatIsInside() throws IOException {
    for (int node : new int[] {0, 100, 2999}) {
      float[] keys = keys(node);
      float[] sorted = keys.clone();
      Arrays.sort(sorted);
      for (int inside : new int[] {200, 1000, SIZE - 1}) {
        for (int looks : new int[] {0, 2}) {
          Set<Integer> visited = visit(node, sorted[inside], looks, SIZE + 1).visited;
          long found = visited.stream().filter(i -> keys[i] < sorted[inside]).count();
          assertTrue(found + " of " + inside, found > .8 * inside);
          // those visited before there was a bound are more
          assertTrue(looks > 0 || visited.size() < 1.05 * inside + 1);
        }
      }
    }
  }

  @Test
  public void stopsWhereTheGoalStopsIt() throws IOException {
    keys(7);
    assertEquals(25, visit(7, Float.POSITIVE_INFINITY, 1000, 25).visited.size());
  }

  @Test
  public void stepsOnNothingThatIsLeftOut() throws IOException {
    keys(7);
    int[] out = layer.neighbours(7);
    search.leaveOut(out);
    Set<Integer> visited = visit(7, Float.MAX_VALUE, 0, SIZE + 1).visited;
    for (int node : out) {
      assertFalse(visited.contains(node));
    }
  }
}
