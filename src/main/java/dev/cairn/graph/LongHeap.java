/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;

/** A heap of packed entries, the least on top. */
final class LongHeap {
  private static final int SMALL = 256;

  /** A larger array is not kept from search to search: a walk may fill it with the whole graph. */
  private static final int MOST_KEPT = 1 << 16;

  private long[] heap = new long[SMALL];
  private int size;

  void clear() {
    size = 0;
    if (heap.length > MOST_KEPT) {
      heap = new long[SMALL];
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The least entry, or the largest number when there is none. */
  long peek() {
    return size == 0 ? Long.MAX_VALUE : heap[0];
  }

  void push(long entry) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    int i = size++;
    while (i > 0) {
      int up = (i - 1) >> 1;
      if (heap[up] <= entry) {
        break;
      }
      heap[i] = heap[up];
      i = up;
    }
    heap[i] = entry;
  }

  long pop() {
    long top = heap[0];
    long last = heap[--size];
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return top;
  }
}
