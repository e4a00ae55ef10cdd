/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.NodeSet;
import dev.cairn.quantization.CentredQuery;
import java.io.IOException;

/**
 * Looks at the centred codes of all accepted nodes, and scores those exactly that may be among the
 * nearest. In one slice of nodes after the other, those that look best are scored first, so that it
 * shows which others need not be.
 *
 * <p>Holds its scratch space, so it serves one search at a time.
 */
final class CodeScan {
  /** Nodes looked at before any is scored: their keys stay in the cache. */
  private static final int SLICE = 1 << 12;

  /** Nodes scored together. */
  private static final int BATCH = 64;

  /** Nodes whose codes are looked at for each count of the receiver, as many as a block has. */
  static final int PER_COUNT = 32;

  /** Of so many nodes for each that is scored in any case it pays to look at the codes. */
  private static final int LEAST_PER_SCORED = 8;

  private final SearchContext context;
  private final CentredCodes codes;
  private final CentredQuery query;
  private final BlockSource rows;
  private final int[] ordinals = new int[SLICE];
  private final float[] least = new float[SLICE];
  private final int[] one = new int[1];
  private final float[] oneKey = new float[1];
  private final int[] batch = new int[BATCH];
  private final float[] factors = new float[BATCH];
  private final float[] keys = new float[BATCH];

  CodeScan(SearchContext context, CentredCodes codes) throws IOException {
    this.context = context;
    this.codes = codes;
    this.query =
        new CentredQuery(Keys.metric(context.meta().similarity()), codes.centroid().length);
    this.rows = codes.openRows();
  }

  /**
   * Whether codes are there and looking at them is likely to save time.
   *
   * @param accepted how many nodes are to be scanned, about
   * @param width of the search: where no more are accepted, all are scored
   * @param wanted how many of the best are scored at first
   */
  static boolean pays(FieldMeta meta, long accepted, int width, int wanted) {
    return meta.hasCentredCodes() && accepted > Math.max(width, (long) LEAST_PER_SCORED * wanted);
  }

  /**
   * Scans.
   *
   * @param accepted what to look at, or null for all
   * @param rotated the query, rotated
   * @param wanted how many of the best are scored at first
   * @return false when the receiver stopped it
   */
  boolean run(NodeSet accepted, float[] rotated, int wanted, ExactScan.Receiver receiver)
      throws IOException {
    query.set(rotated, codes.centroid());
    int size = context.meta().size();
    for (int next = 0; next < size; ) {
      int count = accepted == null ? fill(next, size) : accepted.fill(next, size, ordinals);
      if (count == 0) {
        return true;
      }
      for (int i = 0; i < count; i += PER_COUNT) {
        if (!receiver.admits()) {
          return false;
        }
      }
      next = ordinals[count - 1] + 1;
      look(count);
      if (receiver.least() == Float.NEGATIVE_INFINITY) {
        scoreBest(count, wanted, receiver);
      }
      scoreRest(count, receiver);
    }
    return true;
  }

  private int fill(int from, int size) {
    int count = Math.min(SLICE, size - from);
    for (int i = 0; i < count; i++) {
      ordinals[i] = from + i;
    }
    return count;
  }

  private void look(int count) throws IOException {
    if (rows.isInPlace()) {
      rows.seek(0);
      query.leastKeys(rows.segment(), ordinals, count, least);
      return;
    }
    for (int i = 0; i < count; i++) {
      rows.seek(ordinals[i]);
      query.leastKeys(rows.segment(), one, 1, oneKey);
      least[i] = oneKey[0];
    }
  }

  /** Scores those of a slice that look best, and marks them as done. */
  private void scoreBest(int count, int wanted, ExactScan.Receiver receiver) throws IOException {
    NearestNodes nearest = context.nearest();
    nearest.reset(Math.min(wanted, count));
    for (int from = 0; from < count; from += BATCH) {
      float worst = nearest.worst();
      for (int i = from; i < Math.min(count, from + BATCH); i++) {
        if (!(least[i] > worst)) {
          nearest.add(least[i], i);
        }
      }
    }
    int end = nearest.size();
    int[] found = context.found(end);
    nearest.drain(found);
    for (int from = 0; from < end; from += BATCH) {
      int to = Math.min(end, from + BATCH);
      for (int i = from; i < to; i++) {
        batch[i - from] = ordinals[found[i]];
        least[found[i]] = Float.POSITIVE_INFINITY;
      }
      score(to - from, receiver);
    }
  }

  /** Scores those that may be among the nearest. */
  private void scoreRest(int count, ExactScan.Receiver receiver) throws IOException {
    float bound = bound(receiver);
    int waiting = 0;
    for (int i = 0; i < count; i++) {
      // what is not a number is scored
      if (!(least[i] >= bound)) {
        batch[waiting++] = ordinals[i];
        if (waiting == BATCH) {
          score(waiting, receiver);
          waiting = 0;
          bound = bound(receiver);
        }
      }
    }
    score(waiting, receiver);
  }

  /** The key that one must be below to be of interest, as the query has keys. */
  private float bound(ExactScan.Receiver receiver) {
    float key = context.scorer().keyOf(receiver.least());
    // what was done is at infinity
    return Math.min(key - query.base(), Float.MAX_VALUE);
  }

  private void score(int count, ExactScan.Receiver receiver) throws IOException {
    QueryScorer scorer = context.scorer();
    for (int i = 0; i < count && scorer.needsNodeFactors(); i++) {
      factors[i] = context.nodeFactor(batch[i]);
    }
    scorer.keys(batch, 0, count, factors, keys);
    for (int i = 0; i < count; i++) {
      float score = scorer.score(keys[i], factors[i]);
      if (score >= receiver.least()) {
        receiver.collect(batch[i], score);
      }
    }
  }
}
