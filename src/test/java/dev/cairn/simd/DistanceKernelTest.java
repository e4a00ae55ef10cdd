/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** Inner products and distances, against sums in double precision or in integers. */
public class DistanceKernelTest {
  private final Random random = new Random(42);

  /** Often enough that the compiled code is what is tested. */
  @Test
  public void manyFloatsAndBytes() {
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < 10_000; i++) {
        int n = 250 + i % 77;
        float[] a = KernelInputs.floats(random, n);
        float[] b = KernelInputs.floats(random, n);
        checkArrays(a, b, n);
        checkSegment(a, b, KernelInputs.copy(arena, b, 4), 4);
        checkBytes(arena, KernelInputs.bytes(random, n), KernelInputs.bytes(random, n), 4);
      }
    }
  }

  @Test
  public void floatArrays() {
    for (int n : KernelInputs.DIMENSIONS) {
      checkArrays(KernelInputs.floats(random, n), KernelInputs.floats(random, n), n);
    }
  }

  /** What stands behind the first n elements has no part in the sum. */
  @Test
  public void prefixesOfFloatArrays() {
    float[] a = KernelInputs.floats(random, 300);
    float[] b = KernelInputs.floats(random, 300);
    for (int n = 0; n < 300; n++) {
      float[] onlyPrefix = Arrays.copyOf(a, 300);
      Arrays.fill(onlyPrefix, n, 300, Float.NaN);
      checkArrays(onlyPrefix, b, n);
    }
  }

  @Test
  public void floatsAtAnyOffsetOfASegment() {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : KernelInputs.DIMENSIONS) {
        float[] a = KernelInputs.floats(random, n);
        float[] b = KernelInputs.floats(random, n);
        int offset = KernelInputs.OFFSETS[n % KernelInputs.OFFSETS.length];
        checkSegment(a, b, KernelInputs.copy(arena, b, offset), offset);
      }
    }
  }

  /** Several vectors at once give, to the bit, what each gives alone. */
  @Test
  public void severalVectors() {
    int together = VectorKernels.TOGETHER;
    try (Arena arena = Arena.ofConfined()) {
      for (int n : KernelInputs.DIMENSIONS) {
        float[] a = KernelInputs.floats(random, n);
        int skip = KernelInputs.OFFSETS[n % KernelInputs.OFFSETS.length];
        MemorySegment b = KernelInputs.copy(arena, KernelInputs.floats(random, 5 * n), skip);
        long[] offsets = new long[together];
        for (int i = 0; i < together; i++) {
          offsets[i] = skip + (long) random.nextInt(5) * n * Float.BYTES;
        }
        for (VectorKernels kernels : KernelInputs.all()) {
          checkSeveral(kernels, a, b, offsets);
        }
      }
    }
  }

  private static void checkSeveral(
      VectorKernels kernels, float[] a, MemorySegment b, long[] offsets) {
    float[] dots = new float[VectorKernels.RESULTS];
    float[] distances = new float[VectorKernels.RESULTS];
    // often enough to be compiled
    for (int round = 0; round < 200; round++) {
      kernels.dot(a, b, offsets, a.length, dots);
      kernels.squaredL2(a, b, offsets, a.length, distances);
    }
    for (int i = 0; i < offsets.length; i++) {
      String message = kernels.name() + ", " + a.length + " dimensions, vector " + i;
      assertEquals(message, kernels.dot(a, b, offsets[i], a.length), dots[i], 0);
      assertEquals(message, kernels.squaredL2(a, b, offsets[i], a.length), distances[i], 0);
    }
  }

  @Test
  public void refuseSegmentsOnTheHeap() {
    float[] a = KernelInputs.floats(random, 131);
    MemorySegment heap = MemorySegment.ofArray(a);
    byte[] bytes = new byte[a.length];
    long[] offsets = new long[VectorKernels.TOGETHER];
    float[] results = new float[VectorKernels.RESULTS];
    for (VectorKernels kernels : KernelInputs.all()) {
      List<ThrowingRunnable> all =
          List.of(
              () -> kernels.dot(a, heap, 0, 8),
              () -> kernels.squaredL2(a, heap, 0, 8),
              () -> kernels.dot(a, heap, offsets, 8, results),
              () -> kernels.squaredL2(a, heap, offsets, 8, results),
              () -> kernels.dot(bytes, heap, 0, 8),
              () -> kernels.squaredL2(bytes, heap, 0, 8),
              () -> kernels.dotBytes(a, heap, 0, 8),
              () -> kernels.dotShorts(a, heap, 0, 8),
              () -> kernels.accumulate(heap, 0, 1, new byte[16], new int[32], new short[64]),
              () -> kernels.estimate(new int[32], heap, 0, 64, 0, 0, 0, 0, 0, new float[32]));
      for (ThrowingRunnable kernel : all) {
        assertThrows(ClassCastException.class, kernel);
      }
    }
  }

  @Test
  public void subnormalFloats() {
    float[] a = KernelInputs.floats(random, 203);
    float[] b = KernelInputs.floats(random, 203);
    for (int i = 0; i < a.length; i++) {
      a[i] *= 0x1p-140f;
      b[i] *= 0x1p-130f;
    }
    checkArrays(a, b, a.length);
    checkArrays(a, KernelInputs.floats(random, 203), a.length);
  }

  @Test
  public void largeFloatsOverflowToInfinity() {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : new int[] {1, 3, 16, 17, 63, 64, 65, 384}) {
        float[] huge = new float[n];
        float[] opposite = new float[n];
        Arrays.fill(huge, Float.MAX_VALUE);
        Arrays.fill(opposite, -Float.MAX_VALUE);
        MemorySegment hugeSegment = KernelInputs.copy(arena, huge, 4);
        MemorySegment oppositeSegment = KernelInputs.copy(arena, opposite, 4);
        for (VectorKernels kernels : KernelInputs.all()) {
          assertInfinite(Float.POSITIVE_INFINITY, kernels.dot(huge, huge, n));
          assertInfinite(Float.NEGATIVE_INFINITY, kernels.dot(huge, opposite, n));
          assertInfinite(Float.POSITIVE_INFINITY, kernels.dot(huge, hugeSegment, 4, n));
          assertInfinite(Float.POSITIVE_INFINITY, kernels.squaredL2(huge, oppositeSegment, 4, n));
        }
      }
    }
  }

  private static void assertInfinite(float expected, float actual) {
    assertEquals(expected, actual, 0);
  }

  /** The distance of a vector from itself is exactly 0, or duplicates would not tie. */
  @Test
  public void equalVectorsAreAtDistanceZero() {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : KernelInputs.DIMENSIONS) {
        float[] a = KernelInputs.floats(random, n);
        MemorySegment segment = KernelInputs.copy(arena, a, 4);
        for (VectorKernels kernels : KernelInputs.all()) {
          assertEquals(0, kernels.squaredL2(a, segment, 4, n), 0);
        }
      }
    }
  }

  @Test
  public void bytesAtAnyOffsetOfASegment() {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : KernelInputs.DIMENSIONS) {
        int offset = KernelInputs.OFFSETS[n % KernelInputs.OFFSETS.length];
        checkBytes(arena, KernelInputs.bytes(random, n), KernelInputs.bytes(random, n), offset);
      }
    }
  }

  /** Floats against small integers, in which nodes hold their own vectors. */
  @Test
  public void floatsWithBytesAndShorts() {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : KernelInputs.DIMENSIONS) {
        float[] a = KernelInputs.floats(random, n);
        byte[] bytes = KernelInputs.bytes(random, 2 * n);
        bytes[0] = Byte.MIN_VALUE;
        int offset = KernelInputs.OFFSETS[n % KernelInputs.OFFSETS.length];
        MemorySegment segment = KernelInputs.copy(arena, bytes, offset);
        float[] asBytes = new float[n];
        float[] asShorts = new float[n];
        for (int i = 0; i < n; i++) {
          asBytes[i] = bytes[i];
          asShorts[i] = (short) (bytes[2 * i] & 255 | bytes[2 * i + 1] << 8);
        }
        for (VectorKernels kernels : KernelInputs.all()) {
          checkDot(kernels, a, asBytes, n, kernels.dotBytes(a, segment, offset, n));
          checkDot(kernels, a, asShorts, n, kernels.dotShorts(a, segment, offset, n));
        }
      }
    }
  }

  /** In whatever order lanes are added, it is the same one interpreted and compiled. */
  @Test
  public void sumsRepeat() {
    VectorKernels kernels = VectorKernels.best();
    float[] a = KernelInputs.floats(random, 200);
    MemorySegment segment = KernelInputs.copy(Arena.ofAuto(), KernelInputs.floats(random, 200), 0);
    float[] b = KernelInputs.floats(random, 200);
    long[] bits = new long[3];
    float[] expected = results(kernels, a, b, segment, bits);
    for (int i = 0; i < 50_000; i++) {
      assertArrayEquals(expected, results(kernels, a, b, segment, bits), 0);
    }
  }

  private static float[] results(
      VectorKernels kernels, float[] a, float[] b, MemorySegment segment, long[] bits) {
    int n = a.length;
    return new float[] {
      kernels.dot(a, b, n),
      kernels.dot(a, segment, 0, n),
      kernels.squaredL2(a, segment, 0, n),
      kernels.dotBytes(a, segment, 0, n),
      kernels.dotShorts(a, segment, 0, n),
      kernels.signs(a, 192, bits),
      kernels.signedSum(b, 192, bits)
    };
  }

  @Test
  public void extremeBytes() {
    try (Arena arena = Arena.ofConfined()) {
      byte[] extremes = {Byte.MIN_VALUE, Byte.MAX_VALUE};
      for (int n : new int[] {1, 15, 64, 127, 4096}) {
        for (byte x : extremes) {
          for (byte y : extremes) {
            byte[] a = new byte[n];
            byte[] b = new byte[n];
            Arrays.fill(a, x);
            Arrays.fill(b, y);
            checkBytes(arena, a, b, 1);
          }
        }
      }
    }
  }

  private static void checkBytes(Arena arena, byte[] a, byte[] b, int offset) {
    int dot = 0;
    int squared = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      squared += (a[i] - b[i]) * (a[i] - b[i]);
    }
    MemorySegment segment = KernelInputs.copy(arena, b, offset);
    for (VectorKernels kernels : KernelInputs.all()) {
      String message = kernels.name() + ", " + a.length + " dimensions";
      assertEquals(message, dot, kernels.dot(a, segment, offset, a.length));
      assertEquals(message, squared, kernels.squaredL2(a, segment, offset, a.length));
    }
  }

  private static void checkArrays(float[] a, float[] b, int n) {
    for (VectorKernels kernels : KernelInputs.all()) {
      checkDot(kernels, a, b, n, kernels.dot(a, b, n));
    }
  }

  private static void checkSegment(float[] a, float[] b, MemorySegment segment, int offset) {
    for (VectorKernels kernels : KernelInputs.all()) {
      checkDot(kernels, a, b, a.length, kernels.dot(a, segment, offset, a.length));
      checkSquaredL2(kernels, a, b, a.length, kernels.squaredL2(a, segment, offset, a.length));
    }
  }

  private static void checkDot(VectorKernels kernels, float[] a, float[] b, int n, float actual) {
    double exact = 0;
    double magnitude = 0;
    for (int i = 0; i < n; i++) {
      double product = (double) a[i] * b[i];
      exact += product;
      magnitude += Math.abs(product);
    }
    checkSum(kernels, n, exact, magnitude, actual);
  }

  private static void checkSquaredL2(
      VectorKernels kernels, float[] a, float[] b, int n, float actual) {
    double exact = 0;
    for (int i = 0; i < n; i++) {
      double difference = (double) a[i] - b[i];
      exact += difference * difference;
    }
    checkSum(kernels, n, exact, exact, actual);
  }

  private static void checkSum(
      VectorKernels kernels, int n, double exact, double magnitude, float actual) {
    double error = Math.abs(actual - exact);
    assertTrue(
        kernels.name() + ", " + n + " dimensions: " + actual + " instead of " + exact,
        error <= KernelInputs.bound(n, magnitude));
  }
}
