/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeCode;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.OwnCode;
import dev.cairn.quantization.Rotation;
import dev.cairn.simd.EdgeKernels;
import dev.cairn.simd.VectorKernels;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Adds a new node to the lists of its neighbours. Whether the new node and an old neighbour are
 * diverse is judged by the estimates from the list's own block, which cost one pass and no vector
 * read; a full list gives up its farthest neighbour that is not diverse.
 *
 * <p>Blocks that a merge copied come without the keys of their edges. They are estimated when a
 * block is first changed: by the lengths of edges where those tell, which is not so for inner
 * products of vectors of several lengths. There the node becomes the query, and the estimate is
 * exact but for the rounding of factors and tables.
 */
final class BackLinks {
  private final EdgeKernels kernels = EdgeKernels.best();
  private final boolean isInnerProduct;
  private final boolean haveOneLength;
  private final EdgeLengths lengths;
  private final FusedQuery ownQuery;
  private final float[] ownRow;
  private float[] estimates = new float[VectorKernels.PASS];

  /**
   * For one thread.
   *
   * @param dimension number of components of the vectors
   * @param haveOneLength whether the vectors of all blocks without keys have the same length
   */
  BackLinks(Metric metric, int dimension, boolean haveOneLength) {
    this.isInnerProduct = metric.isInnerProduct();
    this.haveOneLength = haveOneLength;
    this.lengths = new EdgeLengths(metric);
    this.ownQuery = new FusedQuery(metric, dimension);
    this.ownRow = new float[Rotation.codeLength(dimension)];
  }

  /**
   * Adds a node to a list, or not, when all of a full list is better or it is there already.
   *
   * @param segment where the list's block is
   * @param at offset of the block
   * @param query the new node's query
   * @param added index of the new node
   * @param key key of the edge
   * @param code code of the edge from the list's owner to the new node
   * @param isNew whether the list cannot have it already
   * @return whether it was added
   */
  boolean add(
      FusedBlockLayout layout,
      MemorySegment segment,
      long at,
      FusedQuery query,
      int added,
      float key,
      EdgeCode code,
      boolean isNew) {
    int count = layout.count(segment, at);
    for (int slot = 0; slot < count && !isNew; slot++) {
      if (layout.neighbour(segment, at, slot) == added) {
        return false;
      }
    }
    ensureKeys(layout, segment, at, count);
    estimate(layout, segment, at, query, key, count);
    float slack = query.slack(layout.nodeFactor(segment, at));
    float rounding = Occlusion.ROUNDING * layout.squaredLength(segment, at);
    boolean isDiverse = true;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int pass = first / VectorKernels.PASS;
      long masks =
          kernels.compareEdges(
              estimates,
              first,
              segment,
              at + layout.edgeKeysOffset() + (long) first * Float.BYTES,
              key,
              slack,
              Occlusion.ALPHA,
              rounding);
      int used = FusedBlockLayout.used(first, count);
      int close = (int) masks & used;
      int far = (int) (masks >>> VectorKernels.PASS) & used;
      isDiverse &= (close & ~far) == 0;
      int diverse = layout.diverseBits(segment, at, pass);
      if ((diverse & close & far) != 0) {
        diverse &= ~(close & far);
        layout.setDiverseBits(segment, at, pass, diverse);
      }
    }
    int slot = count < layout.slots() ? count : victim(layout, segment, at, key, isDiverse);
    if (slot < 0) {
      return false;
    }
    layout.setEdge(segment, at, slot, added, key, code);
    layout.setDiverse(segment, at, slot, isDiverse);
    if (slot == count) {
      // another thread that sees the count sees the edge
      VarHandle.storeStoreFence();
      layout.setCount(segment, at, count + 1);
    }
    return true;
  }

  /** The slot that a full list gives up for a new edge, or -1. */
  private static int victim(
      FusedBlockLayout layout, MemorySegment segment, long at, float key, boolean isDiverse) {
    int victim = -1;
    float worst = Float.NEGATIVE_INFINITY;
    for (int first = 0; first < layout.slots(); first += VectorKernels.PASS) {
      int spare = ~layout.diverseBits(segment, at, first / VectorKernels.PASS);
      for (; spare != 0; spare &= spare - 1) {
        int slot = first + Integer.numberOfTrailingZeros(spare);
        float edge = layout.edgeKey(segment, at, slot);
        if (edge >= worst) {
          worst = edge;
          victim = slot;
        }
      }
    }
    if (victim >= 0 && (isDiverse || worst >= key)) {
      return victim;
    }
    if (!isDiverse) {
      return -1;
    }
    int farthest = -1;
    float farthestKey = key;
    for (int slot = 0; slot < layout.slots(); slot++) {
      float edge = layout.edgeKey(segment, at, slot);
      if (edge > farthestKey) {
        farthestKey = edge;
        farthest = slot;
      }
    }
    return farthest;
  }

  /** Estimates the keys of a copied block's edges, if they are not known. */
  void ensureKeys(FusedBlockLayout layout, MemorySegment segment, long at, int count) {
    if (count == 0 || !Float.isNaN(layout.edgeKey(segment, at, 0))) {
      return;
    }
    if (isInnerProduct && !haveOneLength) {
      OwnCode.decode(layout, segment, at, ownRow);
      ownQuery.setRotated(ownRow);
      estimate(layout, segment, at, ownQuery, ownQuery.key(layout, segment, at), count);
      for (int slot = 0; slot < count; slot++) {
        layout.setEdgeKey(segment, at, slot, estimates[slot]);
      }
      return;
    }
    float squaredLength = layout.squaredLength(segment, at);
    for (int slot = 0; slot < count; slot++) {
      float squared = lengths.squared(layout, segment, at, slot);
      layout.setEdgeKey(segment, at, slot, isInnerProduct ? squared / 2 - squaredLength : squared);
    }
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
      query.estimate(layout, segment, at, first, count, key, beta, Float.POSITIVE_INFINITY);
      query.copyKeys(estimates, first);
    }
  }
}
