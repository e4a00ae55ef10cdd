/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Walks down the upper layers of several graphs, and some steps on their lowest layers: a step of
 * each graph in turn, and the blocks of some graphs are waited for together.
 */
public final class Descents {
  static final long NONE = -1;

  /** Graphs whose blocks are waited for together. */
  private static final int TOGETHER = 5;

  private int count;
  private Layer[][] graphs = new Layer[0][];
  private int[] levels = new int[0];
  private int[] nodes = new int[0];
  private int[] stepsLeft = new int[0];
  private float[] keys = new float[0];
  private long touched;

  /** Descents with scratch space of their own. */
  public Descents() {}

  /** Starts over. */
  public void begin() {
    Arrays.fill(graphs, 0, count, null);
    count = 0;
  }

  /**
   * Adds a graph.
   *
   * @param layers its layers, lowest first
   * @param entry index of the entry point in the highest layer
   */
  public void add(Layer[] layers, int entry) {
    if (count == nodes.length) {
      int capacity = Math.max(16, 2 * count);
      graphs = Arrays.copyOf(graphs, capacity);
      levels = Arrays.copyOf(levels, capacity);
      nodes = Arrays.copyOf(nodes, capacity);
      stepsLeft = Arrays.copyOf(stepsLeft, capacity);
      keys = Arrays.copyOf(keys, capacity);
    }
    graphs[count] = layers;
    levels[count] = layers.length - 1;
    nodes[count] = entry;
    count++;
  }

  /** Told of each node that is expanded, with the number of its graph. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called once for each step.
     *
     * @param graph which graph, in the order in which they were added
     * @param level the layer
     * @param index index of the node in the layer
     * @param key its key by its own code
     * @return whether the walk goes on
     */
    boolean expanded(int graph, int level, int index, float key) throws IOException;
  }

  /**
   * Walks.
   *
   * @param steps how many steps to take on the lowest layer of each graph, unless no neighbour is
   *     nearer before
   * @return whether all walks came to their end; false when the listener stopped one
   */
  public boolean run(int steps, FusedQuery query, Listener listener) throws IOException {
    for (int i = 0; i < count; i++) {
      stepsLeft[i] = levels[i] == 0 ? steps : BeamSearch.STEPS;
      keys[i] = Float.NEGATIVE_INFINITY;
    }
    boolean isWalking = true;
    while (isWalking) {
      isWalking = false;
      for (int from = 0; from < count; from += TOGETHER) {
        int to = Math.min(count, from + TOGETHER);
        for (int i = from; i < to; i++) {
          touch(i);
        }
        for (int i = from; i < to; i++) {
          if (stepsLeft[i] > 0) {
            isWalking = true;
            if (!step(i, steps, query, listener)) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  private void touch(int i) {
    if (stepsLeft[i] > 0) {
      Layer layer = graphs[i][levels[i]];
      touched += layer.blocks().touch(nodes[i], layer.layout().bytes());
    }
  }

  private boolean step(int i, int steps, FusedQuery query, Listener listener) throws IOException {
    Layer layer = graphs[i][levels[i]];
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    blocks.seek(nodes[i]);
    MemorySegment segment = blocks.segment();
    long block = blocks.offset();
    float nodeFactor = layout.nodeFactor(segment, block);
    float key = query.key(layout, segment, block);
    if (!listener.expanded(i, levels[i], nodes[i], key)) {
      return false;
    }
    long nearest = nearestNeighbour(layout, segment, block, query, key, nodeFactor);
    if (nearest == NONE) {
      keys[i] = key;
      stepsLeft[i] = 0;
    } else {
      nodes[i] = PackedKey.node(nearest);
      keys[i] = PackedKey.key(nearest);
      stepsLeft[i]--;
    }
    if (stepsLeft[i] == 0 && levels[i] > 0) {
      blocks.seek(nodes[i]);
      nodes[i] = layout.below(blocks.segment(), blocks.offset());
      levels[i]--;
      stepsLeft[i] = levels[i] == 0 ? steps : BeamSearch.STEPS;
    }
    return true;
  }

  /** Where a walk ended, as an index in the lowest layer. */
  public int node(int graph) {
    return nodes[graph];
  }

  /** The key of that node: an estimate, or negative infinity when no step was taken. */
  public float key(int graph) {
    return keys[graph];
  }

  /** The neighbour with the least estimate, packed, if that is below the node's own key. */
  static long nearestNeighbour(
      FusedBlockLayout layout,
      MemorySegment segment,
      long block,
      FusedQuery query,
      float key,
      float nodeFactor) {
    float beta = query.beta(key, nodeFactor);
    int count = layout.count(segment, block);
    float least = key;
    long nearest = NONE;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int used = Math.min(count - first, VectorKernels.PASS);
      int below =
          query.estimate(layout, segment, block, first / VectorKernels.PASS, key, beta, least)
              & -1 >>> (VectorKernels.PASS - used);
      for (; below != 0; below &= below - 1) {
        int slot = Integer.numberOfTrailingZeros(below);
        if (query.key(slot) < least) {
          least = query.key(slot);
          nearest = PackedKey.pack(least, layout.neighbour(segment, block, first + slot));
        }
      }
    }
    return nearest;
  }
}
