/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.MemorySegment;

/**
 * The arithmetic on which building and searching spend their time. {@link ScalarKernels} is the
 * specification: integer results of every other implementation are equal to it bit for bit, so are
 * the results of {@link #hadamard}, {@link #flipSigns}, {@link #rotatePairs}, {@link #widestGroup}
 * (of numbers) and the bits of {@link #signs}; floating point sums differ only by the order of
 * summation.
 *
 * <p>All data behind a {@link MemorySegment} is off the heap (see {@link OffHeap}), little endian,
 * and needs no alignment. Implementations are stateless and safe for use by many threads.
 */
public interface VectorKernels {
  /** Number of neighbours that one pass of {@link #accumulate} scores together. */
  int PASS = 32;

  /** Dimensions that one group of {@link #accumulate} covers. */
  int GROUP_DIMENSIONS = 4;

  /** Bytes of codes that one group of four dimensions takes for one pass of neighbours. */
  int GROUP_BYTES = PASS * GROUP_DIMENSIONS / Byte.SIZE;

  /**
   * The largest table entry. The sum of four fits in 8 bits and that of the most groups, those of
   * 4,096 dimensions, in 16. Entries of 6 bits add a thousandth to the error of the codes.
   */
  int MAX_ENTRY = 63;

  /** Added to a number of a size below 2^22 and taken away again, it leaves that rounded. */
  float NO_FRACTION = 0x1.8p23f;

  /** How many vectors are read side by side, so that their cache lines are waited for together. */
  int TOGETHER = 4;

  /** Length of arrays of results for {@link #TOGETHER} vectors, which are scratch space too. */
  int RESULTS = TOGETHER * 16;

  /**
   * Whether the kernels for {@link #TOGETHER} vectors read all of them side by side. If not they go
   * from one to the next.
   */
  default boolean readsTogether() {
    return false;
  }

  /** A short name of the implementation, for logs and reports, such as {@code panama-512}. */
  String name();

  /** Inner product of the first {@code n} elements of two arrays. */
  float dot(float[] a, float[] b, int n);

  /** Inner product of {@code a[0..n)} and {@code n} floats that start at a byte offset. */
  float dot(float[] a, MemorySegment b, long offset, int n);

  /** Squared Euclidean distance of {@code a[0..n)} and {@code n} floats at a byte offset. */
  float squaredL2(float[] a, MemorySegment b, long offset, int n);

  /**
   * {@link #dot(float[], MemorySegment, long, int)} for {@link #TOGETHER} vectors, with the same
   * results.
   *
   * @param b where all are
   * @param offsets byte offset of each
   * @param dots at least {@link #RESULTS} elements, of which the first {@link #TOGETHER} are set
   */
  default void dot(float[] a, MemorySegment b, long[] offsets, int n, float[] dots) {
    for (int i = 0; i < TOGETHER; i++) {
      dots[i] = dot(a, b, offsets[i], n);
    }
  }

  /**
   * {@link #squaredL2(float[], MemorySegment, long, int)} for {@link #TOGETHER} vectors, with the
   * same results.
   *
   * @param b where all are
   * @param offsets byte offset of each
   * @param distances at least {@link #RESULTS} elements, of which the first {@link #TOGETHER} are
   *     set
   */
  default void squaredL2(float[] a, MemorySegment b, long[] offsets, int n, float[] distances) {
    for (int i = 0; i < TOGETHER; i++) {
      distances[i] = squaredL2(a, b, offsets[i], n);
    }
  }

  /** Inner product of {@code n} signed bytes. */
  int dot(byte[] a, MemorySegment b, long offset, int n);

  /** Squared Euclidean distance of {@code n} signed bytes. */
  int squaredL2(byte[] a, MemorySegment b, long offset, int n);

  /** Inner product of {@code a[0..n)} and {@code n} signed bytes. */
  float dotBytes(float[] a, MemorySegment b, long offset, int n);

  /** Inner product of {@code a[0..n)} and {@code n} signed 16-bit numbers. */
  float dotShorts(float[] a, MemorySegment b, long offset, int n);

  /**
   * FastScan over the sign codes of 32 neighbours: {@code sums[j]} becomes the sum over all groups
   * {@code g} of {@code table[16 g + nibble(g, j)]}.
   *
   * <p>Group {@code g} is 16 bytes at {@code offset + 16 g}. The nibble of neighbour {@code j} is
   * the low half of a byte for {@code j < 16}, else the high half; within a half, neighbours 0 to 7
   * stand in the even bytes and 8 to 15 in the odd bytes (see {@link #codeByte}).
   *
   * @param codes where the codes are
   * @param offset byte offset of the first group
   * @param groups number of groups, a multiple of 16, at most 1,024
   * @param table 16 entries per group, from 0 to {@link #MAX_ENTRY}
   * @param sums receives 32 sums
   * @param scratch at least {@link #PASS} elements, overwritten
   */
  void accumulate(
      MemorySegment codes, long offset, int groups, byte[] table, int[] sums, short[] scratch);

  /** Sum of the absolute values of {@code x[0..n)}. */
  float sumOfSizes(float[] x, int n);

  /**
   * The largest sum of the absolute values of a group of four, {@code x[4 g .. 4 g + 4)}, of {@code
   * x[0..n)}.
   *
   * @param n number of elements, a multiple of 4
   */
  float widestGroup(float[] x, int n);

  /**
   * Fills the tables of {@link #accumulate}: entry {@code bits} of group {@code g} is the sum of
   * those of four numbers whose bit is set, plus the absolute values of the negative ones, rounded;
   * the numbers are {@code x[4 g .. 4 g + 4)} times {@code factor}.
   *
   * @param n number of elements, a multiple of 16
   * @param factor such that no entry exceeds {@link #MAX_ENTRY}
   */
  void fillTable(float[] x, int n, float factor, byte[] table);

  /**
   * Turns the sums of one pass into estimated keys and says which of them are below a threshold:
   * {@code keys[j] = base + beta * add[j] + scale[j] * (step * sums[j] + bias)}, where {@code add}
   * and {@code scale} are bfloat16 numbers of 16 bits.
   *
   * @param sums 32 sums from {@link #accumulate}
   * @param factors where the factors are
   * @param addOffset byte offset of the 32 additive factors
   * @param scaleOffset byte offset of the 32 multiplicative factors
   * @param keys receives 32 keys
   * @return a mask whose bit {@code j} is set when {@code keys[j] < threshold}
   */
  int estimate(
      int[] sums,
      MemorySegment factors,
      long addOffset,
      long scaleOffset,
      float base,
      float beta,
      float step,
      float bias,
      float threshold,
      float[] keys);

  /**
   * {@link #accumulate} and {@link #estimate} in one, with less between them.
   *
   * @param block where codes and factors are
   * @return a mask whose bit {@code j} is set when {@code keys[j] < threshold}
   */
  default int scan(
      MemorySegment block,
      long codesOffset,
      int groups,
      byte[] table,
      long addOffset,
      long scaleOffset,
      float base,
      float beta,
      float step,
      float bias,
      float threshold,
      float[] keys,
      int[] sums,
      short[] scratch) {
    accumulate(block, codesOffset, groups, table, sums, scratch);
    return estimate(sums, block, addOffset, scaleOffset, base, beta, step, bias, threshold, keys);
  }

  /**
   * Fast Walsh-Hadamard transform, unnormalized, of {@code x[offset .. offset + n)}; {@code n} is a
   * power of two and at least 16.
   */
  void hadamard(float[] x, int offset, int n);

  /** Multiplies {@code x[i]} by {@code signs[i]}, each of which is 1 or -1. */
  void flipSigns(float[] x, float[] signs, int n);

  /**
   * Rotates the pairs {@code (x[i], x[i + n/2])} by 45 degrees: their scaled sum and difference.
   */
  void rotatePairs(float[] x, int n);

  /** Multiplies {@code x[offset .. offset + n)} by a factor. */
  void scale(float[] x, int offset, int n, float factor);

  /**
   * Writes the sign bits of {@code x[0..n)} (1 where {@code x[i] >= 0}) into {@code bits}, 64 to a
   * word, lowest bit first, and returns the sum of the absolute values.
   */
  float signs(float[] x, int n, long[] bits);

  /**
   * Sum over {@code i} of {@code x[i]} where bit {@code i} is set, minus {@code x[i]} elsewhere.
   */
  float signedSum(float[] x, int n, long[] bits);

  /** The byte within a group's 16 that holds the nibble of neighbour {@code j} of a pass. */
  static int codeByte(int j) {
    int inHalf = j & 15;
    return inHalf < 8 ? 2 * inHalf : 2 * (inHalf - 8) + 1;
  }

  /** The shift within {@link #codeByte} of the nibble of neighbour {@code j} of a pass: 0 or 4. */
  static int codeShift(int j) {
    return (j & 16) >> 2;
  }

  /** The fastest implementation for this processor and these JVM flags, chosen once. */
  static VectorKernels best() {
    return KernelChoice.BEST;
  }
}
