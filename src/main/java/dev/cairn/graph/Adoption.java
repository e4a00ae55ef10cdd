/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Puts links that were found elsewhere into blocks: every edge is encoded where it stands, nothing
 * is searched for.
 */
final class Adoption {
  private final VectorKernels kernels = VectorKernels.best();
  private final Metric metric;
  private final VectorSource vectors;
  private final EdgeEncoder encoder;
  private final float[] row;
  private final float[] otherRow;
  private final Links links;
  private int[] neighbours = {};

  Adoption(Metric metric, VectorSource vectors, Links links) {
    this.metric = metric;
    this.vectors = vectors;
    this.links = links;
    this.encoder = new EdgeEncoder(metric, vectors.dimension());
    this.row = new float[vectors.dimension()];
    this.otherRow = new float[vectors.dimension()];
  }

  /** For each level the ordinals that are on it, ascending. */
  static int[][] members(Links links, int size) throws IOException {
    int[][] members = new int[links.level(links.entry()) + 1][];
    int[] levels = new int[size];
    int[] counts = new int[members.length];
    for (int ordinal = 0; ordinal < size; ordinal++) {
      levels[ordinal] = links.level(ordinal);
      counts[levels[ordinal]]++;
    }
    int above = 0;
    for (int l = members.length - 1; l >= 0; l--) {
      above += counts[l];
      members[l] = new int[above];
    }
    int[] filled = new int[members.length];
    for (int ordinal = 0; ordinal < size; ordinal++) {
      for (int l = 0; l <= levels[ordinal]; l++) {
        members[l][filled[l]++] = ordinal;
      }
    }
    return members;
  }

  /**
   * Fills the layers.
   *
   * @param members the ordinals of each level
   * @param layers the layers, empty
   */
  void run(int[][] members, List<BuildLayer> layers) throws IOException {
    for (int l = 0; l < members.length; l++) {
      neighbours = new int[links.degree(l)];
      for (int ordinal : members[l]) {
        add(layers.get(l), l, ordinal, members);
      }
    }
  }

  private void add(BuildLayer layer, int level, int ordinal, int[][] members) throws IOException {
    vectors.load(ordinal, row);
    encoder.setNode(row);
    int below = level == 0 ? ordinal : index(members, level - 1, ordinal);
    int node = layer.append(ordinal, below, vectors.nodeFactor(ordinal), encoder.own());
    int count = links.neighbours(ordinal, level, neighbours);
    FusedBlockLayout layout = layer.layout;
    BlockSource block = layer.cursor();
    block.seek(node);
    MemorySegment segment = block.segment();
    long at = block.offset();
    for (int slot = 0; slot < count; slot++) {
      int neighbour = neighbours[slot];
      vectors.load(neighbour, otherRow);
      encoder.encode(otherRow);
      int index = index(members, level, neighbour);
      layout.setEdge(segment, at, slot, index, key(), encoder.forward());
      layout.setDiverse(segment, at, slot, true);
    }
    layout.setCount(segment, at, count);
  }

  private float key() {
    int dimension = row.length;
    return metric.isInnerProduct()
        ? -kernels.dot(row, otherRow, dimension)
        : kernels.squaredL2(row, otherRow, dimension);
  }

  /** Upper layers hold their nodes in the order of ordinals. */
  private static int index(int[][] members, int level, int ordinal) {
    return level == 0 ? ordinal : Arrays.binarySearch(members[level], ordinal);
  }
}
