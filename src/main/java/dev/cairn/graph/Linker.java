/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeCode;
import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** Finds neighbours of one node at a time and links them; what one thread needs for that. */
final class Linker {
  /** Nodes whose blocks, or own codes, are waited for together. */
  private static final int TOGETHER = 10;

  private static final int[] NONE = {};

  private final VectorSource vectors;
  private final BeamSearch search = BeamSearch.forLinking();
  private final BeamSearch strictSearch = BeamSearch.forQueries();
  private BeamSearch lastNear = search;
  private final FusedQuery query;
  private final EdgeEncoder encoder;
  private final Candidates candidates;
  private final NeighbourSelection selection;
  private final BackLinks backLinks;
  private final NodeLocks locks;
  private final int codeLength;
  private final float[] row;
  private final float[] otherRow;
  private EdgeCode[] forward = new EdgeCode[0];
  private EdgeCode[] backward = new EdgeCode[0];
  private int[] owners = {};
  private int ordinal;

  Linker(Metric metric, VectorSource vectors, NodeLocks locks) {
    this(metric, vectors, locks, false);
  }

  /**
   * A linker for one thread.
   *
   * @param haveOneLength whether the vectors of all blocks that come without keys of edges have the
   *     same length
   */
  Linker(Metric metric, VectorSource vectors, NodeLocks locks, boolean haveOneLength) {
    int dimension = vectors.dimension();
    this.vectors = vectors;
    this.locks = locks;
    this.codeLength = Rotation.codeLength(dimension);
    this.query = new FusedQuery(metric, dimension);
    this.encoder = new EdgeEncoder(metric, dimension);
    this.candidates = new Candidates();
    this.selection = new NeighbourSelection(metric);
    this.backLinks = new BackLinks(metric, dimension, haveOneLength);
    this.row = new float[dimension];
    this.otherRow = new float[dimension];
  }

  /** Turns to a node, by its ordinal. */
  void set(int ordinal) throws IOException {
    this.ordinal = ordinal;
    vectors.load(ordinal, row);
    query.set(row);
    encoder.setNode(row, query.rotated());
  }

  int vectorHash() {
    return Arrays.hashCode(row);
  }

  float nodeFactor() throws IOException {
    return vectors.nodeFactor(ordinal);
  }

  EdgeEncoder encoder() {
    return encoder;
  }

  FusedQuery query() {
    return query;
  }

  /** The candidates of the last search. */
  Candidates candidates() {
    return candidates;
  }

  /** Walks down from the entry point to a layer. */
  int descend(Layer[] layers, int entry, int level) throws IOException {
    return search.descend(layers, entry, level, query, (index, node, key, factor) -> true);
  }

  /**
   * Searches a layer and sorts the nodes expanded.
   *
   * @param starts nodes to start from
   * @param width how many are to be expanded, about
   * @param excluded a node that is no candidate, or -1
   */
  Candidates search(Layer layer, int[] starts, int width, int excluded) throws IOException {
    return search(layer, starts, width, Integer.MAX_VALUE, excluded);
  }

  /**
   * The same, but it ends when so many nodes have been expanded: where estimates are poor it would
   * go on for long.
   *
   * @param most how many, at least 1
   */
  Candidates search(Layer layer, int[] starts, int width, int most, int excluded)
      throws IOException {
    search(search, layer, starts, width, most, excluded);
    candidates.sort();
    return candidates;
  }

  /**
   * Searches a layer near known nodes. Candidates, not sorted, are the nodes expanded.
   *
   * @param isStrict whether it searches like a query, not like one that links a new node
   */
  Candidates searchNear(Layer layer, int[] starts, int width, int excluded, boolean isStrict)
      throws IOException {
    lastNear = isStrict ? strictSearch : search;
    search(lastNear, layer, starts, width, Integer.MAX_VALUE, excluded);
    return candidates;
  }

  private void search(BeamSearch by, Layer layer, int[] starts, int width, int most, int excluded)
      throws IOException {
    candidates.reset(layer, excluded, most);
    by.search(layer, starts, width, 1, query, candidates);
  }

  /** Adds nodes of a layer to the candidates, but for one. */
  void addCandidates(Layer layer, int[] nodes, int count, int excluded) throws IOException {
    for (int first = 0; first < count; first += TOGETHER) {
      int end = Math.min(count, first + TOGETHER);
      layer.blocks().touch(nodes, first, end, 0, layer.layout().nodeBytes());
      for (int i = first; i < end; i++) {
        if (nodes[i] != excluded) {
          addCandidate(layer, nodes[i]);
        }
      }
    }
  }

  /** Adds a node of a layer to the candidates. */
  void addCandidate(Layer layer, int node) throws IOException {
    float key = keyTo(layer, node);
    candidates.add(
        node, layer.layout().ordinal(layer.blocks().segment(), layer.blocks().offset()), key);
  }

  /** Whether the last search near known nodes looked at a node. */
  boolean isExpanded(int node) {
    return lastNear.isExpanded(node);
  }

  /** Key of a node against the one turned to. */
  float keyTo(Layer layer, int node) throws IOException {
    layer.blocks().seek(node);
    return query.key(layer.layout(), layer.blocks().segment(), layer.blocks().offset());
  }

  /**
   * Links the node turned to with the best of the sorted candidates, both ways. What its list held
   * before is forgotten.
   *
   * @param node index of the node in the candidates' layer
   * @return whether edges of a longer list before are still behind the new one: where other threads
   *     may be reading them, they are to be cleared later
   */
  boolean connect(int node) throws IOException {
    return connect(node, NONE);
  }

  /**
   * The same, with candidates that are looked at before nearer ones.
   *
   * @param preferred indices of their nodes
   */
  boolean connect(int node, int[] preferred) throws IOException {
    Layer layer = candidates.layer();
    FusedBlockLayout layout = layer.layout();
    selection.select(candidates, preferred, layout.slots());
    forward = withRoom(forward, layout.slots());
    backward = withRoom(backward, layout.slots());
    for (int i = 0; i < selection.size(); i++) {
      encode(selection.get(i), forward[i], backward[i]);
    }
    layer.blocks().seek(node);
    MemorySegment segment = layer.blocks().segment();
    long at = layer.blocks().offset();
    locks.lock(node);
    try {
      int old = layout.count(segment, at);
      for (int i = 0; i < selection.size(); i++) {
        int candidate = selection.get(i);
        int neighbour = candidates.node(candidate);
        layout.setEdgeWithoutCode(segment, at, i, neighbour, candidates.key(candidate), forward[i]);
        layout.setDiverse(segment, at, i, i < selection.diverse());
      }
      layout.setCodes(segment, at, forward, selection.size());
      // another thread that sees the count sees the edges
      VarHandle.storeStoreFence();
      layout.setCount(segment, at, selection.size());
      if (selection.size() < old && locks == NodeLocks.NONE) {
        layout.clearUnused(segment, at);
      }
      return selection.size() < old && locks != NodeLocks.NONE;
    } finally {
      locks.unlock(node);
    }
  }

  private EdgeCode[] withRoom(EdgeCode[] codes, int length) {
    if (codes.length >= length) {
      return codes;
    }
    EdgeCode[] more = Arrays.copyOf(codes, length);
    Arrays.setAll(more, i -> more[i] == null ? new EdgeCode(codeLength) : more[i]);
    return more;
  }

  /**
   * Adds the node that was connected to the lists of its neighbours.
   *
   * @param isNew whether none of them can have it already
   */
  void linkBack(int node, boolean isNew) throws IOException {
    Layer layer = candidates.layer();
    int count = selection.size();
    if (owners.length < count) {
      owners = new int[count];
    }
    for (int i = 0; i < count; i++) {
      owners[i] = candidates.node(selection.get(i));
    }
    for (int i = 0; i < count; i++) {
      if (i % TOGETHER == 0) {
        int end = Math.min(count, i + TOGETHER);
        layer.blocks().touch(owners, i, end, 0, layer.layout().buildBytes());
      }
      int candidate = selection.get(i);
      int owner = owners[i];
      layer.blocks().seek(owner);
      MemorySegment segment = layer.blocks().segment();
      long at = layer.blocks().offset();
      locks.lock(owner);
      try {
        backLinks.add(
            layer.layout(),
            segment,
            at,
            query,
            node,
            candidates.key(candidate),
            backward[i],
            isNew && locks == NodeLocks.NONE);
      } finally {
        locks.unlock(owner);
      }
    }
  }

  /** Encodes the edges to and from a candidate. */
  private void encode(int candidate, EdgeCode forward, EdgeCode backward) throws IOException {
    float[] decoded = candidates.row(candidate);
    if (!encoder.encodeDecoded(decoded, candidates.ownFactor(candidate), forward, backward)) {
      vectors.load(candidates.ordinal(candidate), otherRow);
      encoder.encode(otherRow, forward, backward);
    }
  }

  /** The code of the edge from another node, by ordinal, to the one turned to. */
  EdgeCode codeFrom(int other) throws IOException {
    vectors.load(other, otherRow);
    encoder.encode(otherRow);
    return encoder.backward();
  }

  /** Estimates what keys of edges a copied block lacks. */
  void ensureKeys(FusedBlockLayout layout, MemorySegment segment, long at) {
    backLinks.ensureKeys(layout, segment, at, layout.count(segment, at));
  }

  /** Bytes of memory that grow with the work. */
  long bytesUsed() {
    return candidates.bytesUsed();
  }
}
