/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Visits all nodes of a layer within a bound that lead to each other. All of them will be visited,
 * so the order does not matter: what is open stands in a row, and each node once. An instance
 * serves one search at a time.
 */
public final class FloodSearch {
  /** Nodes whose blocks are waited for together. */
  private static final int BATCH = 10;

  /** A longer row is not kept from search to search. */
  private static final int MOST_KEPT = 1 << 16;

  /** Says how far to go, and is told of the nodes within. */
  public interface Goal extends ExpansionListener {
    /** The key that nodes must be below, infinity while that is unknown; never rises. */
    float bound();

    /**
     * Told of neighbours that were seen while there is no bound, which may show one.
     *
     * @param entries packed nodes with estimates of their keys; may be moved
     */
    void look(long[] entries, int count) throws IOException;
  }

  private final VisitedSet seen = new VisitedSet();
  private final int[] batch = new int[BATCH];
  private final float[] keys = new float[BATCH];
  private int[] row = new int[256];
  private int length;
  private long[] entries = {};
  private int[] leftOut = {};

  /** A search with scratch space of its own. */
  public FloodSearch() {}

  /** Searches from now on do not step on these nodes. */
  public void leaveOut(int[] nodes) {
    leftOut = nodes;
  }

  /**
   * Searches.
   *
   * @param starts nodes to start from
   * @param count how many they are
   * @return whether the search came to its end; false when the goal stopped it
   */
  public boolean run(Layer layer, int[] starts, int count, FusedQuery query, Goal goal)
      throws IOException {
    seen.reset(layer.size());
    for (int node : leftOut) {
      seen.add(node);
    }
    length = 0;
    for (int i = 0; i < count; i++) {
      open(starts[i]);
    }
    int most = BATCH * layer.layout().slots();
    if (entries.length < most) {
      entries = new long[most];
    }
    boolean isComplete = true;
    for (int next = 0; next < length && isComplete; ) {
      int end = Math.min(length, next + BATCH);
      isComplete = visit(layer, next, end, query, goal);
      next = end;
    }
    if (row.length > MOST_KEPT) {
      row = new int[256];
    }
    return isComplete;
  }

  private void open(int node) {
    if (seen.add(node)) {
      if (length == row.length) {
        row = Arrays.copyOf(row, 2 * length);
      }
      row[length++] = node;
    }
  }

  private boolean visit(Layer layer, int from, int to, FusedQuery query, Goal goal)
      throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    int within = 0;
    // estimates brought some here that are outside: their neighbours' codes are not waited for
    blocks.touch(row, from, to, 0, layout.nodeBytes());
    for (int i = from; i < to; i++) {
      int node = row[i];
      blocks.seek(node);
      MemorySegment segment = blocks.segment();
      long at = blocks.offset();
      float key = query.key(layout, segment, at);
      if (key < goal.bound()) {
        keys[within] = key;
        batch[within++] = node;
        if (!goal.expanded(
            node, layout.ordinal(segment, at), key, layout.nodeFactor(segment, at))) {
          return false;
        }
      }
    }
    blocks.touch(batch, 0, within, layout.nodeBytes(), layout.bytes() - layout.nodeBytes());
    int found = 0;
    float bound = goal.bound();
    for (int i = 0; i < within; i++) {
      found = gather(layer, batch[i], keys[i], query, bound, found);
    }
    if (bound == Float.POSITIVE_INFINITY) {
      goal.look(entries, found);
      bound = goal.bound();
    }
    for (int i = 0; i < found; i++) {
      if (PackedKey.key(entries[i]) < bound) {
        open(PackedKey.node(entries[i]));
      }
    }
    return true;
  }

  /** Adds a node's neighbours below a bound that were not seen to the entries. */
  private int gather(Layer layer, int node, float key, FusedQuery query, float bound, int before)
      throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    blocks.seek(node);
    MemorySegment segment = blocks.segment();
    long at = blocks.offset();
    float beta = query.beta(key, layout.nodeFactor(segment, at));
    int count = layout.count(segment, at);
    int found = before;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int below = query.estimate(layout, segment, at, first, count, key, beta, bound);
      for (; below != 0; below &= below - 1) {
        int slot = Integer.numberOfTrailingZeros(below);
        int neighbour = layout.neighbour(segment, at, first + slot);
        entries[found] = PackedKey.pack(query.key(slot), neighbour);
        found += 1 - seen.bit(neighbour);
      }
    }
    return found;
  }
}
