/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.util.Arrays;
import org.apache.lucene.util.NumericUtils;

/** The k best hits: highest scores, and among equal ones the lowest documents, as Lucene ranks. */
public final class TopHits {
  private final int k;
  private long[] heap;
  private int size;

  /** Room for the {@code k} best. */
  public TopHits(int k) {
    this.k = k;
    this.heap = new long[Math.min(k, 64)];
  }

  /** Number of hits. */
  public int size() {
    return size;
  }

  /** The score that a further hit has at least. */
  public float least() {
    return size < k
        ? Float.NEGATIVE_INFINITY
        : NumericUtils.sortableIntToFloat((int) (heap[0] >> 32));
  }

  /** Adds a hit, unless there are k better ones. */
  public void add(int doc, float score) {
    long entry = (long) NumericUtils.floatToSortableInt(score) << 32 | ~doc & 0xffffffffL;
    if (size < k) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(k, 2L * size));
      }
      int i = size++;
      for (int up = (i - 1) >> 1; i > 0 && heap[up] > entry; up = (i - 1) >> 1) {
        heap[i] = heap[up];
        i = up;
      }
      heap[i] = entry;
      return;
    }
    if (entry <= heap[0]) {
      return;
    }
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= entry) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = entry;
  }

  /** Adds the hits of another search, which need not be sorted. */
  public void addAll(TopHits others) {
    for (int i = 0; i < others.size; i++) {
      add(others.doc(i), others.score(i));
    }
  }

  /** Sorts the hits, best first; nothing may be added after that. */
  public void sort() {
    Arrays.sort(heap, 0, size);
    for (int i = 0, j = size - 1; i < j; i++, j--) {
      long swapped = heap[i];
      heap[i] = heap[j];
      heap[j] = swapped;
    }
  }

  /** The document of a hit. */
  public int doc(int i) {
    return ~(int) heap[i];
  }

  /** The score of a hit. */
  public float score(int i) {
    return NumericUtils.sortableIntToFloat((int) (heap[i] >> 32));
  }
}
