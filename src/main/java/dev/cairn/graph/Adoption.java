/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeCode;
import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.OwnCode;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Makes a graph of links that were found elsewhere over the same vectors: every edge is encoded
 * where it stands, nothing is searched for but places for nodes that cannot be reached. Nodes of
 * upper layers stand in the order of ordinals.
 */
public final class Adoption {
  private final MergeSettings settings;
  private final Links links;
  private final int[][] members;
  private final BuildLayer[] layers;
  private final SharedWork work;

  /**
   * An adoption.
   *
   * @param arena owns the blocks
   * @param links the links
   * @param size number of vectors, at least 1
   * @throws IllegalArgumentException if nodes have more links than M leaves room for
   */
  public Adoption(Arena arena, MergeSettings settings, Links links, int size) throws IOException {
    this.settings = settings;
    this.links = links;
    this.work = new SharedWork(settings.workers(), settings.monitor());
    this.members = members(links, size);
    this.layers = new BuildLayer[members.length];
    BlockMemory memory = new BlockMemory(arena);
    for (int level = 0; level < layers.length; level++) {
      FusedBlockLayout layout =
          GraphBuilder.layout(level, settings.maxConn(), settings.dimension());
      if (links.degree(level) > layout.slots()) {
        throw new IllegalArgumentException(
            "nodes have up to "
                + links.degree(level)
                + " links on level "
                + level
                + ", with M="
                + settings.maxConn()
                + " there is room for "
                + layout.slots());
      }
      layers[level] = new BuildLayer(memory, layout, members[level].length);
    }
  }

  /** For each level the ordinals that are on it, ascending. */
  private static int[][] members(Links links, int size) throws IOException {
    int[][] members = new int[links.level(links.entry()) + 1][];
    int[] counts = new int[members.length];
    for (int ordinal = 0; ordinal < size; ordinal++) {
      counts[links.level(ordinal)]++;
    }
    int above = 0;
    for (int level = members.length - 1; level >= 0; level--) {
      above += counts[level];
      members[level] = new int[above];
    }
    int[] filled = new int[members.length];
    for (int ordinal = 0; ordinal < size; ordinal++) {
      for (int level = links.level(ordinal); level >= 0; level--) {
        members[level][filled[level]++] = ordinal;
      }
    }
    return members;
  }

  /** Makes the graph. */
  public BuiltGraph run() throws IOException {
    for (int level = 0; level < layers.length; level++) {
      int l = level;
      int count = members[level].length;
      work.each("nodes of layer " + level, count, 0, () -> new Worker(l), Worker::addNode);
      work.each("edges of layer " + level, count, 0, () -> new Worker(l), Worker::addEdges);
    }
    int top = layers.length - 1;
    BuiltGraph graph = new LayeredGraph(layers, index(top, links.entry()));
    Layer[] views = new Layer[layers.length];
    Arrays.setAll(views, graph::layer);
    Linker linker = new Linker(settings.metric(), settings.vectors().open(), NodeLocks.of(1));
    for (int level = top; level >= 0; level--) {
      int entry = GraphBuilder.entryOf(views, graph.entry(), level);
      new ReachabilityRepair(linker, views[level], entry, settings.beamWidth())
          .run(settings.monitor()::check);
    }
    return graph;
  }

  /** The place of a node in a layer. */
  private int index(int level, int ordinal) {
    return level == 0 ? ordinal : Arrays.binarySearch(members[level], ordinal);
  }

  /** One thread's cursors and scratch space for a layer. */
  private final class Worker {
    private final int level;
    private final FusedBlockLayout layout;
    private final BlockSource block;
    private final BlockSource other;
    private final VectorSource vectors;
    private final EdgeEncoder encoder;
    private final EdgeCode[] codes;
    private final EdgeCode backward;
    private final int[] neighbours;
    private final int[] indices;
    private final float[] row;
    private final float[] otherRow;
    private final float[] decoded;

    private Worker(int level) throws IOException {
      int codeLength = Rotation.codeLength(settings.dimension());
      this.level = level;
      this.layout = layers[level].layout;
      this.block = layers[level].cursor();
      this.other = layers[level].cursor();
      this.vectors = settings.vectors().open();
      this.encoder = new EdgeEncoder(settings.metric(), settings.dimension());
      this.codes = new EdgeCode[layout.slots()];
      Arrays.setAll(codes, slot -> new EdgeCode(codeLength));
      this.backward = new EdgeCode(codeLength);
      this.neighbours = new int[links.degree(level)];
      this.indices = new int[neighbours.length];
      this.row = new float[settings.dimension()];
      this.otherRow = new float[settings.dimension()];
      this.decoded = new float[codeLength];
    }

    private int turnTo(int index) throws IOException {
      int ordinal = members[level][index];
      vectors.load(ordinal, row);
      encoder.setNode(row);
      return ordinal;
    }

    private void addNode(int index) throws IOException {
      int ordinal = turnTo(index);
      int below = level == 0 ? ordinal : index(level - 1, ordinal);
      layers[level].set(block, index, ordinal, below, vectors.nodeFactor(ordinal), encoder.own());
    }

    private void addEdges(int index) throws IOException {
      int ordinal = turnTo(index);
      int count = links.neighbours(ordinal, level, neighbours);
      for (int slot = 0; slot < count; slot++) {
        indices[slot] = index(level, neighbours[slot]);
      }
      // all at once: what they wait for is memory
      other.touch(indices, 0, count, 0, layout.nodeBytes());
      block.seek(index);
      MemorySegment segment = block.segment();
      long at = block.offset();
      for (int slot = 0; slot < count; slot++) {
        int neighbour = indices[slot];
        encode(neighbour, neighbours[slot], codes[slot]);
        // whoever changes the list later finds no key and estimates all of them
        layout.setEdgeWithoutCode(segment, at, slot, neighbour, Float.NaN, codes[slot]);
        layout.setDiverse(segment, at, slot, true);
      }
      layout.setCodes(segment, at, codes, count);
      layout.setCount(segment, at, count);
    }

    private void encode(int neighbour, int ordinal, EdgeCode code) throws IOException {
      other.seek(neighbour);
      MemorySegment segment = other.segment();
      OwnCode.decode(layout, segment, other.offset(), decoded);
      float factor = layout.ownFactor(segment, other.offset());
      if (!encoder.encodeDecoded(decoded, factor, code, backward)) {
        vectors.load(ordinal, otherRow);
        encoder.encode(otherRow, code, backward);
      }
    }
  }
}
