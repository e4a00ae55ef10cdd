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

  private final SearchContext context;
  private final NodeSet accepted;
  private final RadiusHits hits;
  private final BooleanSupplier counter;
  private final double breadth;
  private final long longest;
  private final int[] waiting = new int[BATCH];
  private int waitingCount;
  private float nearest = Float.POSITIVE_INFINITY;
  private long hops;
  private boolean isTooLong;

  /**
   * A walk.
   *
   * @param accepted what may be a hit, or null for all
   * @param counter told of each node visited; says whether to go on
   * @param breadth how far it goes beyond the radius, in terms of what is usual
   * @param longest how many hops it may take
   */
  RadiusWalk(
      SearchContext context,
      NodeSet accepted,
      RadiusHits hits,
      BooleanSupplier counter,
      double breadth,
      long longest) {
    this.context = context;
    this.accepted = accepted;
    this.hits = hits;
    this.counter = counter;
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
    if (hits.least() == Float.NEGATIVE_INFINITY) {
      return Float.POSITIVE_INFINITY;
    }
    float outside = context.scorer().keyOf(hits.least());
    double beyond = Math.min(MOST_BEYOND, BEYOND / Math.sqrt(Math.max(1, hits.inside())));
    return outside + (float) (breadth * beyond) * Math.max(0, outside - nearest);
  }

  @Override
  public boolean expanded(int index, int ordinal, float key, float nodeFactor) throws IOException {
    nearest = Math.min(nearest, key);
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
    int[] nodes = new int[count];
    Arrays.sort(entries, 0, count);
    int end = 0;
    for (int i = 0; i < count; i++) {
      int node = PackedKey.node(entries[i]);
      if (accepted == null || accepted.contains(node)) {
        nodes[end++] = node;
      }
    }
    if (end == 0 || hits.isInside(nodes[end - 1])) {
      return;
    }
    int inside = -1;
    int outside = end - 1;
    while (outside - inside > 1) {
      int middle = (inside + outside) >>> 1;
      if (hits.isInside(nodes[middle])) {
        inside = middle;
      } else {
        outside = middle;
      }
    }
  }
}
