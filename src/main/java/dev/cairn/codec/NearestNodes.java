/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.util.Arrays;

/** The nodes with the {@code limit} smallest keys among those added, in a heap, worst on top. */
final class NearestNodes {
  private int limit;
  private long[] heap = new long[64];
  private int size;

  /** Empties it. */
  void reset(int limit) {
    this.limit = limit;
    this.size = 0;
  }

  int size() {
    return size;
  }

  /** The most nodes kept. */
  int limit() {
    return limit;
  }

  /** The largest key, or infinity while there are fewer than {@code limit}. */
  float worst() {
    return size < limit ? Float.POSITIVE_INFINITY : key(heap[0]);
  }

  void add(float key, int ordinal) {
    long entry = pack(key, ordinal);
    if (size < limit) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(limit, 2L * size));
      }
      int i = size++;
      for (int up = (i - 1) >> 1; i > 0 && heap[up] < entry; up = (i - 1) >> 1) {
        heap[i] = heap[up];
        i = up;
      }
      heap[i] = entry;
    } else if (entry < heap[0]) {
      int i = 0;
      for (int child = 1; child < size; child = 2 * i + 1) {
        if (child + 1 < size && heap[child + 1] > heap[child]) {
          child++;
        }
        if (heap[child] <= entry) {
          break;
        }
        heap[i] = heap[child];
        i = child;
      }
      heap[i] = entry;
    }
  }

  /** Writes the ordinals, nearest first, into an array with room for {@link #size}. */
  void drain(int[] ordinals) {
    Arrays.sort(heap, 0, size);
    for (int i = 0; i < size; i++) {
      ordinals[i] = (int) heap[i];
    }
  }

  private static long pack(float key, int ordinal) {
    int bits = Float.floatToRawIntBits(key);
    return (long) (bits ^ (bits >> 31 & Integer.MAX_VALUE)) << 32 | ordinal;
  }

  private static float key(long entry) {
    int bits = (int) (entry >> 32);
    return Float.intBitsToFloat(bits ^ (bits >> 31 & Integer.MAX_VALUE));
  }
}
