/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.EdgeKernels;
import dev.cairn.simd.VectorKernels;
import java.lang.foreign.MemorySegment;

/**
 * A node's own vector in small integers, after the rotation, which makes its components alike. With
 * the code v the product q.p is taken for q.v |p|^2/p.v, which is exact along p, so that the error
 * of a distance is a small fraction of that distance however long the vectors are.
 */
public final class OwnCode {
  private static final EdgeKernels KERNELS = EdgeKernels.best();

  final short[] components;
  float squaredLength;
  float factor;

  /** What an own code differs from the vector by, squared, on average: across the vector. */
  static float rounding(float factor, int codeLength) {
    // integers are rounded by a twelfth of their unit, squared
    return factor * factor * codeLength / 12;
  }

  OwnCode(int codeLength) {
    components = new short[codeLength];
  }

  void set(float[] rotated) {
    int most =
        components.length <= FusedBlockLayout.LONGEST_WIDE ? Short.MAX_VALUE : Byte.MAX_VALUE;
    float largest = 0;
    for (float x : rotated) {
      largest = Math.max(largest, Math.abs(x));
    }
    float scale = largest > 0 ? most / largest : 0;
    // two loops, and no Math.round, which takes longer than all the rest
    for (int i = 0; i < rotated.length; i++) {
      int v = (int) (rotated[i] * scale + VectorKernels.NO_FRACTION - VectorKernels.NO_FRACTION);
      components[i] = (short) Math.clamp(v, -most, most);
    }
    double squared = 0;
    double product = 0;
    for (int i = 0; i < rotated.length; i++) {
      squared += (double) rotated[i] * rotated[i];
      product += (double) rotated[i] * components[i];
    }
    // not a number where the rotation overflowed
    squaredLength = squared <= Float.MAX_VALUE ? (float) squared : Float.MAX_VALUE;
    factor = product > 0 ? (float) Math.min(squared / product, Float.MAX_VALUE) : 0;
  }

  /**
   * The rotated vector of a node as its own code has it.
   *
   * @param vector receives as many components as a code has bits
   */
  public static void decode(
      FusedBlockLayout layout, MemorySegment segment, long block, float[] vector) {
    KERNELS.decode(
        segment,
        block + layout.ownOffset(),
        layout.codeLength(),
        layout.hasWideOwnCodes(),
        layout.ownFactor(segment, block),
        vector);
  }
}
