/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.SignKernels;
import dev.cairn.simd.SignQuery;
import dev.cairn.simd.VectorKernels;
import java.lang.foreign.MemorySegment;

/**
 * A query for centred codes. What it says of a node is the least key that the node may well have:
 * the estimate less some standard deviations of its error. Reused by {@link #set}; serves one
 * search at a time.
 */
public final class CentredQuery {
  /** Standard deviations of an estimate within which a key is taken to be. */
  private static final double DEVIATIONS = 2.5;

  /**
   * Squared sine of the angle between a vector and its signs: one less 2/pi, for rotated components
   * are distributed about normally.
   */
  private static final double SQUARED_SINE = 1 - 2 / Math.PI;

  /** Nodes whose rows stay in the first level of the cache while they are read several times. */
  private static final int TOGETHER = 256;

  private final VectorKernels kernels = VectorKernels.best();
  private final SignKernels signKernels = SignKernels.best();
  private final Metric metric;
  private final float[] centroid;
  private final float squaredCentroid;
  private final int rowBytes;
  private final float[] residual;
  private final SignQuery signs;
  private final int[] sums = new int[TOGETHER];
  private float base;

  /**
   * A query for codes relative to some point.
   *
   * @param metric what keys mean
   * @param centroid of the codes, rotated, of as many components as a code has bits
   */
  public CentredQuery(Metric metric, float[] centroid) {
    this.metric = metric;
    this.centroid = centroid;
    this.squaredCentroid = kernels.dot(centroid, centroid, centroid.length);
    this.rowBytes = CentredLayout.rowBytes(centroid.length);
    this.residual = new float[centroid.length];
    this.signs = new SignQuery(centroid.length);
  }

  /**
   * Prepares a query.
   *
   * @param rotated the query, rotated
   */
  public void set(float[] rotated) {
    float inner = 0;
    float beta = 1;
    if (metric.isInnerProduct()) {
      inner = kernels.dot(rotated, centroid, centroid.length);
      beta = squaredCentroid > 0 ? inner / squaredCentroid : 1;
    }
    for (int i = 0; i < residual.length; i++) {
      residual[i] = rotated[i] - beta * centroid[i];
    }
    float squared = kernels.dot(residual, residual, residual.length);
    signKernels.quantize(residual, signs);
    double unit = signs.unit();
    // of the signs, and of what the integers are rounded by
    double variance = SQUARED_SINE * squared + unit * unit * residual.length / 12;
    // a set bit counts as +1 and one that is not set as -1
    double bias = DEVIATIONS * Math.sqrt(variance) - unit * signs.sum();
    signs.weigh(beta, 2 * signs.unit(), (float) bias);
    base = metric.isInnerProduct() ? -inner : squared;
  }

  /**
   * The least keys that some nodes may well have, less the {@link #base}; not a number where
   * nothing can be said.
   *
   * @param rows where the codes are, the first at its beginning
   * @param ordinals of the nodes
   * @param count how many of them
   * @param keys receives a key for each
   */
  public void leastKeys(MemorySegment rows, int[] ordinals, int count, float[] keys) {
    for (int from = 0; from < count; from += TOGETHER) {
      int to = Math.min(count, from + TOGETHER);
      signKernels.keys(rows, rowBytes, ordinals, from, to, signs, sums, keys);
    }
  }

  /** What is to be added to keys. */
  public float base() {
    return base;
  }
}
