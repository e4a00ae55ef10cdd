/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

/** Words as rows of eight bytes. */
final class ByteRows {
  private ByteRows() {}

  /** Turns eight rows of eight bytes into their columns. */
  static void transpose(long[] rows) {
    long mask = 0xFFFF_FFFFL;
    for (int distance = 4; distance > 0; distance >>= 1) {
      int shift = distance * Byte.SIZE;
      for (int i = 0; i < Long.BYTES; i++) {
        if ((i & distance) == 0) {
          long changed = (rows[i] >>> shift ^ rows[i + distance]) & mask;
          rows[i + distance] ^= changed;
          rows[i] ^= changed << shift;
        }
      }
      mask ^= mask << (shift >> 1);
    }
  }

  /** Half bytes of the lower half of a word, each in a byte of its own. */
  static long spread(long word) {
    long x = word & 0xFFFF_FFFFL;
    x = (x | x << 16) & 0x0000_FFFF_0000_FFFFL;
    x = (x | x << 8) & 0x00FF_00FF_00FF_00FFL;
    return (x | x << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
  }
}
