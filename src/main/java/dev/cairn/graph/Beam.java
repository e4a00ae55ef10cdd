/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;

/**
 * The best nodes seen by a search, at most {@code width} of them: those expanded, sorted by their
 * exact keys, and those still open, sorted by their estimates.
 */
final class Beam {
  private final CandidateSorter sorter = new CandidateSorter();
  private int width;

  // entries [head, tail) are open, the best first; behind them stands one that is never below
  // others
  private long[] open = new long[256];
  private int head;
  private int tail;
  private long[] expanded = new long[64];
  private int expandedCount;

  void reset(int width) {
    this.width = width;
    expandedCount = 0;
    if (expanded.length <= width) {
      expanded = new long[width + 1];
      open = new long[4 * expanded.length];
    }
    head = open.length / 2;
    tail = head;
    open[tail] = Long.MAX_VALUE;
  }

  /** Keeps more or fewer nodes from now on, at most as many as at the last {@link #reset}. */
  void resize(int newWidth) {
    width = newWidth;
  }

  /** The key that a node must be below to enter. */
  float threshold() {
    if (tail - head + expandedCount < width) {
      return Float.POSITIVE_INFINITY;
    }
    long worst = tail > head ? open[tail - 1] : Long.MIN_VALUE;
    if (expandedCount > 0) {
      worst = Math.max(worst, expanded[expandedCount - 1]);
    }
    return PackedKey.key(worst);
  }

  /** The best open entry, or the largest number when there is none. */
  long peek() {
    return open[head];
  }

  /** Takes the best open entry, or the largest number when there is none. */
  long take() {
    long best = open[head];
    head += head < tail ? 1 : 0;
    return best;
  }

  /** Whether the best {@code count} nodes are expanded, and none of them is worse than an entry. */
  boolean isSettled(int count, long entry) {
    return expandedCount >= count && expanded[count - 1] < entry;
  }

  /** Adds a node that was expanded, by its exact key. */
  void settle(float key, int node) {
    settle(PackedKey.pack(key, node));
  }

  private void settle(long entry) {
    int at = expandedCount;
    if (at == expanded.length) {
      // the worst of more than fit
      if (entry >= expanded[--at]) {
        return;
      }
    } else {
      expandedCount++;
    }
    while (at > 0 && expanded[at - 1] > entry) {
      expanded[at] = expanded[at - 1];
      at--;
    }
    expanded[at] = entry;
  }

  /** The entry of a rank among all, or the largest number when there are fewer. */
  long entryAt(int rank) {
    int i = head;
    int j = 0;
    long entry = Long.MAX_VALUE;
    for (int left = rank; left >= 0; left--) {
      boolean isExpanded = j < expandedCount && expanded[j] < open[i];
      entry = isExpanded ? expanded[j] : open[i];
      j += isExpanded ? 1 : 0;
      i += isExpanded || i == tail ? 0 : 1;
    }
    return entry;
  }

  /** How many expanded nodes are better than an entry. */
  int expandedBelow(long entry) {
    int count = 0;
    while (count < expandedCount && expanded[count] < entry) {
      count++;
    }
    return count;
  }

  /** Takes over what another beam holds, which is not to be used until it is reset. */
  void merge(Beam other) {
    for (int i = 0; i < other.expandedCount; i++) {
      settle(other.expanded[i]);
    }
    int count = other.tail - other.head;
    System.arraycopy(other.open, other.head, other.open, 0, count);
    merge(other.open, count);
  }

  /** Merges candidates into the open ones; sorts them in place. */
  void merge(long[] candidates, int count) {
    if (count > 0) {
      if (count > 1) {
        sorter.sort(candidates, count);
      }
      if (head < count) {
        makeRoom(count);
      }
      int i = head;
      int k = head - count;
      head = k;
      for (int j = 0; j < count; k++) {
        // without branches, for which side is better cannot be foreseen
        long old = open[i];
        long added = candidates[j];
        open[k] = Math.min(old, added);
        int isOld = old < added ? 1 : 0;
        i += isOld;
        j += 1 - isOld;
      }
    }
    for (int surplus = tail - head + expandedCount - width; surplus > 0; surplus--) {
      if (head < tail && (expandedCount == 0 || open[tail - 1] > expanded[expandedCount - 1])) {
        tail--;
      } else {
        expandedCount--;
      }
    }
    open[tail] = Long.MAX_VALUE;
  }

  private void makeRoom(int count) {
    int size = tail - head;
    if (open.length < size + count + 1) {
      open = Arrays.copyOf(open, 2 * (size + count + 1));
    }
    int to = open.length - size - 1;
    System.arraycopy(open, head, open, to, size);
    head = to;
    tail = to + size;
    open[tail] = Long.MAX_VALUE;
  }
}
