/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

/**
 * The code of an edge p to o: the signs of the rotated residual o - p and the two factors of its
 * estimate. A pure function of the two vectors.
 */
public final class EdgeCode {
  /** Sign bits, lowest dimension in the lowest bit; a set bit stands for +1. */
  final long[] bits;

  /** What the estimate adds, times beta. */
  float add;

  /** What the estimate multiplies the signed query sum with. */
  float scale;

  /**
   * A code of zeros.
   *
   * @param codeLength bits of the code, a multiple of 64
   */
  public EdgeCode(int codeLength) {
    bits = new long[codeLength >> 6];
  }
}
