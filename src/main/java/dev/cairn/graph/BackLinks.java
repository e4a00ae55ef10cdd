/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeCode;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Adds a new node to the lists of its neighbours. Whether the new node and an old neighbour are
 * diverse is judged by the estimates from the list's own block, which cost one pass and no vector
 * read; a full list gives up its farthest neighbour that is not diverse.
 */
final class BackLinks {
  /** How far apart keys by own codes may put duplicates, in squared lengths. */
  private static final float ROUNDING = 1e-5f;

  private float[] estimates = new float[VectorKernels.PASS];

  /**
   * Adds a node to a list, or not, when all of a full list is better.
   *
   * @param query the new node's query
   * @param owner index of the node that owns the list
   * @param added index of the new node
   * @param key key of the edge
   * @param code code of the edge from the owner to the new node
   * @return whether it was added
   */
  boolean add(BuildLayer layer, FusedQuery query, int owner, int added, float key, EdgeCode code)
      throws IOException {
    FusedBlockLayout layout = layer.layout;
    BlockSource block = layer.seek(owner);
    MemorySegment segment = block.segment();
    long at = block.offset();
    int count = layout.count(segment, at);
    estimate(layout, segment, at, query, key, count);
    float slack = query.slack(layout.nodeFactor(segment, at));
    float rounding = ROUNDING * layout.squaredLength(segment, at);
    boolean isDiverse = true;
    int victim = -1;
    float worst = Float.NEGATIVE_INFINITY;
    int farthest = -1;
    float farthestKey = Float.NEGATIVE_INFINITY;
    for (int slot = 0; slot < count; slot++) {
      float edge = layout.edgeKey(segment, at, slot);
      float between = estimates[slot];
      if (edge <= key) {
        isDiverse &= !Occlusion.isOccluded(between, key, slack, rounding);
      } else if (Occlusion.isOccluded(between, edge, slack, rounding)) {
        layout.setDiverse(segment, at, slot, false);
      }
      if (edge > farthestKey) {
        farthestKey = edge;
        farthest = slot;
      }
      if (edge >= worst && !layout.isDiverse(segment, at, slot)) {
        worst = edge;
        victim = slot;
      }
    }
    int slot = count;
    if (count < layout.slots()) {
      layout.setCount(segment, at, count + 1);
    } else if (victim >= 0 && (isDiverse || worst >= key)) {
      slot = victim;
    } else if (isDiverse && farthestKey > key) {
      slot = farthest;
    } else {
      return false;
    }
    layer.setEdge(segment, at, slot, added, key, isDiverse, code);
    return true;
  }

  private void estimate(
      FusedBlockLayout layout,
      MemorySegment segment,
      long at,
      FusedQuery query,
      float key,
      int count) {
    if (estimates.length < layout.slots()) {
      estimates = Arrays.copyOf(estimates, layout.slots());
    }
    float beta = query.beta(key, layout.nodeFactor(segment, at));
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      query.estimate(
          layout, segment, at, first / VectorKernels.PASS, key, beta, Float.POSITIVE_INFINITY);
      for (int i = 0; i < VectorKernels.PASS; i++) {
        estimates[first + i] = query.key(i);
      }
    }
  }
}
