/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.PackedKey;
import dev.cairn.simd.BeamKernels;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The nodes with the {@code limit} smallest keys among those added, in order. New ones wait until
 * there are enough of them to be merged together.
 */
final class NearestNodes {
  private static final int TOGETHER = 8;

  private final BeamKernels kernels = BeamKernels.best();
  private final long[] waiting = new long[TOGETHER + BeamKernels.MARGIN];
  private int waitingCount;
  private int limit;
  private long[] nearest = new long[64 + BeamKernels.MARGIN];
  private int size;

  /** Empties it. */
  void reset(int limit) {
    this.limit = limit;
    size = 0;
    waitingCount = 0;
    Arrays.fill(nearest, 0, BeamKernels.MARGIN, Long.MAX_VALUE);
  }

  int size() {
    mergeWaiting();
    return size;
  }

  /** The most nodes kept. */
  int limit() {
    return limit;
  }

  /** The largest key, or infinity while there are fewer than {@code limit}. */
  float worst() {
    mergeWaiting();
    return size < limit ? Float.POSITIVE_INFINITY : PackedKey.key(nearest[limit - 1]);
  }

  void add(float key, int ordinal) {
    long entry = PackedKey.pack(key, ordinal);
    if (size == limit && entry >= nearest[size - 1]) {
      return;
    }
    waiting[waitingCount++] = entry;
    if (waitingCount == TOGETHER) {
      mergeWaiting();
    }
  }

  /** Leaves out some nodes. */
  void removeIf(IntPredicate isOut) {
    mergeWaiting();
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!isOut.test(PackedKey.node(nearest[i]))) {
        nearest[kept++] = nearest[i];
      }
    }
    size = kept;
    Arrays.fill(nearest, size, size + BeamKernels.MARGIN, Long.MAX_VALUE);
  }

  private void mergeWaiting() {
    if (waitingCount == 0) {
      return;
    }
    int room = (int) Math.min(limit, (long) size + waitingCount);
    if (nearest.length < room + BeamKernels.MARGIN) {
      int longer = (int) Math.min(limit, 2L * room);
      nearest = Arrays.copyOf(nearest, longer + BeamKernels.MARGIN);
    }
    size = kernels.merge(nearest, size, room, waiting, waitingCount);
    waitingCount = 0;
  }

  /** Writes the ordinals, nearest first, into an array with room for {@link #size}. */
  void drain(int[] ordinals) {
    mergeWaiting();
    for (int i = 0; i < size; i++) {
      ordinals[i] = PackedKey.node(nearest[i]);
    }
  }
}
