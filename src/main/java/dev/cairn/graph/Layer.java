/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.util.Arrays;

/**
 * One layer of a graph as one search sees it.
 *
 * @param layout where things stand in a block
 * @param blocks the search's own cursor
 * @param size number of nodes
 */
public record Layer(FusedBlockLayout layout, BlockSource blocks, int size) {
  /** The list of a node, as it is now. */
  int[] neighbours(int node) throws IOException {
    blocks.seek(node);
    int[] neighbours = new int[layout.count(blocks.segment(), blocks.offset())];
    for (int slot = 0; slot < neighbours.length; slot++) {
      neighbours[slot] = layout.neighbour(blocks.segment(), blocks.offset(), slot);
    }
    return neighbours;
  }

  /** Those of a node's list that the diversity heuristic chose. */
  int[] diverseNeighbours(int node) throws IOException {
    int[] neighbours = neighbours(node);
    int count = 0;
    for (int slot = 0; slot < neighbours.length; slot++) {
      if (layout.isDiverse(blocks.segment(), blocks.offset(), slot)) {
        neighbours[count++] = neighbours[slot];
      }
    }
    return Arrays.copyOf(neighbours, count);
  }
}
