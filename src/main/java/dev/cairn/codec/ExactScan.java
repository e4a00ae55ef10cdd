/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.NodeSet;
import java.io.IOException;
import org.apache.lucene.search.KnnCollector;

/**
 * Scores all accepted vectors of a segment exactly, from the raw vectors, in the order in which
 * they stand.
 */
final class ExactScan {
  private static final int BATCH = 64;

  /** Told of scores. */
  interface Receiver {
    /**
     * Asked before each vector, or each {@link CodeScan#PER_COUNT} codes, whether to go on; if so,
     * counts it.
     */
    boolean admits() throws IOException;

    /** The score that is of interest at least. */
    float least();

    /** Takes the score of a vector. */
    void collect(int ordinal, float score) throws IOException;
  }

  private ExactScan() {}

  /** Counts a visit of a collector that has not come to its limit. */
  static boolean admits(KnnCollector collector) {
    if (collector.earlyTerminated()) {
      return false;
    }
    collector.incVisitedCount(1);
    return true;
  }

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
    float[] factors = new float[BATCH];
    float[] keys = new float[BATCH];
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
      score(context, ordinals, count, factors, keys, receiver);
      if (isOver) {
        return false;
      }
    }
    return true;
  }

  /**
   * Scores vectors and hands over those of interest; {@code factors} and {@code keys} are scratch.
   */
  static void score(
      SearchContext context,
      int[] ordinals,
      int count,
      float[] factors,
      float[] keys,
      Receiver receiver)
      throws IOException {
    QueryScorer scorer = context.scorer();
    for (int i = 0; i < count && scorer.needsNodeFactors(); i++) {
      factors[i] = context.nodeFactor(ordinals[i]);
    }
    scorer.keys(ordinals, 0, count, factors, keys);
    for (int i = 0; i < count; i++) {
      float score = scorer.score(keys[i], factors[i]);
      if (score >= receiver.least()) {
        receiver.collect(ordinals[i], score);
      }
    }
  }
}
