/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

/**
 * How floats become signed bytes: multiplied by a factor, rounded, and held within -127 to 127.
 *
 * @param factor by which every number is multiplied
 */
public record ByteScale(float factor) {
  /** Share of the numbers that may be cut off at the ends, so that outliers cost no precision. */
  private static final double CUT = 1e-4;

  private static final int SAMPLE = 1000;

  /** A scale that fits a table. */
  public static ByteScale fitting(VectorTable table) {
    int step = Math.max(1, table.size() / SAMPLE);
    float[] magnitudes = new float[(table.size() + step - 1) / step * table.dimension()];
    int count = 0;
    for (int row = 0; row < table.size(); row += step) {
      for (float value : table.row(row)) {
        magnitudes[count++] = Math.abs(value);
      }
    }
    java.util.Arrays.sort(magnitudes);
    float largest = magnitudes[(int) ((count - 1) * (1 - CUT))];
    return new ByteScale(largest == 0 ? 1 : Byte.MAX_VALUE / largest);
  }

  /** The bytes nearest to a vector's numbers. */
  public byte[] toBytes(float[] vector) {
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < vector.length; i++) {
      int rounded = Math.round(vector[i] * factor);
      bytes[i] = (byte) Math.clamp(rounded, -Byte.MAX_VALUE, Byte.MAX_VALUE);
    }
    return bytes;
  }
}
