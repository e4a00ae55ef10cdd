/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What the tests of kernels have in common: sizes, random input, bounds of rounding errors. */
final class KernelInputs {
  /** Every remainder of every vector width several times over, and sizes met in practice. */
  static final int[] DIMENSIONS =
      IntStream.concat(IntStream.rangeClosed(1, 300), IntStream.of(384, 768, 1024, 1536, 4096))
          .toArray();

  /** Lengths of codes: multiples of 64. */
  static final int[] CODE_LENGTHS =
      IntStream.concat(
              IntStream.rangeClosed(1, 26).map(i -> 64 * i), IntStream.of(2048, 3072, 4032, 4096))
          .toArray();

  /** Byte offsets, most of them unaligned for anything. */
  static final int[] OFFSETS = {0, 1, 3, 4, 7, 61, 64};

  private static final double UNIT_ROUNDOFF = 0x1p-24;

  private KernelInputs() {}

  /** The scalar kernels and those this JVM would choose (where they are others). */
  static List<VectorKernels> all() {
    VectorKernels best = VectorKernels.best();
    return best instanceof ScalarKernels ? List.of(best) : List.of(new ScalarKernels(), best);
  }

  static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static byte[] bytes(Random random, int n) {
    byte[] values = new byte[n];
    random.nextBytes(values);
    return values;
  }

  /** Entries of FastScan's tables. */
  static byte[] entries(Random random, int n) {
    byte[] values = bytes(random, n);
    for (int i = 0; i < n; i++) {
      values[i] &= VectorKernels.MAX_ENTRY;
    }
    return values;
  }

  static MemorySegment copy(Arena arena, float[] values, int offset) {
    return copy(arena, MemorySegment.ofArray(values), offset);
  }

  static MemorySegment copy(Arena arena, byte[] values, int offset) {
    return copy(arena, MemorySegment.ofArray(values), offset);
  }

  /** A native segment that ends where the values end, so that a read beyond them fails. */
  private static MemorySegment copy(Arena arena, MemorySegment values, int offset) {
    MemorySegment segment = arena.allocate(offset + values.byteSize(), 64);
    segment.asSlice(0, offset).fill((byte) 0x5a);
    MemorySegment.copy(
        values,
        ValueLayout.JAVA_BYTE,
        0,
        segment,
        ValueLayout.JAVA_BYTE,
        offset,
        values.byteSize());
    return segment;
  }

  /**
   * How far a single-precision sum of {@code n} rounded terms may be from the exact one, in
   * whatever order it is summed (Higham, Accuracy and Stability, section 4.2), with room for two
   * more roundings in each term.
   *
   * @param magnitude sum of the absolute values of the terms
   */
  static double bound(int n, double magnitude) {
    double roundings = (n + 2) * UNIT_ROUNDOFF;
    return roundings / (1 - roundings) * magnitude + n * Float.MIN_VALUE;
  }
}
