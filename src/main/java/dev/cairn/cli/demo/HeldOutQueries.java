/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.data.VectorFile;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/**
 * Some vectors of a data set set aside as queries, the others being what is searched, and the exact
 * answers: the score a document must reach to be among the {@code k} best of a query.
 */
final class HeldOutQueries {
  private static final long SEED = 42;

  private final VectorFile vectors;
  private final int[] searched;
  private final float[][] queries;

  HeldOutQueries(VectorFile vectors, int queryCount) {
    this.vectors = vectors;
    BitSet heldOut = new BitSet(vectors.size());
    Random random = new Random(SEED);
    while (heldOut.cardinality() < queryCount) {
      heldOut.set(random.nextInt(vectors.size()));
    }
    this.queries = heldOut.stream().mapToObj(vectors::row).toArray(float[][]::new);
    this.searched = IntStream.range(0, vectors.size()).filter(row -> !heldOut.get(row)).toArray();
  }

  /** Number of vectors that are searched. */
  int documentCount() {
    return searched.length;
  }

  /** A vector that is searched, by its document id. */
  float[] document(int doc) {
    return vectors.row(searched[doc]);
  }

  float[][] queries() {
    return queries;
  }

  /** For each query the score of the {@code k}-th best document, by comparing with all of them. */
  float[] worstOfBest(int k) {
    float[] worst = new float[queries.length];
    // Each task walks all documents once with a block of queries, which stays in the cache.
    int block = Math.max(1, queries.length / (4 * Runtime.getRuntime().availableProcessors()));
    IntStream.range(0, (queries.length + block - 1) / block)
        .parallel()
        .forEach(
            b -> {
              int from = b * block;
              int to = Math.min(from + block, queries.length);
              float[][] best = new float[to - from][k];
              for (float[] scores : best) {
                Arrays.fill(scores, Float.NEGATIVE_INFINITY);
              }
              for (int doc = 0; doc < searched.length; doc++) {
                float[] document = document(doc);
                for (int q = from; q < to; q++) {
                  insert(best[q - from], score(queries[q], document));
                }
              }
              for (int q = from; q < to; q++) {
                worst[q] = best[q - from][0];
              }
            });
    return worst;
  }

  static float score(float[] query, float[] document) {
    return VectorUtil.dotProduct(query, document);
  }

  /** Replaces the smallest of the ascending scores if the new one is larger. */
  private static void insert(float[] ascending, float score) {
    if (score <= ascending[0]) {
      return;
    }
    int i = 0;
    while (i + 1 < ascending.length && ascending[i + 1] < score) {
      ascending[i] = ascending[i + 1];
      i++;
    }
    ascending[i] = score;
  }
}
