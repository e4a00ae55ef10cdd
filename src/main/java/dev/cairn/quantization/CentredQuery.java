/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.SignKernels;
import dev.cairn.simd.SignQuery;
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

  private final SignKernels kernels = SignKernels.best();
  private final Metric metric;
  private final int rowBytes;
  private final byte[] integers;
  private final float[] residual;
  private final SignQuery signs;
  private final int[] sums = new int[TOGETHER];
  private float base;

  /**
   * A query for codes of some length.
   *
   * @param metric what keys mean
   * @param codeLength bits of a code
   */
  public CentredQuery(Metric metric, int codeLength) {
    this.metric = metric;
    this.rowBytes = CentredLayout.rowBytes(codeLength);
    this.integers = new byte[codeLength];
    this.residual = new float[codeLength];
    this.signs = new SignQuery(codeLength);
  }

  /**
   * Prepares a query.
   *
   * @param rotated the query, rotated
   * @param centroid of the codes, rotated
   */
  public void set(float[] rotated, float[] centroid) {
    double inner = 0;
    double length = 0;
    for (int i = 0; i < centroid.length; i++) {
      inner += (double) rotated[i] * centroid[i];
      length += (double) centroid[i] * centroid[i];
    }
    float beta = metric.isInnerProduct() && length > 0 ? (float) (inner / length) : 1;
    float largest = 0;
    double squared = 0;
    for (int i = 0; i < residual.length; i++) {
      float difference = rotated[i] - beta * centroid[i];
      residual[i] = difference;
      largest = Math.max(largest, Math.abs(difference));
      squared += (double) difference * difference;
    }
    float step = largest / (SignQuery.MOST + .5f);
    float perStep = step > 0 ? 1 / step : 0;
    int sum = 0;
    for (int i = 0; i < residual.length; i++) {
      int integer = Math.round(residual[i] * perStep);
      integers[i] = (byte) Math.clamp(integer, SignQuery.LEAST, SignQuery.MOST);
      sum += integers[i];
    }
    // of the signs, and of what the integers are rounded by
    double variance = SQUARED_SINE * squared + (double) step * step * residual.length / 12;
    // a set bit counts as +1 and one that is not set as -1
    float bias = (float) (DEVIATIONS * Math.sqrt(variance) - step * sum);
    signs.set(integers, beta, 2 * step, bias);
    base = (float) (metric.isInnerProduct() ? -inner : squared);
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
      kernels.keys(rows, rowBytes, ordinals, from, to, signs, sums, keys);
    }
  }

  /** What is to be added to keys. */
  public float base() {
    return base;
  }
}
