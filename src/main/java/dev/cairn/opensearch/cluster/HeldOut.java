/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import dev.cairn.cli.data.VectorFile;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/** Vectors set aside as queries, the positions of all others, and the exact answers. */
final class HeldOut {
  private static final long SEED = 42;
  static final int K = 10;

  private final VectorFile vectors;
  private final int[] queries;
  private final int[] documents;

  /**
   * Sets some aside.
   *
   * @param size how many of the vectors to use, the first ones
   * @param count how many of those to set aside
   */
  HeldOut(VectorFile vectors, int size, int count) {
    this.vectors = vectors;
    BitSet chosen = new BitSet(size);
    Random random = new Random(SEED);
    while (chosen.cardinality() < count) {
      chosen.set(random.nextInt(size));
    }
    this.queries = chosen.stream().toArray();
    this.documents = IntStream.range(0, size).filter(i -> !chosen.get(i)).toArray();
  }

  /** Positions of what is searched. */
  int[] documents() {
    return documents;
  }

  int count() {
    return queries.length;
  }

  float[] query(int i) {
    return vectors.row(queries[i]);
  }

  /** The ten nearest of each query, by comparing it with every document. */
  List<Set<Integer>> exact() {
    return IntStream.range(0, queries.length).parallel().mapToObj(i -> exact(query(i))).toList();
  }

  private Set<Integer> exact(float[] query) {
    record Scored(int position, float score) {}

    PriorityQueue<Scored> best = new PriorityQueue<>((a, b) -> Float.compare(a.score(), b.score()));
    for (int position : documents) {
      float score = VectorUtil.dotProduct(query, vectors.row(position));
      if (best.size() < K || score > best.peek().score()) {
        best.add(new Scored(position, score));
        if (best.size() > K) {
          best.remove();
        }
      }
    }
    Set<Integer> positions = new HashSet<>();
    best.forEach(scored -> positions.add(scored.position()));
    return positions;
  }
}
