/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeCode;
import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.OwnCode;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A sample of a graph's nodes in one block, as the neighbours of a node in their middle that is not
 * in the graph. To look at it costs less than the way down the upper layers and shows better places
 * to start: all is read in a row, and the sample is larger than what that way passes. Where several
 * graphs are searched that is a good part of the work; in one graph it would be none.
 *
 * <p>Of a small graph it shows all nodes: to look at them costs less than the graph's own part of a
 * search, and misses less.
 */
public final class Overview {
  /** Nodes in the sample: twice as many take longer than the hops that they save. */
  private static final int NODES = 256;

  /** The most nodes of a graph that is shown whole. */
  private static final int MOST_OF_WHOLE = 2048;

  /** Of vectors of no more dimensions the estimates of an overview are too coarse for that. */
  private static final int FEWEST_DIMENSIONS = 192;

  /** To look at so many nodes takes about as long as to expand one of a graph. */
  static final double NODES_PER_HOP = 200;

  private static final int ALIGNMENT = 64;

  private final FusedBlockLayout layout;
  private final MemorySegment block;
  private final int count;
  private final float nodeFactor;
  private final boolean isWhole;

  private Overview(
      FusedBlockLayout layout, MemorySegment block, int count, float nodeFactor, boolean isWhole) {
    this.layout = layout;
    this.block = block;
    this.count = count;
    this.nodeFactor = nodeFactor;
    this.isWhole = isWhole;
  }

  /**
   * Whether the overview of a graph shows all nodes.
   *
   * @param size how many there are
   * @param dimension of the vectors
   */
  static boolean isWhole(long size, int dimension) {
    return size <= MOST_OF_WHOLE && dimension > FEWEST_DIMENSIONS;
  }

  /** Whether it shows all nodes of the graph. */
  boolean isWhole() {
    return isWhole;
  }

  /**
   * Looks at a graph's lowest layer.
   *
   * @param bottom the layer, with a cursor that is free
   * @param metric what keys mean
   * @param dimension number of components of the vectors
   */
  public static Overview of(Layer bottom, Metric metric, int dimension) throws IOException {
    return of(bottom, metric, dimension, isWhole(bottom.size(), dimension));
  }

  /** The same, of all nodes or of no more than a sample. */
  static Overview of(Layer bottom, Metric metric, int dimension, boolean isWhole)
      throws IOException {
    int sample = isWhole ? bottom.size() : Math.min(NODES, bottom.size());
    int length = bottom.layout().codeLength();
    EdgeEncoder encoder = new EdgeEncoder(metric, dimension);
    float[] vector = Centroid.of(bottom, Math.min(NODES, sample));
    double squared = 0;
    for (float x : vector) {
      squared += (double) x * x;
    }
    float nodeFactor = metric.isInnerProduct() && squared > 0 ? (float) (1 / squared) : 0;
    encoder.setRotatedNode(vector);
    FusedBlockLayout layout = new FusedBlockLayout(sample, length);
    MemorySegment block = Arena.ofAuto().allocate(layout.buildBytes(), ALIGNMENT);
    layout.setNode(block, 0, 0, 0, nodeFactor);
    layout.setOwn(block, 0, encoder.own());
    EdgeCode[] codes = new EdgeCode[sample];
    EdgeCode back = new EdgeCode(length);
    BlockSource blocks = bottom.blocks();
    int count = 0;
    for (int i = 0; i < sample; i++) {
      int node = Centroid.node(bottom, i, sample);
      blocks.seek(node);
      OwnCode.decode(bottom.layout(), blocks.segment(), blocks.offset(), vector);
      float ownFactor = bottom.layout().ownFactor(blocks.segment(), blocks.offset());
      codes[count] = new EdgeCode(length);
      // one in the very middle is left out
      if (encoder.encodeDecoded(vector, ownFactor, codes[count], back)) {
        layout.setEdgeWithoutCode(block, 0, count, node, 0, codes[count]);
        count++;
      }
    }
    layout.setCodes(block, 0, codes, count);
    return new Overview(layout, block, count, nodeFactor, isWhole);
  }

  /** The node of the sample that is estimated to be the nearest; the first of all if none is. */
  public int nearest(FusedQuery query) {
    long[] one = new long[1];
    return nearest(query, 0, one) == 0 ? 0 : PackedKey.node(one[0]);
  }

  /**
   * The nodes of the sample that are estimated to be the nearest.
   *
   * @param base what to add to their numbers
   * @param into receives them, packed, the nearest first; as many as there is room for
   * @return how many: none where nothing can be estimated
   */
  int nearest(FusedQuery query, int base, long[] into) {
    float key = query.key(layout, block, 0);
    float beta = query.beta(key, nodeFactor);
    float threshold = Float.POSITIVE_INFINITY;
    int size = 0;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int below = query.estimate(layout, block, 0, first, count, key, beta, threshold);
      for (; below != 0; below &= below - 1) {
        int slot = Integer.numberOfTrailingZeros(below);
        int node = base + layout.neighbour(block, 0, first + slot);
        size = insert(into, size, PackedKey.pack(query.key(slot), node));
      }
      if (size == into.length) {
        threshold = PackedKey.key(into[size - 1]);
      }
    }
    return size;
  }

  private static int insert(long[] sorted, int size, long entry) {
    int at = size;
    if (at == sorted.length && entry >= sorted[--at]) {
      return size;
    }
    for (; at > 0 && sorted[at - 1] > entry; at--) {
      sorted[at] = sorted[at - 1];
    }
    sorted[at] = entry;
    return Math.min(size + 1, sorted.length);
  }
}
