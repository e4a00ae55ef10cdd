/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

/**
 * A query for {@link SignKernels}: an integer of 4 bits for each dimension, as four planes of bits
 * that count 1, 2, 4 and -8, and what is made of their sums. {@link SignKernels#quantize} sets the
 * integers.
 */
public final class SignQuery {
  /** Bits of an integer. */
  static final int PLANES = 4;

  /** The largest integer. */
  static final int MOST = (1 << PLANES - 1) - 1;

  /** The least integer. */
  static final int LEAST = -MOST - 1;

  /** Planes are a multiple of this long, with zeros at their ends, for vectors of 512 bits. */
  static final int BYTES_TOGETHER = 64;

  final int words;
  final int planeWords;
  final long[] planes;
  float unit;
  int sum;
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

  /** What an integer of 1 stands for, so that the component of the largest size just fits. */
  static float unit(float largest) {
    return largest / (MOST + .5f);
  }

  /** Sets 64 integers by their bits, those that count -8 last. */
  void setPlanes(int word, long ones, long twos, long fours, long eights) {
    planes[word] = ones;
    planes[planeWords + word] = twos;
    planes[2 * planeWords + word] = fours;
    planes[3 * planeWords + word] = eights;
  }

  /** What an integer of 1 stands for. */
  public float unit() {
    return unit;
  }

  /** The sum of all integers. */
  public int sum() {
    return sum;
  }

  /**
   * Says what is made of the sum of those integers that the bits of a row choose.
   *
   * @param newWeight what additive factors are multiplied with
   * @param newStep what sums are multiplied with
   * @param newBias what is then added
   */
  public void weigh(float newWeight, float newStep, float newBias) {
    weight = newWeight;
    step = newStep;
    bias = newBias;
  }
}
