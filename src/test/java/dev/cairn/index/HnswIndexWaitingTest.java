/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Who waits for whom. */
public class HnswIndexWaitingTest extends LuceneTestCase {
  private static final int DIM = 32;

  public void testNobodyWaitsForOptimize() throws Exception {
    float[][] data = Samples.uniform(random(), 3001, DIM);
    try (HnswIndex index = HnswIndex.builder(Space.L2, DIM).build()) {
      for (int part = 0; part < 2; part++) { // two graphs, which take a while to merge
        index.addItems(Arrays.copyOfRange(data, part * 1500, (part + 1) * 1500));
        assertEquals(1, index.knnQuery(data[0], 1).labels().length);
      }
      Thread optimizing = new Thread(index::optimize);
      optimizing.start();
      while (optimizing.isAlive() && optimizing.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait(); // until it waits for the merge
      }
      index.setEf(11);
      index.commit();
      index.addItem(data[3000], 3000);
      assertTrue("optimize was waited for", optimizing.isAlive());
      optimizing.join();
      assertEquals(11, index.ef());
      assertArrayEquals(data[3000], index.getItems(new long[] {3000})[0], 0);
    }
  }

  public void testSetEfWaitsForNoWriter() throws Exception {
    CountDownLatch isAdding = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (HnswIndex index = HnswIndex.builder(Space.L2, 2).build()) {
      Thread adding =
          new Thread(
              () ->
                  index.addItems(
                      new float[1][2],
                      new long[1],
                      1,
                      false,
                      row -> {
                        isAdding.countDown();
                        await(mayGoOn);
                        return List.of();
                      }));
      Thread setting = new Thread(() -> index.setEf(77));
      adding.start();
      await(isAdding);
      setting.start();
      setting.join(20_000);
      boolean isWaiting = setting.isAlive();
      mayGoOn.countDown();
      adding.join();
      setting.join();
      assertFalse(isWaiting);
      assertEquals(77, index.ef());
      assertEquals(1, index.elementCount());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public void testClosingWaitsForWhatNeedsTheIndexOpen() throws Exception {
    Guard guard = new Guard();
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch isRunning = new CountDownLatch(1);
    Thread running =
        new Thread(
            () ->
                guard.open(
                    () -> {
                      isRunning.countDown();
                      await(mayEnd);
                    }));
    running.start();
    await(isRunning);
    Thread closing = new Thread(() -> guard.close(() -> assertEquals(0, mayEnd.getCount())));
    closing.start();
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    guard.alone(() -> {}); // a commit does not wait, nor does a write, though closing does
    guard.shared(() -> {});
    mayEnd.countDown();
    closing.join();
    running.join();
    expectThrows(IllegalStateException.class, () -> guard.open(() -> {}));
  }
}
