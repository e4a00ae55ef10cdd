/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

/**
 * The upper half of an IEEE 754 single: its range with 8 bits of precision, enough for factors of
 * estimates whose own error is larger, and read by a shift.
 */
final class BFloat16 {
  private static final float MAX = Float.intBitsToFloat(0x7f7f0000);

  private BFloat16() {}

  /** Rounds to nearest, ties to even; values out of range become the largest finite one, NaN 0. */
  static short round(float value) {
    if (Float.isNaN(value)) {
      return 0;
    }
    int bits = Float.floatToRawIntBits(Math.clamp(value, -MAX, MAX));
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  static float toFloat(short value) {
    return Float.intBitsToFloat(value << 16);
  }
}
