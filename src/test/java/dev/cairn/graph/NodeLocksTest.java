/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.Test;

public class NodeLocksTest {
  private static final int ROUNDS = 100_000;

  /** More threads than processors, so that some wait for one that waits for a processor. */
  private static final int THREADS = 4 * Runtime.getRuntime().availableProcessors();

  @Test
  public void oneThreadAtATimeHasANode() throws IOException {
    NodeLocks locks = NodeLocks.of(THREADS);
    // 0 and 512 share a lock, 511 is the last
    int[] nodes = {0, 1, 511, 512, Integer.MAX_VALUE};
    int[] counts = new int[nodes.length];
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      new Threads(executor, THREADS)
          .run(
              Collections.nCopies(
                  THREADS,
                  () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                      int at = i % nodes.length;
                      locks.lock(nodes[at]);
                      try {
                        counts[at]++;
                      } finally {
                        locks.unlock(nodes[at]);
                      }
                    }
                    return null;
                  }));
    }
    for (int count : counts) {
      assertEquals(THREADS * (ROUNDS / nodes.length), count);
    }
  }

  @Test
  public void aSingleThreadNeedsNone() {
    NodeLocks locks = NodeLocks.of(1);
    assertEquals(NodeLocks.NONE, locks);
    locks.lock(3);
    locks.lock(3);
    locks.unlock(3);
  }
}
