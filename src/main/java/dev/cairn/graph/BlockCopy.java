/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import java.lang.foreign.MemorySegment;

/** Copies blocks from one graph to another of the same layout; scratch space of one thread. */
final class BlockCopy {
  private final FusedBlockLayout layout;
  private final long[] scratch;

  BlockCopy(FusedBlockLayout layout) {
    this.layout = layout;
    this.scratch = new long[layout.codeLength() >> 6];
  }

  /** Copies a node, with no neighbours. */
  void node(BlockSource from, BlockSource to, int ordinal, int below) {
    layout.copyNode(from.segment(), from.offset(), to.segment(), to.offset());
    layout.setNode(
        to.segment(),
        to.offset(),
        ordinal,
        below,
        layout.nodeFactor(from.segment(), from.offset()));
  }

  /** Copies all of a node. */
  void block(BlockSource from, BlockSource to, int ordinal, int below) {
    MemorySegment.copy(from.segment(), from.offset(), to.segment(), to.offset(), layout.bytes());
    layout.setNode(
        to.segment(),
        to.offset(),
        ordinal,
        below,
        layout.nodeFactor(from.segment(), from.offset()));
  }

  /**
   * Renumbers the neighbours of a copied block and drops those deleted; keys of its edges are not
   * known.
   *
   * @param map new indices by old ones, -1 for what was deleted
   * @return whether a neighbour was dropped
   */
  boolean renumber(BlockSource block, int[] map) {
    MemorySegment segment = block.segment();
    long at = block.offset();
    int old = layout.count(segment, at);
    int count = old;
    for (int slot = 0; slot < count; slot++) {
      int neighbour = map[layout.neighbour(segment, at, slot)];
      while (neighbour < 0 && slot < --count) {
        layout.copyEdge(segment, at, count, slot, scratch);
        neighbour = map[layout.neighbour(segment, at, slot)];
      }
      if (neighbour >= 0) {
        layout.setNeighbour(segment, at, slot, neighbour);
      }
    }
    layout.setCount(segment, at, count);
    if (count < old) {
      layout.clearUnused(segment, at);
    }
    for (int slot = 0; slot < layout.slots(); slot++) {
      layout.setEdgeKey(segment, at, slot, Float.NaN);
    }
    return count < old;
  }
}
