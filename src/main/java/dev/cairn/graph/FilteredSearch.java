/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedQuery;
import java.io.IOException;

/**
 * Best-first search for accepted nodes, with ways through nodes that are not accepted.
 *
 * <p>At first nodes around the query are expanded, accepted or not, as in a search without a
 * filter. Accepted ones among their neighbours are kept by their estimates, so that most need not
 * be expanded to be found: the fewer are accepted the more nodes are expanded, though fewer than in
 * proportion. Where hardly any are accepted around the query, the walk goes on through the others
 * if those are few in all, else among accepted nodes, unless that is likely to take longer than it
 * may.
 */
public final class FilteredSearch {
  /** How a search ended. */
  public enum End {
    /** All that was worth expanding was. */
    COMPLETE,
    /** The listener stopped it. */
    STOPPED,
    /** It took as many hops as it was allowed, or is likely to. */
    TOO_LONG
  }

  /** Room for other estimates of nodes. */
  private static final int SPARE = 4;

  /**
   * Hops of a walk among accepted nodes for each that is to settle, times their share, about.
   * Measured on texts that are far from the query.
   */
  private static final double HOPS_AMONG = 3;

  private final FilteredState state = new FilteredState();
  private final WalkAround around = new WalkAround(state);
  private final WalkAmong among = new WalkAmong(state);
  private int[] leftOut = {};

  /** A search with scratch space of its own. */
  public FilteredSearch() {}

  /** Searches from now on do not step on these nodes. */
  public void leaveOut(int[] nodes) {
    leftOut = nodes;
  }

  /**
   * Searches a layer.
   *
   * @param layer the layer
   * @param starts where to start
   * @param accepted the nodes that may be hits
   * @param share the share of accepted nodes among all
   * @param settled how many of the best nodes are to be expanded
   * @param wanted how many of the best accepted nodes are to be told of
   * @param limits when to give up
   * @param listener told of each node expanded, and of the accepted ones that are left in the end
   */
  public End search(
      Layer layer,
      int[] starts,
      NodeSet accepted,
      double share,
      int settled,
      int wanted,
      WalkLimits limits,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    state.begin(layer, accepted, query, listener, leftOut);
    try {
      return search(layer.size(), starts, share, settled, wanted, limits);
    } finally {
      around.clear();
    }
  }

  private End search(
      int size, int[] starts, double share, int settled, int wanted, WalkLimits limits)
      throws IOException {
    // where many nodes are accepted few hops are needed: a look at more candidates saves little
    int looked = (int) Math.min(wanted * (2 - share), size);
    End end = around.run(starts, share, settled, looked, limits);
    if (end == End.COMPLETE) {
      return around.tellSeen();
    }
    if (end != null) {
      return end;
    }
    double settledAmong = among(share) * settled;
    if (limits.maxHops() < HOPS_AMONG * settledAmong / share) {
      return End.TOO_LONG;
    }
    int wide = (int) settledAmong;
    among.begin(around, (int) Math.min((long) wide + wanted, 2L * size) + SPARE);
    end = among.run(wide, limits.patience(), limits.maxHops());
    return end == End.COMPLETE ? among.tellOpen(wanted) : end;
  }

  /**
   * How many times as many nodes are to settle in a walk among accepted nodes. The most where about
   * a quarter is accepted: with fewer, many a walk gives way to a scan, which finds all; with more,
   * some are near the query. Measured on texts that are far from the query.
   */
  private static double among(double share) {
    return Math.clamp(Math.min(1 + 15 * share, 6 - 8 * share), 2, 4);
  }

  /** Whether a search is likely to take too long where accepted nodes are everywhere. */
  public static boolean isTooLong(int settled, double share, double maxHops) {
    int wide = WalkAround.wide(settled, share);
    return WalkAround.isTooLong(WalkAround.hopsFor(wide), maxHops);
  }
}
