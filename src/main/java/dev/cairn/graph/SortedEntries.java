/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;

/** The least packed entries among those added, in order. */
final class SortedEntries {
  private long[] entries = new long[64];
  private int size;
  private int most;

  /** Empties it; of more than so many the greatest are left out from now on. */
  void reset(int most) {
    this.most = most;
    size = 0;
  }

  int size() {
    return size;
  }

  /** The entry of a rank among all, or the largest number when there are fewer. */
  long get(int rank) {
    return rank < size ? entries[rank] : Long.MAX_VALUE;
  }

  /** Adds an entry that is not there yet. */
  void add(long entry) {
    if (size == most && entry >= entries[size - 1]) {
      return;
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, 2 * size);
    }
    int place = -1 - Arrays.binarySearch(entries, 0, size, entry);
    size = Math.min(most, size + 1);
    System.arraycopy(entries, place, entries, place + 1, size - 1 - place);
    entries[place] = entry;
  }
}
