/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.util.Arrays;

/**
 * The lowest layers of several graphs, side by side as one layer: a search walks all of them with
 * one beam. The nodes of a graph are numbered from its base, a multiple of 64.
 */
public final class JointBlocks extends BlockSource {
  private static final int WORD = 64;

  /** About how many entries the table has that finds the graph of a node. */
  private static final int TABLE_SIZE = 4096;

  private final Layer[] layers;
  private final BlockSource[] sources;
  private final int[] bases;
  private final int[] graphOfPage;
  private final int pageShift;
  private final long nodes;
  private final boolean isAllTouchable;
  private double part = 1;
  private double evenNumber;

  /**
   * Puts layers together.
   *
   * @param layers layers of one layout, at least one
   * @throws IllegalArgumentException if the nodes are more than ints can number, see {@link #fits}
   */
  public JointBlocks(Layer[] layers) {
    this.layers = layers;
    this.sources = new BlockSource[layers.length];
    long total = 0;
    for (int i = 0; i < layers.length; i++) {
      sources[i] = layers[i].blocks();
      total += layers[i].size();
    }
    this.nodes = total;
    this.isAllTouchable = isAllTouchable(sources);
    this.pageShift = Math.max(6, 63 - Long.numberOfLeadingZeros(Math.max(1, nodes / TABLE_SIZE)));
    this.bases = new int[layers.length + 1];
    for (int i = 0; i < layers.length; i++) {
      long next = bases[i] + pad(layers[i].size(), pageShift);
      if (next > PackedKey.MAX_NODE) {
        throw new IllegalArgumentException(layers.length + " layers have too many nodes");
      }
      bases[i + 1] = (int) next;
    }
    this.evenNumber = evenNumber(Arrays.stream(layers).mapToLong(Layer::size).toArray());
    this.graphOfPage = new int[bases[layers.length] >> pageShift];
    for (int i = 0; i < layers.length; i++) {
      Arrays.fill(graphOfPage, bases[i] >> pageShift, bases[i + 1] >> pageShift, i);
    }
  }

  private JointBlocks(JointBlocks like, BlockSource[] sources) {
    this.layers = like.layers;
    this.sources = sources;
    this.nodes = like.nodes;
    this.pageShift = like.pageShift;
    this.bases = like.bases;
    this.graphOfPage = like.graphOfPage;
    this.isAllTouchable = isAllTouchable(sources);
  }

  private static boolean isAllTouchable(BlockSource[] sources) {
    for (BlockSource source : sources) {
      if (!source.isTouchable()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Something else of the same nodes, side by side under the same numbers.
   *
   * @param others a source for each graph, in which the graph's nodes have the numbers they have in
   *     the graph
   */
  public BlockSource alongside(BlockSource[] others) {
    return new JointBlocks(this, others);
  }

  /** Whether layers of these sizes can be put together. */
  public static boolean fits(long nodes, int graphs) {
    return nodes + nodes / TABLE_SIZE * graphs + 2L * WORD * graphs <= PackedKey.MAX_NODE;
  }

  private static long pad(int size, int pageShift) {
    long page = 1L << pageShift;
    return (size + page - 1) & -page;
  }

  /** One layer of all nodes; its size counts the gaps. */
  public Layer layer() {
    return new Layer(layers[0].layout(), this, bases[layers.length]);
  }

  /**
   * Says that other graphs are searched for the same hits elsewhere.
   *
   * @param share the share of these graphs in the nodes of all
   * @param evenNumberOfAll of all graphs, see {@link #evenNumber(long[])}
   */
  public void setPart(double share, double evenNumberOfAll) {
    this.part = share;
    this.evenNumber = evenNumberOfAll;
  }

  /** The share of these graphs in the nodes of all. */
  double share() {
    return part;
  }

  /** The share of a graph in all nodes. */
  double share(int graph) {
    return part * layers[graph].size() / nodes;
  }

  /** The effective number of graphs, see {@link #evenNumber(long[])}. */
  public double evenNumber() {
    return evenNumber;
  }

  /**
   * The effective number of graphs: the square of the sum of their sizes over the sum of the
   * squares. It is n for n equal graphs and near 1 where one is by far the largest.
   */
  public static double evenNumber(long[] sizes) {
    double sum = 0;
    double squares = 0;
    for (long size : sizes) {
      sum += size;
      squares += (double) size * size;
    }
    return squares > 0 ? Math.max(1, sum * sum / squares) : 1;
  }

  /** The graph that a node belongs to. */
  public int graph(int node) {
    return graphOfPage[node >> pageShift];
  }

  /** The number of a graph's first node, a multiple of 64. */
  public int base(int graph) {
    return bases[graph];
  }

  @Override
  public void seek(int index) throws IOException {
    int graph = graph(index);
    BlockSource blocks = sources[graph];
    base = bases[graph];
    blocks.seek(index - base);
    segment = blocks.segment();
    offset = blocks.offset();
  }

  @Override
  public void touch(int[] indices, int first, int end, int from, int bytes) throws IOException {
    if (isAllTouchable) {
      super.touch(indices, first, end, from, bytes);
      return;
    }
    int[] touchable = new int[end - first];
    int count = 0;
    for (int i = first; i < end; i++) {
      if (sources[graph(indices[i])].isTouchable()) {
        touchable[count++] = indices[i];
      }
    }
    super.touch(touchable, 0, count, from, bytes);
  }
}
