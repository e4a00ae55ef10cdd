/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

/**
 * The rotation of {@code docs/format.md} once more, in double precision and by the words of that
 * page alone: shares no code with what it tests.
 */
public final class NaiveRotation {
  private static final double HALF_SQRT2 = Math.sqrt(0.5);

  private NaiveRotation() {}

  /** The rotated vector, padded to a multiple of 64 components. */
  public static double[] rotate(float[] vector) {
    int length = (vector.length + 63) / 64 * 64;
    double[] x = new double[length];
    for (int i = 0; i < vector.length; i++) {
      x[i] = vector[i];
    }
    int power = 64;
    while (2 * power <= length) {
      power *= 2;
    }
    long state = 0x43616972L * length;
    for (int round = 0; round < 4; round++) {
      for (int w = 0; w < length / 64; w++) {
        state += 0x9E3779B97F4A7C15L;
        long bits = splitMix(state);
        for (int i = 0; i < 64; i++) {
          if ((bits >>> i & 1) == 1) {
            x[64 * w + i] = -x[64 * w + i];
          }
        }
      }
      transform(x, round % 2 == 0 ? 0 : length - power, power);
      for (int i = 0; i < length / 2 && round % 2 == 1 && power < length; i++) {
        double u = x[i];
        double v = x[i + length / 2];
        x[i] = (u + v) * HALF_SQRT2;
        x[i + length / 2] = (u - v) * HALF_SQRT2;
      }
    }
    return x;
  }

  private static long splitMix(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The normalized Walsh-Hadamard transform of {@code x[start .. start + n)}, recursively. */
  private static void transform(double[] x, int start, int n) {
    if (n == 1) {
      return;
    }
    int half = n / 2;
    transform(x, start, half);
    transform(x, start + half, half);
    for (int i = start; i < start + half; i++) {
      double u = x[i];
      double v = x[i + half];
      x[i] = (u + v) * HALF_SQRT2;
      x[i + half] = (u - v) * HALF_SQRT2;
    }
  }
}
