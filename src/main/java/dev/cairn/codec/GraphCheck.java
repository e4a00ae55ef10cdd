/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.Layer;
import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.util.FixedBitSet;

/**
 * Verifies the graph of a field beyond its checksum: that every number in every block is one a
 * writer can have written, that every node is reached from the entry point, and, on a sample of
 * nodes, that codes and factors are those of the raw vectors, and centred codes those of own codes.
 */
public final class GraphCheck {
  private static final int MOST_PROBLEMS = 20;

  /**
   * What a check found.
   *
   * @param nodes number of nodes on all levels
   * @param edges number of edges on all levels
   * @param recoded number of edges whose codes were computed again from the vectors
   * @param problems the first things that are wrong, in words; none in a sound graph
   */
  public record Report(long nodes, long edges, long recoded, List<String> problems) {
    /** Whether nothing is wrong. */
    public boolean isSound() {
      return problems.isEmpty();
    }
  }

  private final FieldGraph graph;
  private final Layer[] layers;
  private final List<String> problems = new ArrayList<>();
  private long nodes;
  private long edges;

  private GraphCheck(FieldGraph graph) {
    this.graph = graph;
    this.layers = graph.openLayers();
  }

  /**
   * Checks a field.
   *
   * @param segment the segment
   * @param field the vector field
   * @param samples how many nodes are coded again from their vectors
   * @param seed which ones
   * @return what was found, or nothing where this format does not hold the field's vectors
   */
  public static Optional<Report> run(CodecReader segment, String field, int samples, long seed)
      throws IOException {
    FieldGraph graph = FieldGraph.of(segment, field);
    if (graph == null) {
      return Optional.empty();
    }
    GraphCheck check = new GraphCheck(graph);
    long recoded = 0;
    if (check.areBlocksSound()) {
      check.checkReachability();
      CodeCheck codes = new CodeCheck(graph, check.layers, check::report);
      recoded = codes.run(samples, seed);
      new CentredCodeCheck(graph, check.layers, check::report).run(samples, seed);
    }
    return Optional.of(new Report(check.nodes, check.edges, recoded, List.copyOf(check.problems)));
  }

  /** Some nodes of a layer drawn at random, or all where there are no more. */
  static PrimitiveIterator.OfInt sample(int size, int samples, Random random) {
    return samples < size
        ? IntStream.generate(() -> random.nextInt(size)).limit(samples).iterator()
        : IntStream.range(0, size).iterator();
  }

  /** The first number in a graph's blocks that no writer writes, or null when there is none. */
  static String damage(FieldGraph graph) throws IOException {
    GraphCheck check = new GraphCheck(graph);
    return check.areBlocksSound() ? null : check.problems.getFirst();
  }

  private boolean report(String problem) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(problem);
    }
    return problems.size() < MOST_PROBLEMS;
  }

  private boolean areBlocksSound() throws IOException {
    int[] ordinalsBelow = null;
    for (int level = 0; level < layers.length; level++) {
      int size = layers[level].size();
      // on level 0 a node is its ordinal, and large segments are to be checked in little memory
      int[] ordinals = level == 0 ? null : new int[size];
      FixedBitSet ordinalsSeen = level == 0 ? null : new FixedBitSet(graph.meta().size());
      FixedBitSet marks = new FixedBitSet(size);
      for (int node = 0; node < size; node++) {
        BlockSource blocks = layers[level].blocks();
        blocks.seek(node);
        String problem = checkNode(level, node, ordinals, ordinalsSeen, ordinalsBelow);
        if (problem == null) {
          problem = checkEdges(level, node, marks);
        }
        if (problem != null && !report("level " + level + ", node " + node + ": " + problem)) {
          return false;
        }
      }
      ordinalsBelow = ordinals;
      nodes += size;
    }
    return problems.isEmpty();
  }

  /** What is wrong with the place of the node at the cursor, or null. */
  private String checkNode(
      int level, int node, int[] ordinals, FixedBitSet ordinalsSeen, int[] ordinalsBelow) {
    FusedBlockLayout layout = layers[level].layout();
    MemorySegment segment = layers[level].blocks().segment();
    long block = layers[level].blocks().offset();
    int ordinal = layout.ordinal(segment, block);
    int below = layout.below(segment, block);
    if (ordinal < 0 || ordinal >= graph.meta().size() || level == 0 && ordinal != node) {
      return "ordinal " + ordinal;
    }
    if (level == 0) {
      return below == node ? null : "index " + below + " in the level below";
    }
    ordinals[node] = ordinal;
    if (ordinalsSeen.getAndSet(ordinal)) {
      return "ordinal " + ordinal + " is another node's too";
    }
    if (below < 0 || below >= layers[level - 1].size()) {
      return "index " + below + " in the level below";
    }
    int ordinalBelow = level == 1 ? below : ordinalsBelow[below];
    return ordinalBelow == ordinal
        ? null
        : "ordinal " + ordinal + ", in the level below " + ordinalBelow;
  }

  /** What is wrong with the numbers of the node at the cursor, or null. */
  private String checkEdges(int level, int node, FixedBitSet marks) {
    FusedBlockLayout layout = layers[level].layout();
    MemorySegment segment = layers[level].blocks().segment();
    long block = layers[level].blocks().offset();
    int count = layout.count(segment, block);
    if (count < 0 || count > layout.slots()) {
      return count + " neighbours in " + layout.slots() + " slots";
    }
    edges += count;
    String problem = checkNumbers(layout, segment, block);
    return problem != null ? problem : checkSlots(level, node, count, marks);
  }

  private static String checkNumbers(FusedBlockLayout layout, MemorySegment segment, long block) {
    float nodeFactor = layout.nodeFactor(segment, block);
    float squaredLength = layout.squaredLength(segment, block);
    float ownFactor = layout.ownFactor(segment, block);
    if (!Float.isFinite(nodeFactor) || nodeFactor < 0) {
      return "node factor " + nodeFactor;
    }
    if (!Float.isFinite(squaredLength) || squaredLength < 0) {
      return "squared length " + squaredLength;
    }
    return Float.isFinite(ownFactor) && ownFactor >= 0 ? null : "factor of own code " + ownFactor;
  }

  private String checkSlots(int level, int node, int count, FixedBitSet marks) {
    FusedBlockLayout layout = layers[level].layout();
    MemorySegment segment = layers[level].blocks().segment();
    long block = layers[level].blocks().offset();
    String problem = null;
    int marked = 0;
    for (; marked < count && problem == null; marked++) {
      int neighbour = layout.neighbour(segment, block, marked);
      if (neighbour < 0 || neighbour >= marks.length() || neighbour == node) {
        problem = "neighbour " + neighbour + " of " + marks.length();
        break;
      }
      if (marks.getAndSet(neighbour)) {
        problem = "neighbour " + neighbour + " twice";
        break;
      }
      problem = checkFactors(layout, segment, block, marked);
    }
    for (int slot = 0; slot < marked; slot++) {
      marks.clear(layout.neighbour(segment, block, slot));
    }
    for (int slot = count; slot < layout.slots() && problem == null; slot++) {
      problem = checkUnused(layout, segment, block, slot);
    }
    return problem;
  }

  private static String checkFactors(
      FusedBlockLayout layout, MemorySegment segment, long block, int slot) {
    float add = layout.add(segment, block, slot);
    float scale = layout.scale(segment, block, slot);
    return Float.isFinite(add) && Float.isFinite(scale)
        ? null
        : "factors " + add + " and " + scale + " in slot " + slot;
  }

  private static String checkUnused(
      FusedBlockLayout layout, MemorySegment segment, long block, int slot) {
    return layout.neighbour(segment, block, slot) == 0
            && layout.add(segment, block, slot) == 0
            && layout.scale(segment, block, slot) == 0
            && !layout.isDiverse(segment, block, slot)
        ? null
        : "something in the unused slot " + slot;
  }

  private void checkReachability() throws IOException {
    int from = graph.meta().entry();
    for (int level = layers.length - 1; level >= 0; level--) {
      int reached = countReachable(layers[level], from);
      if (reached < layers[level].size()) {
        report(
            "level "
                + level
                + ": "
                + reached
                + " of "
                + layers[level].size()
                + " nodes are reached from the entry point");
      }
      layers[level].blocks().seek(from);
      from =
          layers[level]
              .layout()
              .below(layers[level].blocks().segment(), layers[level].blocks().offset());
    }
  }

  private static int countReachable(Layer layer, int from) throws IOException {
    FixedBitSet isReached = new FixedBitSet(layer.size());
    int[] queue = new int[layer.size()];
    int end = 0;
    isReached.set(from);
    queue[end++] = from;
    for (int i = 0; i < end; i++) {
      layer.blocks().seek(queue[i]);
      MemorySegment segment = layer.blocks().segment();
      long block = layer.blocks().offset();
      int count = layer.layout().count(segment, block);
      for (int slot = 0; slot < count; slot++) {
        int neighbour = layer.layout().neighbour(segment, block, slot);
        if (!isReached.getAndSet(neighbour)) {
          queue[end++] = neighbour;
        }
      }
    }
    return end;
  }
}
