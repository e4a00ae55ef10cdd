/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Best-first search of one layer by estimated keys: expands the best node not expanded yet, until
 * none of the {@code width} best is left. An expanded node keeps its place by its exact key, not by
 * the estimate that brought it in, for the best of many estimates are too low; and a node may be in
 * the beam once for each parent that estimated it, for a second estimate is worth having. Its
 * scratch space is reused from search to search; an instance serves one search at a time.
 */
public final class BeamSearch {
  private final VisitedSet expanded = new VisitedSet();
  private final Beam beam = new Beam();
  private final int[] start = new int[1];
  private long[] survivors = new long[VectorKernels.PASS];

  /** A search with scratch space of its own. */
  public BeamSearch() {}

  /**
   * Walks down the upper layers, from the entry point to a node of layer 0 near the query.
   *
   * @param layers the layers, lowest first
   * @param entry index of the entry point in the highest layer
   * @param lowest the layer to arrive at
   * @param width width of the beam on each layer
   * @return index in layer {@code lowest}, or -1 when the listener stopped the search
   */
  public int descend(
      Layer[] layers,
      int entry,
      int lowest,
      int width,
      FusedQuery query,
      NodeScorer scorer,
      ExpansionListener listener)
      throws IOException {
    int node = entry;
    for (int level = layers.length - 1; level > lowest; level--) {
      Nearest nearest = new Nearest(listener);
      start[0] = node;
      search(layers[level], start, width, query, scorer, nearest);
      if (nearest.isStopped) {
        return -1;
      }
      Layer layer = layers[level];
      layer.blocks().seek(nearest.index);
      node = layer.layout().below(layer.blocks().segment(), layer.blocks().offset());
    }
    return node;
  }

  private static final class Nearest implements ExpansionListener {
    private final ExpansionListener listener;
    private int index;
    private float key = Float.POSITIVE_INFINITY;
    private boolean isStopped;

    private Nearest(ExpansionListener listener) {
      this.listener = listener;
      this.index = -1;
    }

    @Override
    public boolean expanded(int index, int ordinal, float key, float nodeFactor)
        throws IOException {
      if (key < this.key || this.index < 0) {
        this.key = key;
        this.index = index;
      }
      isStopped = !listener.expanded(index, ordinal, key, nodeFactor);
      return !isStopped;
    }
  }

  /** Whether a node was expanded by the last search. */
  public boolean isExpanded(int node) {
    return expanded.contains(node);
  }

  /**
   * Searches a layer.
   *
   * @param layer the layer
   * @param starts indices of the nodes to start from, at most {@code width}
   * @param width the beam's width: about as many nodes are expanded
   * @return whether the search came to its end; false when the listener stopped it
   */
  public boolean search(
      Layer layer,
      int[] starts,
      int width,
      FusedQuery query,
      NodeScorer scorer,
      ExpansionListener listener)
      throws IOException {
    begin(layer, Math.max(width, starts.length));
    for (int start : starts) {
      survivors[0] = PackedKey.pack(Float.NEGATIVE_INFINITY, start);
      beam.merge(survivors, 1);
    }
    return run(layer, query, scorer, listener);
  }

  private void begin(Layer layer, int width) {
    expanded.reset(layer.size());
    beam.reset(Math.min(width, layer.size()));
    if (survivors.length < layer.layout().slots()) {
      survivors = Arrays.copyOf(survivors, layer.layout().slots());
    }
  }

  private boolean run(Layer layer, FusedQuery query, NodeScorer scorer, ExpansionListener listener)
      throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    for (int node = beam.take(); node >= 0; node = beam.take()) {
      if (!expanded.add(node)) {
        continue; // it came from several parents, with several estimates
      }
      blocks.seek(node);
      MemorySegment segment = blocks.segment();
      long block = blocks.offset();
      int ordinal = layout.ordinal(segment, block);
      float nodeFactor = layout.nodeFactor(segment, block);
      float key = scorer.key(ordinal, nodeFactor);
      if (!listener.expanded(node, ordinal, key, nodeFactor)) {
        return false;
      }
      beam.replaceLast(key);
      float beta = query.beta(key, nodeFactor);
      float threshold = beam.threshold();
      int count = layout.count(segment, block);
      int found = 0;
      for (int pass = 0; pass * VectorKernels.PASS < count; pass++) {
        int first = pass * VectorKernels.PASS;
        int below = query.estimate(layout, segment, block, pass, key, beta, threshold);
        int used = Math.min(count - first, VectorKernels.PASS);
        below &= -1 >>> (VectorKernels.PASS - used);
        while (below != 0) {
          int slot = Integer.numberOfTrailingZeros(below);
          below &= below - 1;
          int neighbour = layout.neighbour(segment, block, first + slot);
          if (!expanded.contains(neighbour)) {
            survivors[found++] = PackedKey.pack(query.key(slot), neighbour);
          }
        }
      }
      beam.merge(survivors, found);
    }
    return true;
  }
}
