/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.Test;

/** Every item once, whoever does it. */
public class SharedWorkTest {
  @Test
  public void eachItemIsDoneOnce() throws IOException {
    try (ExecutorService executor = Executors.newFixedThreadPool(5)) {
      for (int workers : new int[] {1, 2, 5}) {
        SharedWork work = new SharedWork(new Threads(executor, workers), new Silent());
        for (int count : new int[] {0, 1, 16, 17, 33, 129, 1_000, 10_000}) {
          for (int alone : new int[] {-7, 0, 1, 128, count - 1, count, count + 1}) {
            AtomicIntegerArray done = new AtomicIntegerArray(count);
            AtomicInteger made = new AtomicInteger();
            work.each(
                "a phase",
                count,
                alone,
                made::incrementAndGet,
                (worker, item) -> done.incrementAndGet(item));
            for (int item = 0; item < count; item++) {
              assertEquals(1, done.get(item));
            }
            assertTrue(made.get() <= workers + 1);
            assertTrue("more hands than items", made.get() <= count);
          }
        }
      }
    }
  }

  @Test
  public void theFirstAreDoneInOrderBeforeTheOthers() throws IOException {
    try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
      AtomicInteger before = new AtomicInteger();
      new SharedWork(new Threads(executor, 3), new Silent())
          .each(
              "a phase",
              500,
              200,
              () -> null,
              (worker, item) -> {
                if (item < 200) {
                  assertEquals(item, before.getAndIncrement());
                } else {
                  assertEquals(200, before.get());
                }
              });
    }
  }

  @Test
  public void aFailureIsThrown() {
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      for (int workers : new int[] {1, 2}) {
        IOException e =
            assertThrows(
                IOException.class,
                () ->
                    new SharedWork(new Threads(executor, workers), new Silent())
                        .each(
                            "a phase",
                            1_000,
                            0,
                            () -> null,
                            (worker, item) -> {
                              if (item == 700) {
                                throw new IOException("item 700");
                              }
                            }));
        assertTrue(e.toString(), e.toString().contains("item 700"));
      }
    }
  }
}
