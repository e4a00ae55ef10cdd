/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

/** Vectors of length one. */
final class Normalized {
  private static final double TOLERANCE = 1e-4;

  private Normalized() {}

  /** Whether all vectors of a table have length one. */
  static boolean isTrueOf(VectorTable table) {
    float[] row = new float[table.dimension()];
    for (int i = 0; i < table.size(); i++) {
      table.read(i, row);
      if (Math.abs(squaredLength(row) - 1) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  /** A vector scaled to length one in place; a zero vector points along its first axis instead. */
  static float[] of(float[] vector) {
    double length = Math.sqrt(squaredLength(vector));
    if (length == 0) {
      vector[0] = 1;
      return vector;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }

  private static double squaredLength(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return sum;
  }
}
