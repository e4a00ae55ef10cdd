/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.MemorySegment;

/**
 * The arithmetic of choosing and encoding edges while a graph is built. {@link ScalarEdgeKernels}
 * is the specification: decoded components and signs of every other implementation are equal to its
 * own, sums differ by the order of summation alone. Segments are off the heap (see {@link
 * OffHeap}). Implementations are stateless and safe for use by many threads.
 */
public interface EdgeKernels {
  /** Place of the squared length of the residual in the sums of {@link #residual}. */
  int SQUARED = 0;

  /** Place of the sum of the residual's absolute values. */
  int ABSOLUTE = 1;

  /** Place of the sum of the components of {@code p}, signed as those of the residual. */
  int ALONG = 2;

  /** Place of the sum of the components of {@code o}, signed as those of the negated residual. */
  int ALONG_BACKWARD = 3;

  /** Place of the inner product of {@code p} and the residual. */
  int INNER = 4;

  /** Length of arrays of these sums. */
  int SUMS = 5;

  /** Words of the filter of {@link #filter}. */
  int FILTER_WORDS = 16;

  /** How many distances are computed together. */
  int BATCH = 4;

  /**
   * Multiplies {@code n} signed integers of a segment by a factor.
   *
   * @param isWide whether they have 16 bits, not 8
   * @param out receives {@code n} numbers
   */
  void decode(
      MemorySegment integers, long offset, int n, boolean isWide, float factor, float[] out);

  /**
   * Looks at the residual {@code o - p}: its signs both ways, zeros positive, and its sums.
   *
   * @param n number of components, a multiple of 64
   * @param forward receives a bit for each component, set where {@code o[i] - p[i] >= 0}
   * @param backward the same where {@code p[i] - o[i] >= 0}
   * @param sums receives {@link #SUMS} numbers
   */
  void residual(float[] p, float[] o, int n, long[] forward, long[] backward, float[] sums);

  /**
   * Squared Euclidean distances of a vector from {@link #BATCH} others.
   *
   * @param n number of components, a multiple of 64
   * @param others of which those from {@code first} are taken
   * @param out receives {@link #BATCH} numbers
   */
  void squaredL2(float[] a, float[][] others, int first, int n, float[] out);

  /**
   * Looks at the edges of a list beside a new one, for 32 slots: an edge is <em>far</em> where its
   * key is greater than the new edge's, and <em>close</em> where {@code between + slack} is at most
   * {@code rounding}, or, times {@code alpha}, less than the greater of both keys plus slack.
   *
   * @param between key of each old neighbour and the new one
   * @param first the first of them
   * @param edges keys of the old edges, floats from a byte offset
   * @param key key of the new edge
   * @return bits of those close in the lower half, of those far in the upper half
   */
  long compareEdges(
      float[] between,
      int first,
      MemorySegment edges,
      long offset,
      float key,
      float slack,
      float alpha,
      float rounding);

  /**
   * Which of 32 integers a filter has: {@code v} has bit {@code v >>> 4 & 31} of word {@code v &
   * 15}.
   *
   * @param integers 32 of them from a byte offset
   * @param filter {@link #FILTER_WORDS} words
   * @return a bit for each
   */
  int filter(MemorySegment integers, long offset, int[] filter);

  /** The implementation that goes with {@link VectorKernels#best}. */
  static EdgeKernels best() {
    return VectorKernels.best() instanceof PanamaKernels
        ? new PanamaEdgeKernels()
        : new ScalarEdgeKernels();
  }
}
