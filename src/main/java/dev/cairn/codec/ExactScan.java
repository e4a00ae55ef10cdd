/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.Layer;
import dev.cairn.graph.NodeSet;
import java.io.IOException;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Scores all accepted vectors of a segment exactly, from the raw vectors, in the order in which
 * they stand; several at a time by Lucene's own scorer, but for cosines, which need the nodes'
 * factors.
 */
final class ExactScan {
  private static final int BATCH = 64;

  /** Told of scores. */
  interface Receiver {
    /** Asked before each vector whether it is to be scored; if so, counts it. */
    boolean admits() throws IOException;

    /** The score that is of interest at least. */
    float least();

    /** Takes the score of a vector. */
    void collect(int ordinal, float score) throws IOException;
  }

  private ExactScan() {}

  /**
   * Scans.
   *
   * @param accepted what to score, or null for all
   * @return false when the receiver stopped it
   */
  static boolean run(SearchContext context, NodeSet accepted, Receiver receiver)
      throws IOException {
    int size = context.meta().size();
    int[] ordinals = new int[BATCH];
    float[] scores = new float[BATCH];
    RandomVectorScorer bulk =
        context.scorer().needsNodeFactors() ? null : context.graph().rawScorer(context.scorer());
    int next = accepted == null ? 0 : accepted.next(0, size);
    while (next < size) {
      int count = 0;
      boolean isOver = false;
      while (count < BATCH && next < size) {
        if (!receiver.admits()) {
          isOver = true;
          break;
        }
        ordinals[count++] = next;
        next = accepted == null ? next + 1 : accepted.next(next + 1, size);
      }
      float best = Float.POSITIVE_INFINITY;
      if (bulk != null && count > 0) {
        best = bulk.bulkScore(ordinals, scores, count);
      } else {
        for (int i = 0; i < count; i++) {
          scores[i] = score(context, ordinals[i]);
        }
      }
      if (best >= receiver.least()) {
        for (int i = 0; i < count; i++) {
          if (scores[i] >= receiver.least()) {
            receiver.collect(ordinals[i], scores[i]);
          }
        }
      }
      if (isOver) {
        return false;
      }
    }
    return true;
  }

  private static float score(SearchContext context, int ordinal) throws IOException {
    QueryScorer scorer = context.scorer();
    float factor = 0;
    if (scorer.needsNodeFactors()) {
      Layer bottom = context.layers()[0];
      BlockSource blocks = bottom.blocks();
      blocks.seek(ordinal);
      factor = bottom.layout().nodeFactor(blocks.segment(), blocks.offset());
    }
    return scorer.score(scorer.key(ordinal, factor), factor);
  }
}
