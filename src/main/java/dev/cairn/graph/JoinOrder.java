/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The order in which nodes of a graph join another one: depth first along its edges, through
 * deleted nodes too, so that an old neighbour of a node is there before it, and what was read for
 * one node serves the next.
 */
final class JoinOrder {
  private JoinOrder() {}

  /** Indices of the nodes of a layer that were not deleted. */
  static int[] of(Layer layer, int[] map, MergeMonitor.Check check) throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource block = layer.blocks();
    int size = layer.size();
    int[] order = new int[size];
    int count = 0;
    int[] stack = new int[size];
    int depth = 0;
    boolean[] isSeen = new boolean[size];
    int visited = 0;
    for (int root = 0; root < size; root++) {
      if (isSeen[root]) {
        continue;
      }
      isSeen[root] = true;
      stack[depth++] = root;
      while (depth > 0) {
        if (visited++ % 4096 == 0) {
          check.run();
        }
        int node = stack[--depth];
        if (map[node] >= 0) {
          order[count++] = node;
        }
        block.seek(node);
        MemorySegment segment = block.segment();
        long at = block.offset();
        // the first slots tend to hold the nearest
        for (int slot = layout.count(segment, at) - 1; slot >= 0; slot--) {
          int neighbour = layout.neighbour(segment, at, slot);
          if (!isSeen[neighbour]) {
            isSeen[neighbour] = true;
            stack[depth++] = neighbour;
          }
        }
      }
    }
    return Arrays.copyOf(order, count);
  }
}
