/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.NodeSet;
import dev.cairn.quantization.CentredQuery;
import dev.cairn.simd.SignKernels;
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

  /** Codes pay where more than so many are accepted for each node that is scored in any case. */
  private static final int LEAST_PER_SCORED = SignKernels.areWide() ? 4 : 8;

  /**
   * To score no more than so many costs about as much as to set the query for a segment, to look at
   * codes and to score what they leave.
   */
  private static final int LEAST = SignKernels.areWide() ? 16 : 64;

  /** Marks a node that was scored. */
  private static final int DONE = -1;

  private final SearchContext context;
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
    this.query = new CentredQuery(Keys.metric(context.meta().similarity()), codes.centroid());
    this.rows = codes.openRows();
  }

  /**
   * Whether looking at codes is likely to save time.
   *
   * @param accepted how many nodes are to be scanned, about, in all segments
   * @param here how many of them in this one
   * @param width of the search: where no more are accepted, all are scored
   * @param wanted how many of the best are scored at first
   */
  static boolean pays(FieldMeta meta, long accepted, int here, int width, int wanted) {
    return meta.hasShortCodes()
        && here > LEAST
        && accepted > Math.max(width, (long) LEAST_PER_SCORED * wanted);
  }

  /** Whether the memory that it reads is still there. */
  boolean isMapped() {
    return !rows.isInPlace() || rows.segment().scope().isAlive();
  }

  /**
   * Scans.
   *
   * @param accepted what to look at
   * @param rotated the query, rotated
   * @param wanted how many of the best are scored at first
   * @return false when the receiver stopped it
   */
  boolean run(NodeSet accepted, float[] rotated, int wanted, ExactScan.Receiver receiver)
      throws IOException {
    query.set(rotated);
    if (!Float.isFinite(query.base())) {
      return ExactScan.run(context, accepted, receiver);
    }
    int size = context.meta().size();
    for (int next = 0; next < size; ) {
      int count = accepted.fill(next, size, ordinals);
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

  private void look(int count) throws IOException {
    if (rows.isInPlace()) {
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
        // not what is no number: that does not look good, and the rest has it
        if (least[i] <= worst) {
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
        ordinals[found[i]] = DONE;
      }
      ExactScan.score(context, batch, to - from, factors, keys, receiver);
    }
  }

  /** Scores those that may be among the nearest. */
  private void scoreRest(int count, ExactScan.Receiver receiver) throws IOException {
    float bound = bound(receiver);
    int waiting = 0;
    for (int i = 0; i < count; i++) {
      // what is not a number is scored
      if (!(least[i] > bound) && ordinals[i] != DONE) {
        batch[waiting++] = ordinals[i];
        if (waiting == BATCH) {
          ExactScan.score(context, batch, waiting, factors, keys, receiver);
          waiting = 0;
          bound = bound(receiver);
        }
      }
    }
    ExactScan.score(context, batch, waiting, factors, keys, receiver);
  }

  /** The key above which none is of interest, as the query has keys. */
  private float bound(ExactScan.Receiver receiver) {
    return context.scorer().keyOf(receiver.least()) - query.base();
  }
}
