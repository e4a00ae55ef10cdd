/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;

/**
 * The best entries among those added, in no order. They gather until there are twice as many as
 * wanted; only then the worse ones are told apart, so that most entries cost no more than a store.
 */
final class BestSeen {
  private long[] entries = new long[128];
  private int count;
  private int wanted;
  private float bound;

  /** Empties it. */
  void reset(int wanted) {
    this.wanted = wanted;
    count = 0;
    bound = Float.POSITIVE_INFINITY;
  }

  /**
   * Keeps so many from now on, and a quarter more, if it was to keep fewer. What was left out
   * before stays out.
   */
  void widen(int most) {
    if (most > wanted) {
      wanted = most + most / 4;
      bound = Float.POSITIVE_INFINITY;
    }
  }

  /** The key that an entry must be below to be of use; it may lag behind. */
  float bound() {
    return bound;
  }

  int count() {
    return count;
  }

  /** The entries, with room for so many more behind {@link #count}. */
  long[] roomFor(int more) {
    if (entries.length < count + more) {
      entries = Arrays.copyOf(entries, Math.max(2 * entries.length, count + more));
    }
    return entries;
  }

  /** Takes over what was written behind the entries. */
  void grow(int more) {
    count += more;
    if (count >= 2 * wanted) {
      trim();
    }
  }

  /** Keeps the best as far as they are wanted. */
  void trim() {
    if (count > wanted) {
      select();
      count = wanted;
    }
    if (count == wanted) {
      long worst = Long.MIN_VALUE;
      for (int i = 0; i < count; i++) {
        worst = Math.max(worst, entries[i]);
      }
      bound = PackedKey.key(worst);
    }
  }

  /** Moves the best so many to the front. */
  private void select() {
    long[] a = entries;
    int low = 0;
    int high = count - 1;
    int last = wanted - 1;
    while (low < high) {
      long middle = a[(low + high) >>> 1];
      long pivot = Math.max(Math.min(a[low], a[high]), Math.min(Math.max(a[low], a[high]), middle));
      int i = low;
      int j = high;
      while (i <= j) {
        while (a[i] < pivot) {
          i++;
        }
        while (a[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swapped = a[i];
          a[i++] = a[j];
          a[j--] = swapped;
        }
      }
      if (last <= j) {
        high = j;
      } else if (last >= i) {
        low = i;
      } else {
        return;
      }
    }
  }
}
