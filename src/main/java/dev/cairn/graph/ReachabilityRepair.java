/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeCode;
import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Makes every node of a layer reachable from its entry, and from near nodes. A breadth-first search
 * gives a tree of edges that must stay; each node it does not reach is linked from a near node that
 * it does reach, in a free slot or in the place of an edge outside the tree. Then nodes are linked
 * to which no edge leads that is as short as their own are on average.
 */
final class ReachabilityRepair {
  private static final int CHECK_INTERVAL = 4096;

  /** Nodes whose lists are waited for together. */
  private static final int TOGETHER = 10;

  /** Near nodes that are asked for room for a node that only far ones link to. */
  private static final int OWNERS = 8;

  private final Linker linker;
  private final Layer layer;
  private final FusedBlockLayout layout;
  private final int entry;
  private final int beamWidth;
  private final int[] parent;
  private final int[] reached;

  /** By node: the mean length of its edges, and the least length of an edge that leads to it. */
  private final short[] meanLength;

  private final short[] leastIn;
  private int reachedCount;
  private int expandedCount;
  private final int listBytes;
  private int touchedCount;

  ReachabilityRepair(Linker linker, Layer layer, int entry, int beamWidth) {
    this.linker = linker;
    this.layer = layer;
    this.layout = layer.layout();
    this.entry = entry;
    this.beamWidth = beamWidth;
    this.parent = new int[layer.size()];
    this.reached = new int[layer.size()];
    this.meanLength = new short[layer.size()];
    this.leastIn = new short[layer.size()];
    this.listBytes =
        (int) layout.neighboursOffset() + layout.slots() * (Integer.BYTES + 2 * Short.BYTES);
  }

  /** Repairs the layer and returns how many nodes had to be linked. */
  int run() throws IOException {
    return run(() -> {});
  }

  /** The same, with a check every few nodes that may throw to end it. */
  int run(MergeMonitor.Check check) throws IOException {
    Arrays.fill(parent, -1);
    Arrays.fill(leastIn, Short.MAX_VALUE);
    reach(entry, entry, check);
    int repaired = 0;
    for (int node = 0; node < parent.length; node++) {
      if (parent[node] < 0) {
        check.run();
        reach(node, linkTo(node), check);
        repaired++;
      }
    }
    for (int node = 0; node < parent.length; node++) {
      if (leastIn[node] > meanLength[node]) {
        check.run();
        repaired += linkFromNear(node) ? 1 : 0;
      }
    }
    return repaired;
  }

  /**
   * Links a node from the nearest of its neighbours that has room. If all that leads to it comes
   * from afar, from other clusters, a search that has come near does not find it.
   */
  private boolean linkFromNear(int node) throws IOException {
    linker.set(ordinal(node));
    Candidates candidates = reachedNeighbours(node);
    for (int i = 0; i < candidates.size() && i < OWNERS; i++) {
      int owner = candidates.node(i);
      int slot = spareSlot(owner, node);
      if (slot >= 0) {
        link(owner, slot, node, candidates.key(i));
        return true;
      }
    }
    return false;
  }

  /**
   * The slot of a list that may be given to a near node: a free one, else that of the farthest
   * pruned neighbour to which a nearer node links too. -1 without any, or if the node is there.
   */
  private int spareSlot(int owner, int node) throws IOException {
    seek(owner);
    MemorySegment segment = layer.blocks().segment();
    long at = layer.blocks().offset();
    int count = layout.count(segment, at);
    int best = count < layout.slots() ? count : -1;
    short worst = -1;
    for (int slot = 0; slot < count; slot++) {
      int neighbour = layout.neighbour(segment, at, slot);
      if (neighbour == node) {
        return -1;
      }
      short length = bits(length(segment, at, slot));
      if (best < count
          && length > worst
          && length > leastIn[neighbour]
          && parent[neighbour] != owner
          && !layout.isDiverse(segment, at, slot)) {
        best = slot;
        worst = length;
      }
    }
    return best;
  }

  /** How long an edge is, for comparing: its factor is about proportional to that. */
  private float length(MemorySegment segment, long at, int slot) {
    return Math.abs(layout.scale(segment, at, slot));
  }

  private void leadsTo(int node, float length) {
    leastIn[node] = (short) Math.min(leastIn[node], bits(length));
  }

  /** The upper half of a float that is not negative: such are ordered like their bits. */
  private static short bits(float length) {
    return (short) (Float.floatToRawIntBits(length) >>> 16);
  }

  private void reach(int start, int from, MergeMonitor.Check check) throws IOException {
    parent[start] = from;
    reached[reachedCount++] = start;
    for (; expandedCount < reachedCount; expandedCount++) {
      if (expandedCount % CHECK_INTERVAL == 0) {
        check.run();
      }
      if (expandedCount >= touchedCount) {
        touchedCount = Math.min(reachedCount, expandedCount + TOGETHER);
        layer.blocks().touch(reached, expandedCount, touchedCount, 0, listBytes);
      }
      int node = reached[expandedCount];
      seek(node);
      MemorySegment segment = layer.blocks().segment();
      long at = layer.blocks().offset();
      int count = layout.count(segment, at);
      float sum = 0;
      for (int slot = 0; slot < count; slot++) {
        int neighbour = layout.neighbour(segment, at, slot);
        if (parent[neighbour] < 0) {
          parent[neighbour] = node;
          reached[reachedCount++] = neighbour;
        }
        float length = length(segment, at, slot);
        sum += length;
        leadsTo(neighbour, length);
      }
      meanLength[node] = bits(sum / Math.max(1, count));
    }
  }

  private void seek(int node) throws IOException {
    layer.blocks().seek(node);
  }

  /** Links a node from one that is reached and returns that one. */
  private int linkTo(int node) throws IOException {
    linker.set(ordinal(node));
    int owner = linkFrom(reachedNeighbours(node), node);
    if (owner < 0) {
      owner = linkFrom(linker.search(layer, new int[] {entry}, beamWidth, node), node);
    }
    if (owner >= 0) {
      return owner;
    }
    // all near nodes are full of tree edges: those reached last have the fewest children
    for (int i = reachedCount - 1; i >= 0; i--) {
      owner = reached[i];
      if (slotFor(owner) >= 0 && link(owner, node, linker.keyTo(layer, owner))) {
        return owner;
      }
    }
    throw new AssertionError("a tree of " + reachedCount + " nodes has no node with a free slot");
  }

  /** The nodes that a node has in its own list: most often they are the near ones, and reached. */
  private Candidates reachedNeighbours(int node) throws IOException {
    int[] neighbours = layer.neighbours(node);
    Candidates candidates = linker.candidates();
    candidates.reset(layer, node, Integer.MAX_VALUE);
    for (int neighbour : neighbours) {
      if (parent[neighbour] >= 0) {
        linker.addCandidate(layer, neighbour);
      }
    }
    candidates.sort();
    return candidates;
  }

  /** Links a node from the nearest that has room for it, and returns that one; -1 without any. */
  private int linkFrom(Candidates near, int node) throws IOException {
    for (int i = 0; i < near.size(); i++) {
      if (link(near.node(i), node, near.key(i))) {
        return near.node(i);
      }
    }
    return -1;
  }

  private int ordinal(int node) throws IOException {
    seek(node);
    return layout.ordinal(layer.blocks().segment(), layer.blocks().offset());
  }

  private boolean link(int owner, int node, float key) throws IOException {
    int slot = slotFor(owner);
    if (slot < 0) {
      return false;
    }
    link(owner, slot, node, key);
    return true;
  }

  private void link(int owner, int slot, int node, float key) throws IOException {
    EdgeCode code = linker.codeFrom(ordinal(owner));
    seek(owner);
    MemorySegment segment = layer.blocks().segment();
    long at = layer.blocks().offset();
    layout.setEdge(segment, at, slot, node, key, code);
    layout.setDiverse(segment, at, slot, true);
    layout.setCount(segment, at, Math.max(layout.count(segment, at), slot + 1));
    leadsTo(node, length(segment, at, slot));
  }

  /** A free slot, else that of the farthest neighbour outside the tree, diverse ones last. */
  private int slotFor(int owner) throws IOException {
    seek(owner);
    MemorySegment segment = layer.blocks().segment();
    long at = layer.blocks().offset();
    int count = layout.count(segment, at);
    if (count < layout.slots()) {
      return count;
    }
    linker.ensureKeys(layout, segment, at);
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
