/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.tests.util.LuceneTestCase;

/** What hnswlib's users rely on, checked against plain loops. */
public class HnswIndexTest extends LuceneTestCase {

  private static HnswIndexBuilder small(Space space, int dim) {
    return HnswIndex.builder(space, dim).efConstruction(100).m(16).ef(100);
  }

  public void testEveryElementFindsItself() {
    float[][] data = Samples.uniform(random(), 4000, 16);
    long[] labels = Samples.labels(0, data.length);
    try (HnswIndex index = small(Space.L2, 16).maxElements(data.length).build()) {
      index.addItems(Arrays.copyOf(data, 2000));
      assertEquals(2000, index.elementCount());
      index.addItems(Arrays.copyOfRange(data, 2000, 4000));
      assertEquals(4000, index.elementCount());
      assertEquals(1, Samples.ownLabelFirst(index.knnQuery(data, 1, 2, null), labels), 0.002);
      assertArrayEquals(data, index.getItems(labels));
      long[] ids = index.getIds();
      Arrays.sort(ids);
      assertArrayEquals(labels, ids);
    }
  }

  public void testSpacesGiveTheDistancesOfHnswlib() {
    // shifted by zeros on both sides, so that every tail of the kernels is met
    float[][] corners = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}};
    float[][] expected = {
      {0, 1, 2, 2, 2}, {-2, -1, 0, 0, 0}, {0, 0.1835f, 0.42265f, 0.42265f, 0.42265f}
    };
    for (Space space : Space.values()) {
      for (int left = 1; left < 32; left += 10) {
        for (int right = 1; right < 128; right += 21) {
          float[][] data = new float[5][left + 3 + right];
          for (int i = 0; i < 5; i++) {
            System.arraycopy(corners[i], 0, data[i], left, 3);
          }
          try (HnswIndex index = small(space, left + 3 + right).maxElements(5).ef(10).build()) {
            index.addItems(data);
            Result result = index.knnQuery(data[4], 5);
            assertArrayEquals(expected[space.ordinal()], result.distances(), 1e-5f);
            assertEquals(4, result.labels()[0]);
          }
        }
      }
    }
  }

  public void testDistancesAndOrderAtEveryScale() {
    for (Space space : Space.values()) {
      for (float scale : new float[] {1e-6f, 1e-3f, 1, 1e3f, 1e6f}) {
        float[][] data = Samples.gaussian(random(), 600, 20);
        for (float[] vector : data) {
          for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
          }
        }
        try (HnswIndex index = small(space, 20).ef(600).build()) {
          index.addItems(data);
          for (int q = 0; q < 20; q++) {
            Result found = index.knnQuery(data[q], 10);
            int i = 0;
            for (int row : Samples.nearest(space, data, data[q], 10, r -> true)) {
              double exact = Samples.distance(space, data[q], data[row]);
              double size = space == Space.COSINE ? 1 : 20 * (double) scale * scale;
              double rounding = space == Space.IP ? 1e-6 : 0;
              assertEquals(
                  space + " " + scale, exact, found.distances()[i++], 1e-5 * size + rounding);
            }
          }
        }
      }
    }
  }

  public void testCosineStoresUnitVectors() {
    try (HnswIndex index = small(Space.COSINE, 3).build()) {
      index.addItem(new float[] {3, 0, 4}, 7);
      index.addItem(new float[3], 8);
      float[][] items = index.getItems(new long[] {8, 7});
      assertArrayEquals(new float[3], items[0], 0);
      assertArrayEquals(new float[] {0.6f, 0, 0.8f}, items[1], 1e-6f);
      Result result = index.knnQuery(new float[] {30, 0, 40}, 5);
      assertArrayEquals(new long[] {7, 8}, result.labels());
      assertArrayEquals(new float[] {0, 1}, result.distances(), 1e-6f);
    }
  }

  public void testRecallAgainstBruteForce() {
    for (Space space : Space.values()) {
      float[][] data = Samples.gaussian(random(), 3000, 24);
      float[][] queries = Samples.gaussian(random(), 100, 24);
      try (HnswIndex index = small(space, 24).build()) {
        index.addItems(data, Samples.labels(0, data.length), 2, false);
        Result[] found = index.knnQuery(queries, 25, 2, null);
        assertTrue(
            space.toString(), Samples.recall(space, data, queries, found, row -> true) > 0.97);
      }
    }
  }

  public void testFilterOnLabels() {
    float[][] data = Samples.uniform(random(), 3000, 16);
    float[][] queries = Samples.uniform(random(), 50, 16);
    BitSet rare = new BitSet();
    for (int i = 0; i < 40; i++) {
      rare.set(random().nextInt(data.length));
    }
    try (HnswIndex index = small(Space.L2, 16).build()) {
      index.addItems(data);
      Result[] even = index.knnQuery(queries, 10, 1, label -> label % 2 == 0);
      for (Result result : even) {
        assertEquals(10, result.labels().length);
        assertTrue(LongStream.of(result.labels()).allMatch(label -> label % 2 == 0));
      }
      assertTrue(Samples.recall(Space.L2, data, queries, even, row -> row % 2 == 0) > 0.97);
      Result[] few = index.knnQuery(queries, 10, 1, HnswIndex.bitmap(rare));
      assertEquals(1, Samples.recall(Space.L2, data, queries, few, r -> rare.get((int) r)), 0);
      assertEquals(
          rare.cardinality(),
          index.knnQuery(queries[0], 100, HnswIndex.bitmap(rare)).labels().length);
      assertEquals(0, index.knnQuery(queries[0], 3, label -> false).labels().length);
    }
  }

  public void testFewerThanAskedFor() {
    try (HnswIndex index = small(Space.IP, 2).build()) {
      assertEquals(0, index.knnQuery(new float[] {1, 1}, 3).labels().length);
      assertEquals(0, index.getIds().length);
      index.addItem(new float[] {1, 2}, -5);
      Result one = index.knnQuery(new float[] {1, 1}, 3);
      assertArrayEquals(new long[] {-5}, one.labels());
      assertArrayEquals(new float[] {-2}, one.distances(), 0);
    }
  }

  public void testLabelsOfEveryKindAndCounting() {
    long[] odd = {Long.MIN_VALUE, -1, 0, 1L << 40, Long.MAX_VALUE};
    float[][] data = Samples.gaussian(random(), 8, 4);
    try (HnswIndex index = small(Space.L2, 4).build()) {
      index.addItems(Arrays.copyOf(data, 5), odd);
      assertArrayEquals(odd, LongStream.of(index.getIds()).sorted().toArray());
      for (int i = 0; i < 5; i++) {
        assertEquals(odd[i], index.knnQuery(data[i], 1).labels()[0]);
      }
      index.addItems(Arrays.copyOfRange(data, 5, 8)); // counted on from five rows
      assertArrayEquals(data[7], index.getItems(new long[] {7})[0], 0);
      assertEquals(8, index.elementCount());
    }
  }

  public void testThreadsThatCountOnGetLabelsOfTheirOwn() throws Exception {
    float[][] data = Samples.gaussian(random(), 60, 4);
    try (HnswIndex index = small(Space.L2, 4).build()) {
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        threads[t] =
            new Thread(
                () -> {
                  for (int i = 0; i < data.length; i++) {
                    index.addItems(new float[][] {data[i]});
                  }
                });
        threads[t].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertArrayEquals(
          LongStream.range(0, 4L * data.length).toArray(),
          LongStream.of(index.getIds()).sorted().toArray());
      // what is refused takes no labels
      expectThrows(IllegalArgumentException.class, () -> index.addItems(new float[][] {{1, 2, 3}}));
      index.addItems(new float[][] {data[0]});
      assertArrayEquals(data[0], index.getItems(new long[] {4L * data.length})[0], 0);
    }
  }

  public void testUpdates() {
    float[][] before = Samples.gaussian(random(), 1500, 12);
    float[][] after = Samples.gaussian(random(), 1500, 12);
    long[] labels = Samples.labels(100, 1500);
    try (HnswIndex index = small(Space.L2, 12).maxElements(1500).build()) {
      index.addItems(before, labels);
      assertEquals(1, Samples.ownLabelFirst(index.knnQuery(before, 1, 1, null), labels), 0.005);
      index.addItems(after, labels);
      index.addItem(after[0], 100); // once more, in the same buffer
      assertEquals(1500, index.elementCount());
      assertArrayEquals(after, index.getItems(labels));
      assertEquals(1, Samples.ownLabelFirst(index.knnQuery(after, 1, 1, null), labels), 0.005);
      Result all = index.knnQuery(after[0], 1500);
      assertEquals(1500, LongStream.of(all.labels()).distinct().count());
      index.optimize();
      assertArrayEquals(after, index.getItems(labels));
      assertEquals(1, Samples.ownLabelFirst(index.knnQuery(after, 1, 1, null), labels), 0.005);
    }
  }

  public void testMarkDeleted() {
    float[][] data = Samples.uniform(random(), 2000, 16);
    long[] labels = Samples.labels(0, data.length);
    try (HnswIndex index = small(Space.L2, 16).build()) {
      index.addItems(data);
      for (int i = 0; i < 1000; i++) {
        index.markDeleted(i);
      }
      assertEquals(2000, index.elementCount());
      assertEquals(2000, index.getIds().length);
      Result[] found = index.knnQuery(data, 1, 2, null);
      for (Result result : found) {
        assertTrue(result.labels()[0] >= 1000);
      }
      assertThrows(IllegalStateException.class, () -> index.markDeleted(3));
      assertThrows(IllegalArgumentException.class, () -> index.markDeleted(2000));
      assertThrows(IllegalArgumentException.class, () -> index.unmarkDeleted(2000));
      assertThrows(IllegalStateException.class, () -> index.unmarkDeleted(1000));
      assertThrows(IllegalArgumentException.class, () -> index.getItems(new long[] {3}));
      if (random().nextBoolean()) {
        index.optimize(); // deleted elements survive merges
      }
      for (int i = 0; i < 1000; i++) {
        index.unmarkDeleted(i);
      }
      assertArrayEquals(data, index.getItems(labels));
      assertEquals(1, Samples.ownLabelFirst(index.knnQuery(data, 1, 2, null), labels), 0.005);
    }
  }

  public void testEveryWriteIsSeenAtOnce() {
    Random random = random();
    try (HnswIndex index = small(Space.L2, 4).build()) {
      float[][] data = Samples.gaussian(random, 40, 4);
      boolean[] isDeleted = new boolean[data.length];
      for (int i = 0; i < data.length; i++) {
        index.addItem(data[i], i);
        assertEquals(i, index.knnQuery(data[i], 1).labels()[0]);
        int other = random.nextInt(i + 1);
        if (isDeleted[other]) {
          index.unmarkDeleted(other);
        } else {
          index.markDeleted(other);
        }
        isDeleted[other] ^= true;
        Result nearest = index.knnQuery(data[other], 1);
        boolean isFound = nearest.labels().length > 0 && nearest.labels()[0] == other;
        assertEquals(isDeleted[other], !isFound);
      }
    }
  }

  public void testResize() {
    float[][] data = Samples.uniform(random(), 60, 8);
    try (HnswIndex index = small(Space.L2, 8).maxElements(30).build()) {
      index.addItems(Arrays.copyOf(data, 30));
      IllegalStateException full =
          expectThrows(IllegalStateException.class, () -> index.addItem(data[30], 30));
      assertTrue(full.getMessage(), full.getMessage().contains("maxElements 30"));
      expectThrows(
          IllegalStateException.class,
          () -> index.addItems(Arrays.copyOfRange(data, 30, 60), Samples.labels(20, 30)));
      assertEquals(30, index.elementCount());
      index.addItem(data[59], 5); // an update needs no room
      index.resizeIndex(60);
      assertEquals(60, index.maxElements());
      index.addItems(Arrays.copyOfRange(data, 30, 60), Samples.labels(30, 30));
      assertEquals(60, index.elementCount());
      expectThrows(IllegalArgumentException.class, () -> index.resizeIndex(59));
      assertEquals(60, index.maxElements());
    }
  }

  public void testEpsilonSearch() {
    float[][] data = Samples.uniform(random(), 4000, 8);
    try (HnswIndex index = small(Space.L2, 8).build()) {
      index.addItems(data);
      int found = 0;
      int inside = 0;
      for (int q = 0; q < 30; q++) {
        Result result = index.epsilonQuery(data[q], 0.2f, 100, data.length, null);
        for (int i = 0; i < result.distances().length; i++) {
          assertTrue(result.distances()[i] <= 0.2f);
          assertTrue(i == 0 || result.distances()[i - 1] <= result.distances()[i]);
        }
        found += result.labels().length;
        for (float[] vector : data) {
          inside += Samples.distance(Space.L2, data[q], vector) <= 0.2 ? 1 : 0;
        }
        assertEquals(7, index.epsilonQuery(data[q], 8, 5, 7, null).labels().length);
        assertArrayEquals(
            new long[] {q}, index.epsilonQuery(data[q], 1e-6f, 50, 100, null).labels());
      }
      assertTrue(inside > 200);
      assertTrue(found + " of " + inside, found > 0.95 * inside);
    }
  }

  public void testClearErrors() throws Exception {
    expectError("space", () -> HnswIndex.builder(null, 3).build());
    expectError("dim must be from 1", () -> HnswIndex.builder(Space.L2, 0).build());
    expectError("M (maxConn)", () -> HnswIndex.builder(Space.L2, 3).m(1).build());
    expectError("maxElements", () -> HnswIndex.builder(Space.L2, 3).maxElements(-1).build());
    try (HnswIndex index = small(Space.L2, 3).build()) {
      expectError("2 dimensions, the index has 3", () -> index.addItem(new float[2], 0));
      expectError("NaN at 1", () -> index.addItem(new float[] {0, Float.NaN, 0}, 0));
      expectError(
          "vector 1 must not be null", () -> index.addItems(new float[][] {new float[3], null}));
      expectError("1 vectors with 2 labels", () -> index.addItems(new float[1][3], new long[2]));
      expectError("k must be from 1 to 1000000", () -> index.knnQuery(new float[3], 0));
      expectError("k must be from 1 to 1000000", () -> index.knnQuery(new float[3], 1_000_001));
      expectError("it must be finite", () -> index.knnQuery(new float[] {0, 0, 1f / 0}, 1));
      expectError("minCandidates", () -> index.epsilonQuery(new float[3], 1, 3, 2, null));
      expectError("maxCandidates", () -> index.epsilonQuery(new float[3], 1, 1, 1_000_001, null));
      expectError("query has", () -> index.knnQuery(new float[4], 1));
      expectError("ef must be from 1 to 1000000", () -> index.setEf(0));
      expectError(
          "the searcher of withSearcher",
          () -> index.withSearcher(own -> index.labels(new IndexSearcher(own.getIndexReader()))));
      expectError("the searcher of withSearcher", () -> index.labels(null));
      assertEquals(0, index.elementCount());
    }
    Path empty = createTempDir();
    expectError("no index in", () -> HnswIndex.open(empty));
    expectError("not a directory", () -> HnswIndex.open(empty.resolve("missing")));
    assertFalse(Files.exists(empty.resolve("missing")));
    HnswIndex closed = small(Space.L2, 3).build();
    closed.addItem(new float[3], 0); // not yet searched for
    closed.close();
    closed.close();
    expectError("the index is closed", () -> closed.knnQuery(new float[3], 1));
    expectError("the index is closed", () -> closed.addItem(new float[3], 1));
  }

  private static void expectError(String part, ThrowingRunnable action) {
    RuntimeException e = expectThrows(RuntimeException.class, action);
    assertTrue(e.toString(), e.getMessage().contains(part));
  }
}
