/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import java.lang.foreign.MemorySegment;

/**
 * Lengths of edges from their factors alone, for blocks that a merge copied and that come without
 * keys of edges.
 *
 * <p>The multiplicative factor holds the squared length of the residual over the sum of the sizes
 * of its rotated components. After a random rotation those are like normal variates, whose sizes
 * add up to sqrt(2 L / pi) lengths, give or take .27/sqrt(L) of that: so squared lengths are good
 * to some 3% where codes have 384 bits and 7% where they have 64. Neighbours are chosen by
 * distances with larger errors, and relax by more.
 */
final class EdgeLengths {
  private final float perBit;

  EdgeLengths(Metric metric) {
    double ratios = metric.isInnerProduct() ? 1 : 2;
    this.perBit = (float) (2 / (Math.PI * ratios * ratios));
  }

  /**
   * About the squared length of the edge in a slot; 0 exactly where it leads to an equal vector.
   */
  float squared(FusedBlockLayout layout, MemorySegment segment, long at, int slot) {
    float factor = layout.scale(segment, at, slot);
    return Math.min(factor * factor * perBit * layout.codeLength(), Float.MAX_VALUE);
  }
}
