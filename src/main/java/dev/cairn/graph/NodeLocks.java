/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Locks on the lists of nodes, for those that change them: many nodes share a lock, nobody holds
 * two. Searches read without locks. Of a list that is being changed they may see an edge with
 * another one's code, which is an estimate gone wrong and no more, or an edge that was just
 * dropped. They never see a slot that was cleared, for that would say that node 0 is a neighbour,
 * which may not be there yet.
 *
 * <p>They are held for about a microsecond (M=16) and hardly ever wanted by two, so that who waits
 * spins. No thread may lock twice: it would wait for itself.
 */
final class NodeLocks {
  /** For a single thread. */
  static final NodeLocks NONE = new NodeLocks(0);

  /** Each lock has a cache line of its own. */
  private static final int STRIDE = 16;

  /** After so many vain attempts the holder is taken to wait for a processor. */
  private static final int SPINS = 256;

  private final AtomicIntegerArray held;
  private final int mask;

  private NodeLocks(int count) {
    held = new AtomicIntegerArray((count + 1) * STRIDE);
    mask = count - 1;
  }

  static NodeLocks of(int workers) {
    return workers == 1 ? NONE : new NodeLocks(512);
  }

  void lock(int node) {
    if (mask < 0) {
      return;
    }
    int at = at(node);
    for (int spins = 0; !held.weakCompareAndSetAcquire(at, 0, 1); spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  void unlock(int node) {
    if (mask >= 0) {
      held.setRelease(at(node), 0);
    }
  }

  /** Not in the first cache line, where the array's length is. */
  private int at(int node) {
    return ((node & mask) + 1) * STRIDE;
  }
}
