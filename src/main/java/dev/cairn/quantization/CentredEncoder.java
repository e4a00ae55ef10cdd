/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.EdgeKernels;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Computes centred codes of nodes (RaBitQ, SIGMOD 2024, section 3) from their own codes, which are
 * rotated already and exact enough. Not safe for use by several threads at once.
 *
 * <p>With o the node's vector, c the centroid, signs s of P(o - c), and the ratio t of |o - c|^2 to
 * the sum of the absolute values of P(o - c), t S estimates (o - c).r for a vector r, where S is
 * the sum of the components of Pr under those signs. A query's keys follow from two factors and S:
 *
 * <ul>
 *   <li>|q-o|^2 is |q-c|^2 + |o-c|^2 - 2 (o-c).r with r = q - c
 *   <li>-q.o is -q.c - beta c.(o-c) - (o-c).r with beta = q.c/|c|^2 and r = q - beta c, the
 *       shortest there is
 * </ul>
 */
public final class CentredEncoder {
  /** How much longer than the rounding of an own code a residual must be, squared. */
  private static final int PRECISION = 10;

  private final EdgeKernels kernels = EdgeKernels.best();
  private final Metric metric;
  private final float[] centroid;
  private final float[] vector;
  private final long[] signs;
  private final long[] negated;
  private final float[] sums = new float[EdgeKernels.SUMS];

  /**
   * An encoder.
   *
   * @param metric what keys mean
   * @param centroid c, rotated, of as many components as a code has bits
   */
  public CentredEncoder(Metric metric, float[] centroid) {
    this.metric = metric;
    this.centroid = centroid;
    this.vector = new float[centroid.length];
    this.signs = new long[centroid.length / Long.SIZE];
    this.negated = new long[signs.length];
  }

  /**
   * Encodes a node.
   *
   * @param block where the node's block is in its segment
   * @param row receives the row; as long as one
   */
  public void encode(FusedBlockLayout layout, MemorySegment segment, long block, byte[] row) {
    OwnCode.decode(layout, segment, block, vector);
    kernels.residual(centroid, vector, vector.length, signs, negated, sums);
    float squared = sums[EdgeKernels.SQUARED];
    float rounding = OwnCode.rounding(layout.ownFactor(segment, block), vector.length);
    float ratio = squared > 0 ? squared / sums[EdgeKernels.ABSOLUTE] : 0;
    float add = metric.isInnerProduct() ? -sums[EdgeKernels.INNER] : squared - rounding;
    float scale = metric.isInnerProduct() ? ratio : 2 * ratio;
    boolean isExactEnough = squared > PRECISION * rounding || squared == 0;
    if (!isExactEnough || !Float.isFinite(add) || !Float.isFinite(scale)) {
      // nothing can be estimated
      add = Float.NaN;
      scale = 0;
    }
    ByteBuffer out = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : signs) {
      out.putLong(word);
    }
    out.putFloat(add).putFloat(scale);
  }
}
