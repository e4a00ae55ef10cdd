/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.Test;

/**
 * The parts of the rotation, which must give the same bits everywhere: codes that one machine wrote
 * are searched by another.
 */
public class TransformKernelTest {
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private final Random random = new Random(11);

  @Test
  public void hadamardIsTheTransformByDefinition() {
    for (int n : new int[] {16, 64, 256}) {
      float[] x = KernelInputs.floats(random, n);
      double[] expected = new double[n];
      double magnitude = 0;
      for (int i = 0; i < n; i++) {
        magnitude += Math.abs(x[i]);
        for (int j = 0; j < n; j++) {
          expected[i] += (Integer.bitCount(i & j) & 1) == 0 ? x[j] : -x[j];
        }
      }
      SCALAR.hadamard(x, 0, n);
      for (int i = 0; i < n; i++) {
        assertEquals("component " + i, expected[i], x[i], KernelInputs.bound(n, magnitude));
      }
    }
  }

  @Test
  public void hadamardGivesTheSameBitsAndTouchesNothingElse() {
    for (int n = 16; n <= 4096; n *= 2) {
      for (int offset : new int[] {0, 1, 16, 64, 333}) {
        float[] input = KernelInputs.floats(random, offset + n + 100);
        float[] expected = input.clone();
        SCALAR.hadamard(expected, offset, n);
        assertArrayEquals(Arrays.copyOf(input, offset), Arrays.copyOf(expected, offset), 0);
        for (VectorKernels kernels : KernelInputs.all()) {
          float[] actual = input.clone();
          kernels.hadamard(actual, offset, n);
          assertBits(kernels.name() + " at " + offset + ", length " + n, expected, actual);
        }
      }
    }
  }

  @Test
  public void flipSigns() {
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] signs = new float[n];
      float[] input = KernelInputs.floats(random, n);
      float[] expected = new float[n];
      for (int i = 0; i < n; i++) {
        signs[i] = random.nextBoolean() ? 1 : -1;
        expected[i] = signs[i] < 0 ? -input[i] : input[i];
      }
      for (VectorKernels kernels : KernelInputs.all()) {
        float[] actual = input.clone();
        kernels.flipSigns(actual, signs, n);
        assertBits(kernels.name() + ", length " + n, expected, actual);
      }
    }
  }

  @Test
  public void rotatePairs() {
    float halfSqrt2 = (float) Math.sqrt(0.5);
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] input = KernelInputs.floats(random, n);
      float[] expected = new float[n];
      for (int i = 0; i < n / 2; i++) {
        expected[i] = (input[i] + input[i + n / 2]) * halfSqrt2;
        expected[i + n / 2] = (input[i] - input[i + n / 2]) * halfSqrt2;
      }
      for (VectorKernels kernels : KernelInputs.all()) {
        float[] actual = input.clone();
        kernels.rotatePairs(actual, n);
        assertBits(kernels.name() + ", length " + n, expected, actual);
      }
    }
  }

  @Test
  public void scale() {
    for (int n = 64; n <= 4096; n *= 2) {
      int offset = 64 * random.nextInt(3);
      float factor = (float) (1 / Math.sqrt(n));
      float[] input = KernelInputs.floats(random, offset + n + 64);
      float[] expected = input.clone();
      for (int i = offset; i < offset + n; i++) {
        expected[i] = input[i] * factor;
      }
      for (VectorKernels kernels : KernelInputs.all()) {
        float[] actual = input.clone();
        kernels.scale(actual, offset, n, factor);
        assertBits(kernels.name() + ", length " + n, expected, actual);
      }
    }
  }

  @Test
  public void signs() {
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] x = KernelInputs.floats(random, n);
      // zeros of either sign count as positive, the smallest numbers count at all
      x[3] = 0;
      x[17] = -0f;
      x[33] = Float.MIN_VALUE;
      x[63] = -Float.MIN_VALUE;
      long[] expected = new long[n / 64];
      double magnitude = 0;
      for (int i = 0; i < n; i++) {
        expected[i / 64] |= (x[i] < 0 ? 0L : 1L) << (i % 64);
        magnitude += Math.abs(x[i]);
      }
      for (VectorKernels kernels : KernelInputs.all()) {
        long[] bits = new long[n / 64];
        Arrays.fill(bits, -1);
        float sum = kernels.signs(x, n, bits);
        assertArrayEquals(kernels.name() + ", length " + n, expected, bits);
        assertEquals(kernels.name(), magnitude, sum, KernelInputs.bound(n, magnitude));
      }
    }
  }

  @Test
  public void signedSum() {
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] x = KernelInputs.floats(random, n);
      long[] bits = random.longs(n / 64).toArray();
      double expected = 0;
      double magnitude = 0;
      for (int i = 0; i < n; i++) {
        expected += (bits[i / 64] >>> (i % 64) & 1) != 0 ? x[i] : -x[i];
        magnitude += Math.abs(x[i]);
      }
      for (VectorKernels kernels : KernelInputs.all()) {
        float sum = kernels.signedSum(x, n, bits);
        assertEquals(kernels.name(), expected, sum, KernelInputs.bound(n, magnitude));
      }
    }
  }

  private static void assertBits(String message, float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          message + ", component " + i,
          Float.floatToRawIntBits(expected[i]),
          Float.floatToRawIntBits(actual[i]));
    }
  }
}
