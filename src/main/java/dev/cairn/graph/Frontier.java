/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.simd.BeamKernels;

/**
 * The open nodes of a walk. They are in a beam while few are to be expanded, for the worse ones are
 * then soon forgotten. A beam is as dear as it is wide: where many are to be expanded, they are in
 * a heap, and none is forgotten.
 */
final class Frontier {
  private final Beam beam = new Beam();
  private final LongHeap heap = new LongHeap();
  private boolean isEndless;

  /**
   * Empties it.
   *
   * @param most the most nodes that it may ever be resized to
   * @param width how many it keeps at first
   */
  void reset(int most, int width) {
    clear();
    beam.reset(most, true);
    beam.resize(width);
    isEndless = false;
  }

  /** Gives a large heap back. */
  void clear() {
    heap.clear();
  }

  /** Keeps more or fewer nodes from now on, unless it keeps all. */
  void resize(int width) {
    if (!isEndless) {
      beam.resize(width);
    }
  }

  /** Forgets none from now on. */
  void setEndless() {
    if (!isEndless) {
      isEndless = true;
      beam.leaveOpen(heap);
    }
  }

  /** The key that a node must be below to be kept. */
  float threshold() {
    return isEndless ? Float.POSITIVE_INFINITY : beam.threshold();
  }

  /**
   * Adds a node to start from.
   *
   * @param scratch room for an entry and {@link BeamKernels#MARGIN} more
   */
  void start(int node, long[] scratch) {
    scratch[0] = PackedKey.pack(Float.NEGATIVE_INFINITY, node);
    beam.merge(scratch, 1);
  }

  /**
   * Takes the best nodes that have not been expanded, see {@link Beam#takeBelow}.
   *
   * @param most how many at most
   * @param bar what entries must be less than
   */
  int take(int most, long bar, VisitedSet expanded, int[] into) {
    if (!isEndless) {
      return beam.takeBelow(most, bar, expanded, into);
    }
    int count = 0;
    while (count < most && heap.peek() < bar) {
      int node = PackedKey.node(heap.pop());
      if (expanded.add(node)) {
        into[count++] = node;
      }
    }
    return count;
  }

  /**
   * Merges what one more node of a batch has found, see {@link Beam#mergeBatch}.
   *
   * @return how many entries are still to be merged
   */
  int mergeBatch(long[] added, int count, boolean isLast) {
    if (!isEndless) {
      return beam.mergeBatch(added, count, isLast);
    }
    for (int i = 0; i < count; i++) {
      if (!Beam.isExpanded(added[i])) {
        heap.push(added[i]);
      }
    }
    return 0;
  }

  /** Takes the best open node, or the largest number when there is none. */
  long take() {
    if (!isEndless) {
      return beam.take();
    }
    return heap.isEmpty() ? Long.MAX_VALUE : heap.pop();
  }
}
