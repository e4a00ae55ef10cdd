/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.MemorySegment;

/**
 * Keys of vectors from rows of one sign bit a dimension. {@link ScalarSignKernels} is the
 * specification: results of every other implementation are equal to it. Segments are off the heap
 * (see {@link OffHeap}). Implementations are stateless and safe for use by many threads.
 */
public interface SignKernels {
  /**
   * Sets the integers of a query to those nearest to a vector's components in the query's unit,
   * which is chosen so that the largest just fits. With a component that is not finite all integers
   * are 0, and the unit is infinite or not a number.
   *
   * @param vector as many components as the query has dimensions
   */
  void quantize(float[] vector, SignQuery query);

  /**
   * The keys of some rows: {@code weight * add - scale * (step * sum + bias)}, where {@code sum} is
   * the sum of a query's integers at those dimensions whose bit is set in the row.
   *
   * @param rows one after the other; each is {@code words} times 64 bits, lowest dimension first,
   *     then the floats {@code add} and {@code scale}
   * @param rowBytes bytes from one row to the next; where there are 64 or more, a multiple of 64
   * @param ordinals which rows, from one index to another
   * @param query the query, of as many words
   * @param sums scratch space for as many numbers
   * @param keys receives the keys, at the same indices as the ordinals
   */
  void keys(
      MemorySegment rows,
      int rowBytes,
      int[] ordinals,
      int from,
      int to,
      SignQuery query,
      int[] sums,
      float[] keys);

  /** Whether {@link #best} is one with vectors, several times as fast as the plain one. */
  static boolean areWide() {
    return VectorKernels.best() instanceof PanamaKernels && PanamaSignKernels.isUsable();
  }

  /** The implementation that goes with {@link VectorKernels#best}. */
  static SignKernels best() {
    return areWide() ? new PanamaSignKernels() : new ScalarSignKernels();
  }
}
