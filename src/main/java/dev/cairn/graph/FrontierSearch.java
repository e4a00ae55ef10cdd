/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Best-first search of one layer that remembers every node it has seen and leaves it to its {@link
 * Goal} when enough was found: for searches in which nodes are walked through without being
 * collected, and for those that judge each node. {@link BeamSearch} is the same search where the
 * best nodes are also the ones wanted. An instance serves one search at a time.
 */
public final class FrontierSearch {

  /** Decides which nodes are still worth expanding. */
  public interface Goal extends ExpansionListener {
    /** The key that an estimate must be below to be followed; never rises during a search. */
    float bound();
  }

  private final VisitedSet expanded = new VisitedSet();
  private final LongHeap open = new LongHeap();
  private int[] leftOut = {};

  /** A search with scratch space of its own. */
  public FrontierSearch() {}

  /** Searches from now on do not step on these nodes. */
  public void leaveOut(int[] nodes) {
    leftOut = nodes;
  }

  /**
   * Searches.
   *
   * @param starts nodes to start from
   * @return whether the search came to its end; false when the goal stopped it
   */
  public boolean run(Layer layer, int[] starts, FusedQuery query, Goal goal) throws IOException {
    try {
      return walk(layer, starts, query, goal);
    } finally {
      open.clear();
    }
  }

  private boolean walk(Layer layer, int[] starts, FusedQuery query, Goal goal) throws IOException {
    expanded.reset(layer.size());
    for (int node : leftOut) {
      expanded.add(node);
    }
    for (int start : starts) {
      open.push(PackedKey.pack(Float.NEGATIVE_INFINITY, start));
    }
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    while (!open.isEmpty()) {
      long best = open.pop();
      if (PackedKey.key(best) > goal.bound()) {
        return true;
      }
      int node = PackedKey.node(best);
      if (!expanded.add(node)) {
        continue;
      }
      blocks.seek(node);
      MemorySegment segment = blocks.segment();
      long block = blocks.offset();
      int base = blocks.base();
      float nodeFactor = layout.nodeFactor(segment, block);
      int ordinal = layout.ordinal(segment, block);
      float key = query.key(layout, segment, block);
      if (!goal.expanded(node, ordinal, key, nodeFactor)) {
        return false;
      }
      float beta = query.beta(key, nodeFactor);
      float bound = goal.bound();
      int count = layout.count(segment, block);
      for (int first = 0; first < count; first += VectorKernels.PASS) {
        int below = query.estimate(layout, segment, block, first, count, key, beta, bound);
        while (below != 0) {
          int slot = Integer.numberOfTrailingZeros(below);
          below &= below - 1;
          int neighbour = base + layout.neighbour(segment, block, first + slot);
          if (!expanded.contains(neighbour)) {
            open.push(PackedKey.pack(query.key(slot), neighbour));
          }
        }
      }
    }
    return true;
  }
}
