/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * Searches as {@link EfSearch} does, but for some vectors, which are neither found nor stepped on:
 * so that a stored vector can be asked for its neighbours as if it were not in the index. The lists
 * of other nodes still hold it, so that such a search finds rather less than one for a vector that
 * never was there.
 */
public final class LeftOut extends KnnSearchStrategy.Hnsw {
  private static final int[] NONE = {};

  private record Node(FieldMeta graph, int ordinal) {}

  private final int efSearch;
  private final List<Node> nodes;

  private LeftOut(int efSearch, List<Node> nodes) {
    super(DEFAULT_FILTERED_SEARCH_THRESHOLD);
    CairnHnswParameters.checkRange("efSearch", efSearch, 1, CairnHnswParameters.MAX_EF_SEARCH);
    this.efSearch = efSearch;
    this.nodes = nodes;
  }

  /**
   * A strategy that leaves out nothing yet.
   *
   * @param efSearch beam width
   * @throws IllegalArgumentException if the width is out of range
   */
  public LeftOut(int efSearch) {
    this(efSearch, List.of());
  }

  /**
   * The same with one more vector left out, which must be a node of the lowest level alone: upper
   * levels are walked in full.
   *
   * @param segment the segment that holds the vector, in this format
   * @param field the vector field
   * @param ordinal the vector
   * @throws IllegalArgumentException if there is no such vector
   */
  public LeftOut without(CodecReader segment, String field, int ordinal) {
    FieldGraph graph = FieldGraph.of(segment, field);
    if (graph == null || ordinal < 0 || ordinal >= graph.meta().size()) {
      throw new IllegalArgumentException(
          "no vector " + ordinal + " of field \"" + field + "\" in this format");
    }
    Node node = new Node(graph.meta(), ordinal);
    return new LeftOut(efSearch, Stream.concat(nodes.stream(), Stream.of(node)).toList());
  }

  int efSearch() {
    return efSearch;
  }

  /** The nodes that a strategy leaves out of the lowest level of a graph. */
  static int[] nodesIn(FieldMeta graph, KnnSearchStrategy strategy) {
    return switch (strategy) {
      case LeftOut left -> left.nodesIn(graph).toArray();
      case Seeded seeded -> nodesIn(graph, seeded.originalStrategy());
      case null, default -> NONE;
    };
  }

  private IntStream nodesIn(FieldMeta graph) {
    // graphs are equal only to themselves, for they hold arrays
    return nodes.stream().filter(node -> node.graph.equals(graph)).mapToInt(Node::ordinal);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LeftOut that && efSearch == that.efSearch && nodes.equals(that.nodes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * super.hashCode() + efSearch) + nodes.size();
  }

  @Override
  public String toString() {
    return "LeftOut(efSearch=" + efSearch + ", " + nodes.size() + " nodes)";
  }
}
