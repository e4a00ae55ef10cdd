/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.util.Arrays;

/**
 * A query for {@link SignKernels}: an integer of 4 bits for each dimension, as four planes of bits
 * that count 1, 2, 4 and -8, and what is made of their sums.
 */
public final class SignQuery {
  /** Bits of an integer. */
  static final int PLANES = 4;

  /** The largest integer. */
  public static final int MOST = (1 << PLANES - 1) - 1;

  /** The least integer. */
  public static final int LEAST = -MOST - 1;

  /** Planes are a multiple of this long, with zeros at their ends, for vectors of 512 bits. */
  static final int BYTES_TOGETHER = 64;

  final int words;
  final int planeWords;
  final long[] planes;
  float weight;
  float step;
  float bias;

  /**
   * A query of zeros.
   *
   * @param dimensions how many, a multiple of 64
   */
  public SignQuery(int dimensions) {
    words = dimensions / Long.SIZE;
    planeWords = Math.ceilDiv(words * Long.BYTES, BYTES_TOGETHER) * BYTES_TOGETHER / Long.BYTES;
    planes = new long[PLANES * planeWords];
  }

  /**
   * Sets it.
   *
   * @param integers one for each dimension, from {@link #LEAST} to {@link #MOST}
   * @param newWeight what additive factors are multiplied with
   * @param newStep what sums are multiplied with
   * @param newBias what is then added
   */
  public void set(byte[] integers, float newWeight, float newStep, float newBias) {
    Arrays.fill(planes, 0);
    for (int i = 0; i < words * Long.SIZE; i++) {
      for (int plane = 0; plane < PLANES; plane++) {
        planes[plane * planeWords + i / Long.SIZE] |= (integers[i] >> plane & 1L) << i;
      }
    }
    weight = newWeight;
    step = newStep;
    bias = newBias;
  }
}
