/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;

/**
 * The best nodes seen by a search, sorted by estimated key, at most {@code width} of them. The
 * first unmarked one is expanded next.
 */
final class Beam {
  private long[] entries = new long[64];
  private int size;
  private int width;
  private int cursor;

  void reset(int width) {
    this.width = width;
    size = 0;
    cursor = 0;
    if (entries.length < width + 64) {
      entries = new long[width + 64];
    }
  }

  /** The key that a node must be below to enter. */
  float threshold() {
    return size < width ? Float.POSITIVE_INFINITY : PackedKey.key(entries[size - 1]);
  }

  /** Rank of the best node that was not taken yet, or the number of nodes when all were. */
  int rank() {
    while (cursor < size && PackedKey.isMarked(entries[cursor])) {
      cursor++;
    }
    return cursor;
  }

  /** Takes the best node that was not taken yet, or -1. */
  int take() {
    int rank = rank();
    if (rank == size) {
      return -1;
    }
    long entry = entries[rank];
    entries[rank] = PackedKey.mark(entry);
    cursor = rank + 1;
    return PackedKey.node(entry);
  }

  /** The entry that is likely to be taken next, or the largest number when there is none. */
  long peek() {
    for (int i = cursor; i < size; i++) {
      if (!PackedKey.isMarked(entries[i])) {
        return entries[i];
      }
    }
    return Long.MAX_VALUE;
  }

  /** Removes the node taken last: it had been taken before, with another estimate. */
  void removeLast() {
    cursor--;
    System.arraycopy(entries, cursor + 1, entries, cursor, size - cursor - 1);
    size--;
  }

  /** Gives the node taken last its exact key. */
  void replaceLast(float key) {
    int at = cursor - 1;
    long entry = PackedKey.mark(PackedKey.pack(key, PackedKey.node(entries[at])));
    if (at + 1 < size && entries[at + 1] < entry) {
      while (at + 1 < size && entries[at + 1] < entry) {
        entries[at] = entries[at + 1];
        at++;
      }
      cursor--;
    } else {
      while (at > 0 && entries[at - 1] > entry) {
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
    sort(candidates, count);
    if (size == width && candidates[0] >= entries[size - 1]) {
      return;
    }
    int i = size - 1;
    int j = count - 1;
    int k = Math.min(size + count, width);
    // what does not fit is dropped from whichever tail is worse
    for (int surplus = size + count - k; surplus > 0; surplus--) {
      if (i < 0 || j >= 0 && candidates[j] > entries[i]) {
        j--;
      } else {
        i--;
      }
    }
    size = k;
    while (j >= 0) {
      k--;
      if (i >= 0 && entries[i] > candidates[j]) {
        entries[k] = entries[i--];
      } else {
        entries[k] = candidates[j--];
      }
    }
    cursor = Math.min(cursor, k);
  }

  private static void sort(long[] a, int n) {
    if (n > 40) {
      Arrays.sort(a, 0, n);
      return;
    }
    for (int i = 1; i < n; i++) {
      long v = a[i];
      int j = i - 1;
      while (j >= 0 && a[j] > v) {
        a[j + 1] = a[j];
        j--;
      }
      a[j + 1] = v;
    }
  }
}
