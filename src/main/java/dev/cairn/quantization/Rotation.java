/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.VectorKernels;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fixed random rotation P of {@code length} dimensions, derived from the length alone: the same
 * for every segment of every index, so that codes never need training and estimates of different
 * segments are comparable.
 *
 * <p>Four rounds, each of which flips signs by pseudo-random bits and applies a normalized
 * Walsh-Hadamard transform to the largest power of two of dimensions at the start (rounds 0 and 2)
 * or at the end (rounds 1 and 3). Where that is not all of them, rounds 1 and 3 then rotate the
 * pairs (i, i + length/2) by 45 degrees: after every round they would keep an eighth of some axes
 * in two components, and after a transform of full length undo its first butterfly. The sign of
 * dimension {@code i} in round {@code r} is bit {@code i % 64} of the {@code (r * length/64 +
 * i/64)}-th output of SplitMix64 seeded with {@code 0x43616972 * length}; a set bit flips.
 */
public final class Rotation {
  private static final int ROUNDS = 4;
  private static final ConcurrentHashMap<Integer, Rotation> CACHE = new ConcurrentHashMap<>();

  private final int length;
  private final int power;
  private final float normalization;
  private final float[][] signs;

  private Rotation(int length) {
    this.length = length;
    this.power = Integer.highestOneBit(length);
    this.normalization = (float) (1 / Math.sqrt(power));
    this.signs = new float[ROUNDS][length];
    long state = 0x43616972L * length;
    for (float[] round : signs) {
      for (int w = 0; w < length; w += 64) {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        for (int i = 0; i < 64; i++) {
          round[w + i] = (z >>> i & 1) == 0 ? 1 : -1;
        }
      }
    }
  }

  /**
   * The code length for a dimension: rounded up to a multiple of 64. Vectors are padded with zeros,
   * which after the rotation carry information like any other dimension.
   */
  public static int codeLength(int dimension) {
    return (dimension + 63) & ~63;
  }

  /**
   * The rotation of a code length.
   *
   * @param length a positive multiple of 64
   */
  public static Rotation of(int length) {
    if (length <= 0 || length % 64 != 0) {
      throw new IllegalArgumentException("length must be a positive multiple of 64, got " + length);
    }
    return CACHE.computeIfAbsent(length, Rotation::new);
  }

  /** Number of dimensions. */
  public int length() {
    return length;
  }

  /** Rotates {@code x[0..length)} in place. */
  public void apply(float[] x) {
    VectorKernels kernels = VectorKernels.best();
    for (int round = 0; round < ROUNDS; round++) {
      boolean isAtEnd = (round & 1) == 1;
      int start = isAtEnd ? length - power : 0;
      kernels.flipSigns(x, signs[round], length);
      kernels.hadamard(x, start, power);
      kernels.scale(x, start, power, normalization);
      if (isAtEnd && power < length) {
        kernels.rotatePairs(x, length);
      }
    }
  }
}
