/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a graph by inserting one node after the other (Malkov and Yashunin, 2018, algorithm 1),
 * straight into the blocks that are written to disk: the search for a new node's neighbours is the
 * fused search itself, and writing the graph is copying blocks. Blocks live off the heap in the
 * arena that the caller owns. Not safe for use by several threads at once.
 */
public final class GraphBuilder {
  private final Arena arena;
  private final Metric metric;
  private final VectorSource vectors;
  private final int maxConn;
  private final int beamWidth;
  private final Levels levels;
  private final List<BuildLayer> layers = new ArrayList<>();
  private final BeamSearch search = new BeamSearch();
  private final FusedQuery query;
  private final EdgeEncoder encoder;
  private final Candidates candidates;
  private final NeighbourSelection selection;
  private final BackLinks backLinks = new BackLinks();
  private final float[] row;
  private final float[] otherRow;
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
    this.arena = arena;
    this.metric = metric;
    this.vectors = vectors;
    this.maxConn = maxConn;
    this.beamWidth = beamWidth;
    this.levels = new Levels(maxConn);
    this.query = new FusedQuery(metric, vectors.dimension());
    this.encoder = new EdgeEncoder(metric, vectors.dimension());
    this.candidates = new Candidates(vectors);
    this.selection = new NeighbourSelection(metric, vectors.dimension());
    this.row = new float[vectors.dimension()];
    this.otherRow = new float[vectors.dimension()];
  }

  /** The layout of the blocks of a level. */
  public static FusedBlockLayout layout(int level, int maxConn, int dimension) {
    return new FusedBlockLayout(level == 0 ? 2 * maxConn : maxConn, Rotation.codeLength(dimension));
  }

  /** Number of nodes. */
  public int size() {
    return layers.isEmpty() ? 0 : layers.get(0).size();
  }

  /** Number of layers. */
  public int levels() {
    return layers.size();
  }

  /** Index of the entry point in the highest layer. */
  public int entry() {
    return entry;
  }

  /** A layer of the graph. */
  public Layer layer(int level) {
    return layers.get(level).view();
  }

  /** Bytes of memory that the blocks take off the heap. */
  public long bytesUsed() {
    long bytes = 0;
    for (BuildLayer layer : layers) {
      bytes += layer.bytesUsed();
    }
    return bytes;
  }

  /** Inserts the next vector, whose ordinal is {@link #size}. */
  public void insert() throws IOException {
    int ordinal = size();
    int level = levels.draw(ordinal);
    vectors.load(ordinal, row);
    float nodeFactor = vectors.nodeFactor(ordinal);
    int top = layers.size() - 1;
    int start = -1;
    encoder.setNode(row);
    if (top >= 0) {
      query.set(row);
      start =
          search.descend(
              views(), entry, Math.min(level, top), query, (index, node, key, factor) -> true);
    }
    for (int l = top + 1; l <= level; l++) {
      layers.add(new BuildLayer(arena, layout(l, maxConn, vectors.dimension())));
    }
    int[] indexes = new int[level + 1];
    for (int l = 0; l <= level; l++) {
      indexes[l] = layers.get(l).size();
    }
    // neighbours are found before the node is added anywhere, so that it never finds itself
    for (int l = Math.min(level, top); l >= 0; l--) {
      BuildLayer layer = layers.get(l);
      candidates.clear();
      search.search(layer.view(), new int[] {start}, beamWidth, 1, query, candidates);
      candidates.sort();
      int nearest = candidates.node(0);
      append(layer, l, indexes, ordinal, nodeFactor);
      connect(layer, indexes[l]);
      BlockSource block = layer.seek(nearest);
      start = layer.layout.below(block.segment(), block.offset());
    }
    for (int l = top + 1; l <= level; l++) {
      append(layers.get(l), l, indexes, ordinal, nodeFactor);
    }
    if (level > top) {
      entry = 0;
    }
  }

  private void append(BuildLayer layer, int level, int[] indexes, int ordinal, float nodeFactor)
      throws IOException {
    layer.append(ordinal, level == 0 ? indexes[0] : indexes[level - 1], nodeFactor, encoder.own());
  }

  private Layer[] views() {
    Layer[] views = new Layer[layers.size()];
    for (int l = 0; l < views.length; l++) {
      views[l] = layers.get(l).view();
    }
    return views;
  }

  /** Links a node that was appended last with the candidates, both ways. */
  private void connect(BuildLayer layer, int node) throws IOException {
    FusedBlockLayout layout = layer.layout;
    selection.select(candidates, layout.slots(), layout.slots());
    for (int i = 0; i < selection.size(); i++) {
      int candidate = selection.get(i);
      int neighbour = candidates.node(candidate);
      float key = candidates.key(candidate);
      boolean isDiverse = i < selection.diverse();
      encoder.encode(candidates.row(candidate));
      BlockSource block = layer.seek(node);
      MemorySegment segment = block.segment();
      layer.setEdge(segment, block.offset(), i, neighbour, key, isDiverse, encoder.forward());
      layout.setCount(segment, block.offset(), i + 1);
      backLinks.add(layer, query, neighbour, node, key, encoder.backward());
    }
  }

  /**
   * Takes over the links of a graph that was built elsewhere over the same vectors, instead of
   * inserting them one by one; this graph must be empty.
   *
   * @param size number of vectors, at least 1
   */
  public void adopt(Links links, int size) throws IOException {
    int[][] members = Adoption.members(links, size);
    for (int l = 0; l < members.length; l++) {
      layers.add(new BuildLayer(arena, layout(l, maxConn, vectors.dimension())));
    }
    new Adoption(metric, vectors, links).run(members, layers);
    entry = Arrays.binarySearch(members[members.length - 1], links.entry());
  }

  /** Makes every node reachable from the entry point; called once, after the last insertion. */
  public void finish() throws IOException {
    for (int level = layers.size() - 1; level >= 0; level--) {
      new ReachabilityRepair(this, level).run();
    }
  }

  BuildLayer buildLayer(int level) {
    return layers.get(level);
  }

  /** The node of a level that a search enters from above. */
  int entryOf(int level) throws IOException {
    int node = entry;
    for (int l = layers.size() - 1; l > level; l--) {
      BuildLayer layer = layers.get(l);
      BlockSource block = layer.seek(node);
      node = layer.layout.below(block.segment(), block.offset());
    }
    return node;
  }

  /** Searches a level for the row of an ordinal, from a start node. */
  Candidates findNearest(int level, int start, int ordinal) throws IOException {
    vectors.load(ordinal, row);
    query.set(row);
    encoder.setNode(row);
    candidates.clear();
    search.search(layers.get(level).view(), new int[] {start}, beamWidth, 1, query, candidates);
    candidates.sort();
    return candidates;
  }

  /** Key of a node against the row that was searched for last. */
  float keyTo(BuildLayer layer, int node) throws IOException {
    BlockSource block = layer.seek(node);
    return query.key(layer.layout, block.segment(), block.offset());
  }

  /** The row of an ordinal, valid until the next call. */
  float[] load(int ordinal) throws IOException {
    vectors.load(ordinal, otherRow);
    return otherRow;
  }

  /** The encoder, set to the row that was searched for last. */
  EdgeEncoder encoder() {
    return encoder;
  }
}
