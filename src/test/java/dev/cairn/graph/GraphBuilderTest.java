/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.Test;

public class GraphBuilderTest {
  private static GraphBuilder build(Arena arena, Metric metric, ArrayVectors vectors, int maxConn)
      throws IOException {
    return TestGraphs.build(arena, metric, vectors, maxConn, 40);
  }

  private static void checkShape(DataSets data, Metric metric, int size, int dimension, int maxConn)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      ArrayVectors vectors = new ArrayVectors(metric, data.vectors(size, size, dimension));
      GraphBuilder graph = build(arena, metric, vectors, maxConn);
      assertEquals(size, graph.size());
      GraphShape.of(graph).check(size);
    } catch (AssertionError e) {
      throw new AssertionError(
          data + ", " + metric + ", " + size + " x " + dimension + ", M=" + maxConn, e);
    }
  }

  @Test
  public void shapeOfGraphsOfAnyData() throws IOException {
    for (DataSets data : DataSets.values()) {
      for (Metric metric : Metric.values()) {
        checkShape(data, metric, 1000, 24, 16);
      }
    }
  }

  @Test
  public void shapeWithFewAndWithManyLinks() throws IOException {
    for (DataSets data : DataSets.values()) {
      checkShape(data, Metric.SQUARED_L2, 600, 8, 2);
      checkShape(data, Metric.INNER_PRODUCT, 600, 8, 4);
      checkShape(data, Metric.ANGULAR, 600, 8, 48);
    }
  }

  @Test
  public void shapeOfSmallGraphs() throws IOException {
    for (int size : IntStream.rangeClosed(1, 70).toArray()) {
      checkShape(DataSets.RANDOM, Metric.SQUARED_L2, size, 3, 2);
      checkShape(DataSets.MOSTLY_EQUAL, Metric.INNER_PRODUCT, size, 1, 4);
    }
  }

  /** Lists that are full of duplicates leave no room; the repair has to make some. */
  @Test
  public void shapeOfManyDuplicates() throws IOException {
    checkShape(DataSets.ALL_EQUAL, Metric.SQUARED_L2, 4000, 4, 16);
    checkShape(DataSets.MOSTLY_EQUAL, Metric.SQUARED_L2, 4000, 4, 16);
    checkShape(DataSets.MOSTLY_EQUAL, Metric.ANGULAR, 4000, 4, 4);
    checkShape(DataSets.FEW_DISTINCT, Metric.INNER_PRODUCT, 4000, 4, 8);
  }

  /** Duplicates do not take all places in each other's lists: most nodes link to another vector. */
  @Test
  public void duplicatesLinkToOthersToo() throws IOException {
    for (Metric metric : Metric.values()) {
      float[][] data = DataSets.FEW_DISTINCT.vectors(3, 800, 16);
      try (Arena arena = Arena.ofConfined()) {
        GraphShape shape =
            GraphShape.of(TestGraphs.build(arena, metric, new ArrayVectors(metric, data), 16, 100));
        int linked = 0;
        for (int node = 0; node < data.length; node++) {
          float[] vector = data[node];
          linked +=
              Arrays.stream(shape.neighbours(0, node))
                      .anyMatch(neighbour -> !Arrays.equals(vector, data[neighbour]))
                  ? 1
                  : 0;
        }
        assertTrue(metric + ": " + linked + " of 800", linked >= 700);
      }
    }
  }

  @Test
  public void buildsRepeat() throws IOException {
    for (DataSets data : new DataSets[] {DataSets.RANDOM, DataSets.MOSTLY_EQUAL}) {
      for (Metric metric : Metric.values()) {
        ArrayVectors vectors = new ArrayVectors(metric, data.vectors(5, 800, 20));
        try (Arena arena = Arena.ofConfined()) {
          GraphBuilder first = build(arena, metric, vectors, 8);
          GraphBuilder second = build(arena, metric, vectors, 8);
          assertEquals(first.levels(), second.levels());
          assertEquals(first.entry(), second.entry());
          for (int level = 0; level < first.levels(); level++) {
            assertBlocksEqual(first.layer(level), second.layer(level));
          }
        }
      }
    }
  }

  private static void assertBlocksEqual(Layer expected, Layer actual) throws IOException {
    assertEquals(expected.size(), actual.size());
    for (int node = 0; node < expected.size(); node++) {
      assertArrayEquals(bytes(expected, node), bytes(actual, node));
    }
  }

  private static byte[] bytes(Layer layer, int node) throws IOException {
    layer.blocks().seek(node);
    return layer
        .blocks()
        .segment()
        .asSlice(layer.blocks().offset(), layer.layout().bytes())
        .toArray(ValueLayout.JAVA_BYTE);
  }

  /** A node is on level l with probability M^-l: nodes of one segment, and first ones of many. */
  @Test
  public void levelsAreDrawnExponentially() {
    Random random = new Random(5);
    for (int maxConn : new int[] {2, 16, 48}) {
      Levels levels = new Levels(maxConn);
      checkLevels(maxConn, ordinal -> levels.draw(ordinal, 0));
      checkLevels(maxConn, i -> levels.draw(0, random.nextInt()));
    }
  }

  private static void checkLevels(int maxConn, IntUnaryOperator draw) {
    int size = 1_000_000;
    int[] atLeast = new int[40];
    for (int i = 0; i < size; i++) {
      for (int level = draw.applyAsInt(i); level >= 0; level--) {
        atLeast[level]++;
      }
    }
    assertEquals(size, atLeast[0]);
    double expected = size;
    for (int level = 1; (expected /= maxConn) > 100; level++) {
      assertEquals("level " + level, expected, atLeast[level], 5 * Math.sqrt(expected));
    }
  }

  /** The search finds what is near and tells of each node once, with a key that is nearly exact. */
  @Test
  public void searchesFindTheNearest() throws IOException {
    for (Metric metric : Metric.values()) {
      ArrayVectors vectors = new ArrayVectors(metric, DataSets.RANDOM.vectors(1, 3000, 32));
      try (Arena arena = Arena.ofConfined()) {
        GraphBuilder graph = build(arena, metric, vectors, 16);
        double recall = recall(metric, vectors, graph, 200);
        assertTrue(metric + ": recall@10 " + recall, recall >= 0.95);
      }
    }
  }

  private static double recall(Metric metric, ArrayVectors vectors, GraphBuilder graph, int width)
      throws IOException {
    Layer[] layers = new Layer[graph.levels()];
    for (int level = 0; level < layers.length; level++) {
      layers[level] = graph.layer(level);
    }
    Random random = new Random(2);
    FusedQuery query = new FusedQuery(metric, vectors.dimension());
    BeamSearch search = BeamSearch.forQueries();
    int queries = 100;
    int hits = 0;
    for (int i = 0; i < queries; i++) {
      float[] row = ArrayVectors.row(metric, DataSets.RANDOM.vectors(random.nextLong(), 1, 32)[0]);
      query.set(row);
      float[] found = new float[vectors.size()];
      Arrays.fill(found, Float.POSITIVE_INFINITY);
      ExpansionListener listener =
          (index, ordinal, key, factor) -> {
            assertEquals(index, ordinal);
            float exact = vectors.key(row, ordinal);
            assertEquals(exact, key, 0.02 * Math.abs(exact) + 0.05);
            assertEquals("expanded twice", Float.POSITIVE_INFINITY, found[ordinal], 0);
            found[ordinal] = exact;
            return true;
          };
      int start =
          search.descend(layers, graph.entry(), 0, query, (index, ordinal, key, factor) -> true);
      assertTrue(search.search(layers[0], new int[] {start}, width, 10, query, listener));
      float[] all = new float[vectors.size()];
      for (int ordinal = 0; ordinal < all.length; ordinal++) {
        all[ordinal] = vectors.key(row, ordinal);
        assertEquals(found[ordinal] < Float.POSITIVE_INFINITY, search.isExpanded(ordinal));
      }
      Arrays.sort(all);
      for (float key : found) {
        hits += key <= all[9] ? 1 : 0;
      }
    }
    return hits / (10.0 * queries);
  }

  /** A listener that has had enough ends the search at once. */
  @Test
  public void listenersStopSearches() throws IOException {
    ArrayVectors vectors = new ArrayVectors(Metric.SQUARED_L2, DataSets.RANDOM.vectors(1, 500, 8));
    try (Arena arena = Arena.ofConfined()) {
      GraphBuilder graph = build(arena, Metric.SQUARED_L2, vectors, 8);
      float[] row = new float[8];
      FusedQuery query = new FusedQuery(Metric.SQUARED_L2, 8);
      query.set(row);
      int[] expanded = new int[1];
      boolean isComplete =
          BeamSearch.forQueries()
              .search(
                  graph.layer(0),
                  new int[] {0},
                  100,
                  1,
                  query,
                  (index, ordinal, key, factor) -> ++expanded[0] < 7);
      assertEquals(false, isComplete);
      assertEquals(7, expanded[0]);
    }
  }
}
