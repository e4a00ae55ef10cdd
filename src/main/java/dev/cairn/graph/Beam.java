/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/**
 * The best nodes seen by a search, sorted by estimated key, at most {@code width} of them. The
 * first unmarked one is expanded next.
 */
final class Beam {
  /**
   * Below the first entry stands one that is less than all keys, so that merging needs no check.
   */
  private static final int FIRST = 1;

  private final CandidateSorter sorter = new CandidateSorter();
  private long[] entries = new long[64];
  private int size;
  private int width;
  private int cursor;

  void reset(int width) {
    this.width = width;
    size = 0;
    cursor = FIRST;
    if (entries.length < width + FIRST) {
      entries = new long[width + FIRST];
    }
    entries[0] = Long.MIN_VALUE;
  }

  /** The key that a node must be below to enter. */
  float threshold() {
    return size < width ? Float.POSITIVE_INFINITY : PackedKey.key(entries[FIRST + size - 1]);
  }

  /** Rank of the best node that was not taken yet, or the number of nodes when all were. */
  int rank() {
    while (cursor < FIRST + size && PackedKey.isMarked(entries[cursor])) {
      cursor++;
    }
    return cursor - FIRST;
  }

  /** Takes the best node that was not taken yet, or -1. */
  int take() {
    int rank = rank();
    if (rank == size) {
      return -1;
    }
    long entry = entries[cursor];
    entries[cursor++] = PackedKey.mark(entry);
    return PackedKey.node(entry);
  }

  /** The entry that is likely to be taken next, or the largest number when there is none. */
  long peek() {
    for (int i = cursor; i < FIRST + size; i++) {
      if (!PackedKey.isMarked(entries[i])) {
        return entries[i];
      }
    }
    return Long.MAX_VALUE;
  }

  /** Removes the node taken last: it had been taken before, with another estimate. */
  void removeLast() {
    cursor--;
    System.arraycopy(entries, cursor + 1, entries, cursor, FIRST + size - cursor - 1);
    size--;
  }

  /** Gives the node taken last its exact key. */
  void replaceLast(float key) {
    int at = cursor - 1;
    long entry = PackedKey.mark(PackedKey.pack(key, PackedKey.node(entries[at])));
    if (at + 1 < FIRST + size && entries[at + 1] < entry) {
      while (at + 1 < FIRST + size && entries[at + 1] < entry) {
        entries[at] = entries[at + 1];
        at++;
      }
      cursor--;
    } else {
      while (at > FIRST && entries[at - 1] > entry) {
        entries[at] = entries[at - 1];
        at--;
      }
    }
    entries[at] = entry;
  }

  /** Merges candidates into the beam; sorts them in place. */
  void merge(long[] candidates, int count) {
    if (count == 0) {
      return;
    }
    if (count > 1) {
      sorter.sort(candidates, count);
    }
    long[] beam = entries;
    int i = FIRST + size - 1;
    int j = count - 1;
    int k = FIRST + Math.min(size + count, width) - 1;
    // what does not fit is dropped from whichever tail is worse
    for (int surplus = size + count - width; surplus > 0; surplus--) {
      if (j >= 0 && candidates[j] > beam[i]) {
        j--;
      } else {
        i--;
      }
    }
    size = k + 1 - FIRST;
    int lowest = cursor;
    while (j >= 0) {
      // without branches, for which side is worse cannot be foreseen
      long old = beam[i];
      long added = candidates[j];
      beam[k] = Math.max(old, added);
      int isOld = old > added ? 1 : 0;
      i -= isOld;
      j -= 1 - isOld;
      k--;
    }
    cursor = Math.min(lowest, k + 1);
  }
}
