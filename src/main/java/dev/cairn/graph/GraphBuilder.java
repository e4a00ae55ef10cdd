/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a graph by inserting one node after the other (Malkov and Yashunin, 2018, algorithm 1),
 * straight into the blocks that are written to disk: the search for a new node's neighbours is the
 * fused search itself, and writing the graph is copying blocks. Blocks live off the heap in the
 * arena that the caller owns. Not safe for use by several threads at once.
 */
public final class GraphBuilder implements BuiltGraph {
  /** A search for neighbours ends after so many times as many nodes as it is wide. */
  private static final int MOST_PER_WIDTH = 4;

  private final BlockMemory memory;
  private final Metric metric;
  private final VectorSource vectors;
  private final int maxConn;
  private final int beamWidth;
  private final Levels levels;
  private final List<BuildLayer> layers = new ArrayList<>();
  private final Linker linker;
  private int entry = -1;

  /**
   * A builder of an empty graph.
   *
   * @param arena owns the blocks; closed by the caller when the graph has been written
   * @param metric what keys mean
   * @param vectors the vectors, of which those up to the ordinals inserted must be readable
   * @param maxConn M: neighbours chosen on upper layers; twice as many on layer 0, both rounded up
   *     to whole passes of 32
   * @param beamWidth efConstruction: how many nodes the search for neighbours expands
   */
  public GraphBuilder(
      Arena arena, Metric metric, VectorSource vectors, int maxConn, int beamWidth) {
    this.memory = new BlockMemory(arena);
    this.metric = metric;
    this.vectors = vectors;
    this.maxConn = maxConn;
    this.beamWidth = beamWidth;
    this.levels = new Levels(maxConn);
    this.linker = new Linker(metric, vectors, NodeLocks.NONE);
  }

  /** The layout of the blocks of a level. */
  public static FusedBlockLayout layout(int level, int maxConn, int dimension) {
    return new FusedBlockLayout(level == 0 ? 2 * maxConn : maxConn, Rotation.codeLength(dimension));
  }

  /** Number of nodes. */
  public int size() {
    return layers.isEmpty() ? 0 : layers.get(0).size();
  }

  @Override
  public int levels() {
    return layers.size();
  }

  @Override
  public int entry() {
    return entry;
  }

  @Override
  public Layer layer(int level) {
    return layers.get(level).view();
  }

  /** Bytes of memory that blocks take off the heap and candidates on it. */
  public long bytesUsed() {
    long bytes = linker.bytesUsed();
    for (BuildLayer layer : layers) {
      bytes += layer.bytesUsed();
    }
    return bytes;
  }

  /** Inserts the next vector, whose ordinal is {@link #size}. */
  public void insert() throws IOException {
    int ordinal = size();
    linker.set(ordinal);
    int level = levels.draw(ordinal, linker.vectorHash());
    float nodeFactor = linker.nodeFactor();
    Layer[] views = views();
    int top = layers.size() - 1;
    int start = top < 0 ? -1 : linker.descend(views, entry, Math.min(level, top));
    for (int l = top + 1; l <= level; l++) {
      layers.add(new BuildLayer(memory, layout(l, maxConn, vectors.dimension())));
    }
    int[] indexes = new int[level + 1];
    for (int l = 0; l <= level; l++) {
      indexes[l] = layers.get(l).size();
    }
    // where estimates are poor a search would go through a great part of the graph
    int most = MOST_PER_WIDTH * beamWidth;
    // neighbours are found before the node is added anywhere, so that it never finds itself
    for (int l = Math.min(level, top); l >= 0; l--) {
      Candidates candidates = linker.search(views[l], new int[] {start}, beamWidth, most, -1);
      int nearest = candidates.node(0);
      append(l, indexes, ordinal, nodeFactor);
      linker.connect(indexes[l]);
      linker.linkBack(indexes[l], true);
      BlockSource block = views[l].blocks();
      block.seek(nearest);
      start = views[l].layout().below(block.segment(), block.offset());
    }
    for (int l = top + 1; l <= level; l++) {
      append(l, indexes, ordinal, nodeFactor);
    }
    if (level > top) {
      entry = 0;
    }
  }

  private void append(int level, int[] indexes, int ordinal, float nodeFactor) throws IOException {
    layers
        .get(level)
        .append(
            ordinal,
            level == 0 ? indexes[0] : indexes[level - 1],
            nodeFactor,
            linker.encoder().own());
  }

  private Layer[] views() {
    Layer[] views = new Layer[layers.size()];
    for (int l = 0; l < views.length; l++) {
      views[l] = layers.get(l).view();
    }
    return views;
  }

  /** Makes every node reachable from the entry point; called once, after the last insertion. */
  public void finish() throws IOException {
    Layer[] views = views();
    for (int level = layers.size() - 1; level >= 0; level--) {
      new ReachabilityRepair(linker, views[level], entryOf(views, entry, level), beamWidth).run();
    }
  }

  /** The node of a level that a search enters from above, without a step. */
  static int entryOf(Layer[] layers, int entry, int level) throws IOException {
    int node = entry;
    for (int l = layers.length - 1; l > level; l--) {
      layers[l].blocks().seek(node);
      node = layers[l].layout().below(layers[l].blocks().segment(), layers[l].blocks().offset());
    }
    return node;
  }
}
