/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

/**
 * Where things stand in the centred codes of a graph's nodes: one row a node, in the order of
 * ordinals, of one sign bit a dimension.
 *
 * <pre>
 *   0    long[]  signs of the rotated vector less the centroid, lowest dimension in the lowest bit
 *   L/8  float   additive factor
 *        float   multiplicative factor
 *        zeros up to the size of a row: a multiple of 64, or less than 64 and a power of two
 * </pre>
 */
public final class CentredLayout {
  private static final int LINE = 64;

  private CentredLayout() {}

  /** Bytes of a row for codes of so many bits, a multiple of 64. */
  public static int rowBytes(int codeLength) {
    int bytes = factorsOffset(codeLength) + 2 * Float.BYTES;
    // no row lies in two cache lines if it fits into one
    return bytes >= LINE ? (bytes + LINE - 1) & -LINE : Integer.highestOneBit(bytes - 1) << 1;
  }

  /** Where the two factors are in a row. */
  static int factorsOffset(int codeLength) {
    return codeLength / Byte.SIZE;
  }
}
