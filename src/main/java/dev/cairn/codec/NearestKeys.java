/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

/** The {@code limit} smallest of the keys added: a heap with the largest on top. */
final class NearestKeys {
  private final int limit;
  private float[] heap;
  private int size;

  NearestKeys(int limit) {
    this.limit = limit;
    this.heap = new float[Math.min(limit, 64)];
  }

  /** The largest of them, or infinity while there are fewer than {@code limit}. */
  float worst() {
    return size < limit ? Float.POSITIVE_INFINITY : heap[0];
  }

  void add(float key) {
    if (size < limit) {
      if (size == heap.length) {
        heap = java.util.Arrays.copyOf(heap, Math.min(limit, 2 * size));
      }
      int i = size++;
      for (int up = (i - 1) >> 1; i > 0 && heap[up] < key; up = (i - 1) >> 1) {
        heap[i] = heap[up];
        i = up;
      }
      heap[i] = key;
    } else if (key < heap[0]) {
      int i = 0;
      for (int child = 1; child < size; child = 2 * i + 1) {
        if (child + 1 < size && heap[child + 1] > heap[child]) {
          child++;
        }
        if (heap[child] <= key) {
          break;
        }
        heap[i] = heap[child];
        i = child;
      }
      heap[i] = key;
    }
  }
}
