/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.Layer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraph;

/**
 * The links of a segment's graph in Lucene's own terms, for measuring it: without codes and without
 * the fused search. Nodes of all levels are named by ordinal. A cursor for one thread.
 */
public final class GraphLinks extends HnswGraph {
  private final FieldMeta meta;
  private final String resource;
  private final Layer[] layers;
  private final int[][] ordinals;
  private final int[][] order;
  private int[] neighbours = new int[64];
  private int next;
  private int count;

  private GraphLinks(FieldGraph graph) throws IOException {
    this.meta = graph.meta();
    this.resource = graph.resource();
    this.layers = graph.openLayers();
    this.ordinals = new int[layers.length][];
    this.order = new int[layers.length][];
    for (int l = 1; l < layers.length; l++) {
      indexLevel(l);
    }
  }

  /** The links of a field, or nothing where this format does not hold its vectors. */
  public static Optional<GraphLinks> of(CodecReader segment, String field) throws IOException {
    FieldGraph graph = FieldGraph.of(segment, field);
    return graph == null || graph.meta().size() == 0
        ? Optional.empty()
        : Optional.of(new GraphLinks(graph));
  }

  /** Upper layers keep the order in which they were built, which need not be that of ordinals. */
  private void indexLevel(int l) throws IOException {
    long[] pairs = new long[layers[l].size()];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (long) ordinalAt(l, i) << 32 | i;
    }
    Arrays.sort(pairs);
    ordinals[l] = new int[pairs.length];
    order[l] = new int[pairs.length];
    for (int i = 0; i < pairs.length; i++) {
      ordinals[l][i] = (int) (pairs[i] >>> 32);
      order[l][i] = (int) pairs[i];
    }
  }

  private int ordinalAt(int l, int index) throws IOException {
    BlockSource blocks = layers[l].blocks();
    blocks.seek(index);
    int ordinal = layers[l].layout().ordinal(blocks.segment(), blocks.offset());
    checkRange("ordinal", ordinal, meta.size());
    return ordinal;
  }

  private void checkRange(String name, int value, int limit) throws CorruptIndexException {
    if (value < 0 || value >= limit) {
      throw new CorruptIndexException("invalid " + name + ": " + value, resource);
    }
  }

  @Override
  public void seek(int level, int target) throws IOException {
    int index = target;
    if (level > 0) {
      int at = Arrays.binarySearch(ordinals[level], target);
      if (at < 0) {
        throw new IllegalArgumentException("ordinal " + target + " is not on level " + level);
      }
      index = order[level][at];
    }
    BlockSource blocks = layers[level].blocks();
    blocks.seek(index);
    count = layers[level].layout().count(blocks.segment(), blocks.offset());
    checkRange("number of neighbours", count, layers[level].layout().slots() + 1);
    neighbours = neighbours.length < count ? new int[count] : neighbours;
    for (int slot = 0; slot < count; slot++) {
      neighbours[slot] = layers[level].layout().neighbour(blocks.segment(), blocks.offset(), slot);
      checkRange("neighbour", neighbours[slot], layers[level].size());
    }
    if (level > 0) {
      for (int slot = 0; slot < count; slot++) {
        neighbours[slot] = ordinalAt(level, neighbours[slot]);
      }
    }
    next = 0;
  }

  @Override
  public int nextNeighbor() {
    return next < count ? neighbours[next++] : DocIdSetIterator.NO_MORE_DOCS;
  }

  @Override
  public int neighborCount() {
    return count;
  }

  @Override
  public int size() {
    return meta.size();
  }

  @Override
  public int maxNodeId() {
    return meta.size() - 1;
  }

  @Override
  public int numLevels() {
    return layers.length;
  }

  @Override
  public int maxConn() {
    // half of what a node of level 0 can have, as Lucene understands it
    return layers[0].layout().slots() / 2;
  }

  @Override
  public int entryNode() throws IOException {
    return ordinalAt(layers.length - 1, meta.entry());
  }

  @Override
  public NodesIterator getNodesOnLevel(int level) {
    return level == 0
        ? new DenseNodesIterator(meta.size())
        : new ArrayNodesIterator(ordinals[level], ordinals[level].length);
  }
}
