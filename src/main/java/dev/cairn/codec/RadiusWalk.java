/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.FloodSearch;
import dev.cairn.graph.NodeSet;
import dev.cairn.graph.PackedKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Walks through all nodes within a radius, from some that are inside, and collects the accepted
 * ones. How far the radius reaches shows from scores: of the first neighbours seen, some are
 * scored, at half of those left each time, until the nearest outside is known.
 */
final class RadiusWalk implements FloodSearch.Goal {
  private static final int BATCH = 16;

  /**
   * How far beyond the radius nodes are visited, as a share of the way from the nearest to it:
   * estimates are rough, and some nodes inside are linked from outside alone. Of a large crowd so
   * few are that less will do: the share falls with the root of how many are inside.
   */
  private static final double BEYOND = 1.5;

  private static final double MOST_BEYOND = 0.2;

  /** By what share of themselves keys from own codes may be wrong. */
  private static final double KEY_ERROR = 0.004;

  private final SearchContext context;
  private final NodeSet accepted;
  private final RadiusHits hits;
  private final BooleanSupplier counter;
  private final double breadth;
  private final long longest;
  private final int[] waiting = new int[BATCH];
  private int waitingCount;
  private final float nearest;
  private float bound = Float.POSITIVE_INFINITY;
  private long hops;
  private boolean isTooLong;

  /**
   * A walk.
   *
   * @param accepted what may be a hit, or null for all
   * @param counter told of each node visited; says whether to go on
   * @param nearest the least key of all nodes, accepted or not, as far as known
   * @param breadth how far it goes beyond the radius, in terms of what is usual
   * @param longest how many hops it may take
   */
  RadiusWalk(
      SearchContext context,
      NodeSet accepted,
      RadiusHits hits,
      BooleanSupplier counter,
      float nearest,
      double breadth,
      long longest) {
    this.context = context;
    this.accepted = accepted;
    this.hits = hits;
    this.counter = counter;
    this.nearest = nearest;
    this.breadth = breadth;
    this.longest = longest;
  }

  /** Walks, once, and returns false where that was longer than it may be. */
  boolean run(int[] starts, int count) throws IOException {
    context.flood().run(context.layers()[0], starts, count, context.query(), this);
    collectWaiting();
    return !isTooLong;
  }

  @Override
  public float bound() {
    if (hits.least() > Float.NEGATIVE_INFINITY) {
      float outside = context.scorer().keyOf(hits.least());
      double share = Math.min(MOST_BEYOND, BEYOND / Math.sqrt(Math.max(1, hits.inside())));
      double beyond = breadth * share * Math.max(0, outside - nearest);
      double least = KEY_ERROR * Math.abs(outside);
      bound = Math.min(bound, (float) (outside + Math.max(beyond, least)));
    }
    return bound;
  }

  @Override
  public boolean expanded(int index, int ordinal, float key, float nodeFactor) throws IOException {
    if (accepted == null || accepted.contains(index)) {
      waiting[waitingCount++] = index;
      if (waitingCount == BATCH) {
        collectWaiting();
      }
    }
    hops++;
    isTooLong = hops > longest + hits.inside();
    return counter.getAsBoolean() && !isTooLong;
  }

  private void collectWaiting() throws IOException {
    hits.collectAll(waiting, waitingCount);
    waitingCount = 0;
  }

  @Override
  public void look(long[] entries, int count) throws IOException {
    int end = 0;
    long farthest = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      if (accepted == null || accepted.contains(PackedKey.node(entries[i]))) {
        long entry = entries[i];
        // those that are not accepted stay behind, for they are wanted afterwards
        entries[i] = entries[end];
        entries[end++] = entry;
        farthest = Math.max(farthest, entry);
      }
    }
    if (end == 0 || hits.isInside(PackedKey.node(farthest))) {
      return;
    }
    Arrays.sort(entries, 0, end);
    int inside = -1;
    int outside = end - 1;
    while (outside - inside > 1) {
      int middle = (inside + outside) >>> 1;
      if (hits.isInside(PackedKey.node(entries[middle]))) {
        inside = middle;
      } else {
        outside = middle;
      }
    }
  }
}
