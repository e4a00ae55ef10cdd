/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

/**
 * What the graph minimizes. A <em>key</em> is small where vectors are near: the squared distance,
 * or the negated inner product. Keys are raw values, never clamped or scaled scores.
 */
public enum Metric {
  /** Squared Euclidean distance of the vectors. */
  SQUARED_L2,
  /** Squared Euclidean distance of the vectors scaled to unit length; a zero vector stays zero. */
  ANGULAR,
  /** Negated inner product. */
  INNER_PRODUCT;

  /** Whether keys are negated inner products. */
  public boolean isInnerProduct() {
    return this == INNER_PRODUCT;
  }
}
