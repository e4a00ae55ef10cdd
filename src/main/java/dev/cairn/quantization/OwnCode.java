/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

/**
 * A node's own vector in small integers, after the rotation, which makes its components alike. With
 * the code v the product q.p is taken for q.v |p|^2/p.v, which is exact along p, so that the error
 * of a distance is a small fraction of that distance however long the vectors are.
 */
public final class OwnCode {
  final short[] components;
  float squaredLength;
  float factor;

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
    double squared = 0;
    double product = 0;
    float scale = largest > 0 ? most / largest : 0;
    for (int i = 0; i < rotated.length; i++) {
      int v = Math.clamp(Math.round(rotated[i] * scale), -most, most);
      components[i] = (short) v;
      squared += (double) rotated[i] * rotated[i];
      product += (double) rotated[i] * v;
    }
    // not a number where the rotation overflowed
    squaredLength = squared <= Float.MAX_VALUE ? (float) squared : Float.MAX_VALUE;
    factor = product > 0 ? (float) Math.min(squared / product, Float.MAX_VALUE) : 0;
  }
}
