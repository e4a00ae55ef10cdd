/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;

/**
 * Exact scores for what a search has found, batch by batch, the nearest by own codes first, as far
 * as that order may hide one of the best k.
 */
final class Rescoring {
  /** Scores and collects. */
  interface Batch {
    /**
     * Collects some of those found.
     *
     * @return the best score among those that are not of the first k, minus infinity without any
     */
    float collect(int from, int to) throws IOException;
  }

  /** The score that a hit must reach. */
  interface Least {
    /** Minus infinity until there are k hits. */
    float score();
  }

  private Rescoring() {}

  /** How many of the nodes that look best by their codes may be scored for k hits. */
  static int most(int k, long nodes) {
    return (int) Math.min(nodes, (long) k + k / 4 + 16);
  }

  /**
   * Scores as many as it takes.
   *
   * @param found how many were found
   * @param k how many are wanted
   */
  static void run(int found, int k, Batch hits, Least least) throws IOException {
    int at = 0;
    long batch = (long) k + k / 8 + 1;
    while (at < found) {
      int to = (int) Math.min(found, at + batch);
      float bestLate = hits.collect(at, to);
      // the least is minus infinity until there are k hits: before that reading goes on
      if (bestLate < least.score()) {
        return;
      }
      at = to;
      batch = Math.max(8, k / 8);
    }
  }
}
