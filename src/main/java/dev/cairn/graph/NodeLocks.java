/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks on the lists of nodes, for those that change them: many nodes share a lock, nobody holds
 * two. Searches read without locks. Of a list that is being changed they may see an edge with
 * another one's code, which is an estimate gone wrong and no more, or an edge that was just
 * dropped. They never see a slot that was cleared, for that would say that node 0 is a neighbour,
 * which may not be there yet.
 */
final class NodeLocks {
  /** For a single thread. */
  static final NodeLocks NONE = new NodeLocks(0);

  private final ReentrantLock[] locks;

  private NodeLocks(int count) {
    locks = new ReentrantLock[count];
    Arrays.setAll(locks, i -> new ReentrantLock());
  }

  static NodeLocks of(int workers) {
    return workers == 1 ? NONE : new NodeLocks(512);
  }

  void lock(int node) {
    if (locks.length > 0) {
      locks[node & locks.length - 1].lock();
    }
  }

  void unlock(int node) {
    if (locks.length > 0) {
      locks[node & locks.length - 1].unlock();
    }
  }
}
