/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Makes every node of a layer reachable from its entry. A breadth-first search gives a tree of
 * edges that must stay; each node it does not reach is linked from a near node that it does reach,
 * in a free slot or in the place of an edge outside the tree.
 */
final class ReachabilityRepair {
  private final GraphBuilder builder;
  private final int level;
  private final BuildLayer layer;
  private final FusedBlockLayout layout;
  private final int[] parent;
  private final int[] reached;
  private int reachedCount;
  private int expandedCount;
  private int entry;

  ReachabilityRepair(GraphBuilder builder, int level) {
    this.builder = builder;
    this.level = level;
    this.layer = builder.buildLayer(level);
    this.layout = layer.layout;
    this.parent = new int[layer.size()];
    this.reached = new int[layer.size()];
  }

  /** Repairs the layer and returns how many nodes had to be linked. */
  int run() throws IOException {
    Arrays.fill(parent, -1);
    entry = builder.entryOf(level);
    reach(entry, entry);
    int repaired = 0;
    for (int node = 0; node < parent.length; node++) {
      if (parent[node] < 0) {
        reach(node, linkTo(node));
        repaired++;
      }
    }
    return repaired;
  }

  private void reach(int start, int from) throws IOException {
    parent[start] = from;
    reached[reachedCount++] = start;
    for (; expandedCount < reachedCount; expandedCount++) {
      int node = reached[expandedCount];
      BlockSource block = layer.seek(node);
      MemorySegment segment = block.segment();
      long at = block.offset();
      int count = layout.count(segment, at);
      for (int slot = 0; slot < count; slot++) {
        int neighbour = layout.neighbour(segment, at, slot);
        if (parent[neighbour] < 0) {
          parent[neighbour] = node;
          reached[reachedCount++] = neighbour;
        }
      }
    }
  }

  /** Links a node from one that is reached and returns that one. */
  private int linkTo(int node) throws IOException {
    BlockSource block = layer.seek(node);
    Candidates near =
        builder.findNearest(level, entry, layout.ordinal(block.segment(), block.offset()));
    for (int i = 0; i < near.size(); i++) {
      int owner = near.node(i);
      if (link(owner, node, near.key(i), near.row(i))) {
        return owner;
      }
    }
    // all near nodes are full of tree edges: those reached last have the fewest children
    for (int i = reachedCount - 1; i >= 0; i--) {
      int owner = reached[i];
      int ordinal = ordinal(owner);
      if (slotFor(owner) >= 0
          && link(owner, node, builder.keyTo(layer, owner), builder.load(ordinal))) {
        return owner;
      }
    }
    throw new AssertionError("a tree of " + reachedCount + " nodes has no node with a free slot");
  }

  private int ordinal(int node) throws IOException {
    BlockSource block = layer.seek(node);
    return layout.ordinal(block.segment(), block.offset());
  }

  private boolean link(int owner, int node, float key, float[] ownerRow) throws IOException {
    int slot = slotFor(owner);
    if (slot < 0) {
      return false;
    }
    builder.encoder().encode(ownerRow);
    BlockSource block = layer.seek(owner);
    MemorySegment segment = block.segment();
    long at = block.offset();
    layer.setEdge(segment, at, slot, node, key, true, builder.encoder().backward());
    layout.setCount(segment, at, Math.max(layout.count(segment, at), slot + 1));
    return true;
  }

  /** A free slot, else that of the farthest neighbour outside the tree, diverse ones last. */
  private int slotFor(int owner) throws IOException {
    BlockSource block = layer.seek(owner);
    MemorySegment segment = block.segment();
    long at = block.offset();
    int count = layout.count(segment, at);
    if (count < layout.slots()) {
      return count;
    }
    int best = -1;
    boolean bestIsDiverse = true;
    float worst = Float.NEGATIVE_INFINITY;
    for (int slot = 0; slot < count; slot++) {
      if (parent[layout.neighbour(segment, at, slot)] == owner) {
        continue;
      }
      boolean isDiverse = layout.isDiverse(segment, at, slot);
      float key = layout.edgeKey(segment, at, slot);
      if (best < 0 || bestIsDiverse && !isDiverse || bestIsDiverse == isDiverse && key > worst) {
        best = slot;
        bestIsDiverse = isDiverse;
        worst = key;
      }
    }
    return best;
  }
}
