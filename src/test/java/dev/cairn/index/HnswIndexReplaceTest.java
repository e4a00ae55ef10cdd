/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.tests.util.LuceneTestCase;

/** New elements in the places of deleted ones, and many threads at once. */
public class HnswIndexReplaceTest extends LuceneTestCase {
  private static final int DIM = 16;

  private static HnswIndexBuilder builder(int maxElements) {
    return HnswIndex.builder(Space.L2, DIM)
        .maxElements(maxElements)
        .efConstruction(100)
        .ef(100)
        .allowReplaceDeleted(true);
  }

  public void testReplaceWhenFullAndAgainAfterReopening() throws Exception {
    int n = 800;
    float[][] data = Samples.uniform(random(), 4 * n, DIM);
    var path = createTempDir().resolve("index");
    HnswIndex index = builder(2 * n).path(path).build();
    index.addItems(Arrays.copyOf(data, 2 * n));
    for (int i = n; i < 2 * n; i++) {
      index.markDeleted(i);
    }
    float[][] third = Arrays.copyOfRange(data, 2 * n, 3 * n);
    long[] thirdLabels = Samples.labels(2L * n, n);
    expectThrows(IllegalStateException.class, () -> index.addItems(third, thirdLabels));
    index.addItems(third, thirdLabels, 2, true);
    assertEquals(2 * n, index.elementCount());
    assertArrayEquals(third, index.getItems(thirdLabels));
    assertArrayEquals(Arrays.copyOf(data, n), index.getItems(Samples.labels(0, n)));
    // the labels that made room are gone for good
    expectThrows(IllegalArgumentException.class, () -> index.unmarkDeleted(n));
    // none is left to replace
    expectThrows(
        IllegalStateException.class,
        () -> index.addItems(new float[1][DIM], new long[] {9_999}, 1, true));
    for (long label : thirdLabels) {
      index.markDeleted(label);
    }
    index.close();
    try (HnswIndex reopened = HnswIndex.open(path)) {
      float[][] fourth = Arrays.copyOfRange(data, 3 * n, 4 * n);
      long[] fourthLabels = Samples.labels(3L * n, n);
      reopened.addItems(fourth, fourthLabels, -1, true);
      assertEquals(2 * n, reopened.elementCount());
      Result[] found = reopened.knnQuery(fourth, 1, 2, null);
      assertEquals(1, Samples.ownLabelFirst(found, fourthLabels), 0.01);
    }
  }

  public void testRulesOfHnswlib() {
    float[][] data = Samples.uniform(random(), 4, DIM);
    try (HnswIndex plain = HnswIndex.builder(Space.L2, DIM).build()) {
      expectThrows(
          IllegalStateException.class, () -> plain.addItems(data, Samples.labels(0, 4), 1, true));
      plain.addItems(data);
      plain.markDeleted(2);
      plain.addItem(data[0], 2); // adding a deleted label again brings it back
      assertArrayEquals(data[0], plain.getItems(new long[] {2})[0], 0);
      assertEquals(4, plain.elementCount());
    }
    try (HnswIndex replacing = builder(10).build()) {
      replacing.addItems(data);
      replacing.markDeleted(2);
      expectThrows(IllegalStateException.class, () -> replacing.addItem(data[0], 2));
      // a deleted label added with replacement takes its own place
      replacing.addItems(new float[][] {data[1]}, new long[] {2}, 1, true);
      assertEquals(4, replacing.elementCount());
      assertArrayEquals(data[1], replacing.getItems(new long[] {2})[0], 0);
      // a label that is there already is updated and takes no other's place
      replacing.markDeleted(3);
      replacing.addItems(new float[][] {data[3]}, new long[] {2}, 1, true);
      assertEquals(4, replacing.elementCount());
      replacing.unmarkDeleted(3);
      assertArrayEquals(data[3], replacing.getItems(new long[] {3})[0], 0);
    }
  }

  public void testRecallDoesNotSufferFromReplacing() {
    int n = 2000;
    float[][] old = Samples.uniform(random(), n, DIM);
    float[][] data = Samples.uniform(random(), 2 * n, DIM);
    float[][] queries = Samples.uniform(random(), 60, DIM);
    try (HnswIndex index = builder(2 * n).build()) {
      index.addItems(Arrays.copyOf(data, n), Samples.labels(0, n));
      index.addItems(old, Samples.labels(100_000, n));
      for (int i = 0; i < n; i++) {
        index.markDeleted(100_000 + i);
      }
      index.addItems(Arrays.copyOfRange(data, n, 2 * n), Samples.labels(n, n), 2, true);
      Result[] found = index.knnQuery(queries, 100, 1, null);
      double recall = Samples.recall(Space.L2, data, queries, found, row -> true);
      assertTrue("recall " + recall, recall > 0.98);
    }
  }

  /** Adds, updates, deletes, restores, replaces and searches, all at once; then counts. */
  public void testStress() throws Exception {
    int threads = 4;
    int perThread = 300;
    float[][] data = Samples.uniform(random(), threads * perThread, DIM);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (HnswIndex index = builder(threads * perThread + 50).build()) {
      index.addItems(Samples.uniform(random(), 50, DIM), Samples.labels(1_000_000, 50));
      Thread[] workers = new Thread[threads];
      for (int t = 0; t < threads; t++) {
        int first = t * perThread;
        workers[t] =
            new Thread(
                () -> {
                  try {
                    work(index, data, first, perThread);
                  } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                  }
                });
        workers[t].start();
      }
      for (Thread worker : workers) {
        worker.join();
      }
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      Set<Long> ids = new HashSet<>();
      for (long id : index.getIds()) {
        assertTrue(ids.add(id));
      }
      assertEquals(ids.size(), index.elementCount());
      long[] kept = ids.stream().mapToLong(i -> i).filter(i -> i < 1_000_000).toArray();
      assertEquals(threads * perThread, kept.length);
      float[][] items = index.getItems(kept);
      for (int i = 0; i < kept.length; i++) {
        assertArrayEquals(data[(int) kept[i]], items[i], 0);
      }
    }
  }

  private static void work(HnswIndex index, float[][] data, int first, int count) {
    for (int i = first; i < first + count; i++) {
      index.addItem(data[(i + 1) % data.length], i);
      index.addItem(data[i], i); // an update at once
      if (i % 5 == 0) {
        index.markDeleted(i);
        assertFalse(contains(index.knnQuery(data[i], 5), i));
        index.unmarkDeleted(i);
      }
      if (i % 7 == 0) {
        assertTrue("label " + i, contains(index.knnQuery(data[i], 5), i));
      }
      if (i % 50 == 0) {
        long victim = 1_000_000L + i / 50;
        index.markDeleted(victim);
      }
    }
  }

  private static boolean contains(Result result, long label) {
    return Arrays.stream(result.labels()).anyMatch(found -> found == label);
  }
}
