/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraph.NodesIterator;

/**
 * What can be counted of a graph.
 *
 * @param levelSizes number of nodes on each level, the lowest first
 * @param degrees how many nodes of the lowest level have as many neighbours as the index says
 * @param reached how many nodes of the lowest level are reached from the entry point
 */
record GraphMeasure(List<Integer> levelSizes, long[] degrees, long reached) {
  /** No graph, or none over any vector. */
  static final GraphMeasure NONE = new GraphMeasure(List.of(), new long[0], 0);

  static GraphMeasure of(HnswGraph graph, Progress progress) throws IOException {
    if (graph.size() == 0 || graph.numLevels() == 0) {
      return NONE;
    }
    List<Integer> sizes = new ArrayList<>();
    for (int level = 0; level < graph.numLevels(); level++) {
      sizes.add(graph.getNodesOnLevel(level).size());
    }
    long[] degrees = new long[64];
    NodesIterator nodes = graph.getNodesOnLevel(0);
    while (nodes.hasNext()) {
      graph.seek(0, nodes.nextInt());
      int degree = graph.neighborCount();
      if (degree >= degrees.length) {
        degrees = Arrays.copyOf(degrees, Math.max(degree + 1, 2 * degrees.length));
      }
      degrees[degree]++;
      progress.step();
    }
    int end = degrees.length;
    while (end > 1 && degrees[end - 1] == 0) {
      end--;
    }
    return new GraphMeasure(sizes, Arrays.copyOf(degrees, end), countReached(graph));
  }

  /** What is reached on one level is where the search of the next level may start. */
  private static long countReached(HnswGraph graph) throws IOException {
    int room = graph.maxNodeId() + 1;
    FixedBitSet reached = new FixedBitSet(room);
    int[] queue = new int[room];
    int end = 0;
    reached.set(graph.entryNode());
    queue[end++] = graph.entryNode();
    for (int level = graph.numLevels() - 1; level >= 0; level--) {
      for (int i = 0; i < end; i++) {
        graph.seek(level, queue[i]);
        for (int next = graph.nextNeighbor();
            next != DocIdSetIterator.NO_MORE_DOCS;
            next = graph.nextNeighbor()) {
          if (!reached.getAndSet(next)) {
            queue[end++] = next;
          }
        }
      }
    }
    return end;
  }

  long nodes() {
    return levelSizes.isEmpty() ? 0 : levelSizes.getFirst();
  }

  double degreeMean() {
    long edges = 0;
    for (int degree = 0; degree < degrees.length; degree++) {
      edges += degree * degrees[degree];
    }
    return nodes() == 0 ? 0 : (double) edges / nodes();
  }

  /** The share of nodes that are reached; all of none. */
  double reachable() {
    return nodes() == 0 ? 1 : (double) reached / nodes();
  }
}
