/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.ExpansionListener;
import dev.cairn.graph.FilteredSearch;
import dev.cairn.graph.Layer;
import dev.cairn.graph.NodeSet;
import dev.cairn.graph.WalkLimits;
import dev.cairn.quantization.CentredLayout;
import dev.cairn.quantization.Rotation;
import java.io.IOException;

/**
 * Searches a layer for the best accepted nodes in what is likely to be the cheapest way: a walk
 * through the graph, or a scan of what is accepted. What a walk costs where filter and vectors are
 * correlated cannot be known before; one that meets hardly any accepted nodes, or takes long or can
 * be foreseen to, gives way to the scan.
 */
final class FilteredPlan {
  /**
   * A hop takes about as long as the exact scores of raw vectors of so many bytes together, read in
   * the order in which they stand: 600 nanoseconds, and 110 to 140 for each of 384 dimensions.
   */
  private static final int BYTES_PER_HOP = 8_500;

  /** What a vector costs besides its bytes, in bytes. */
  private static final int BYTES_EACH = 100;

  /**
   * What a centred code costs besides its bytes, in such bytes: with those of 384 dimensions it is
   * 12 nanoseconds. Narrow vectors take twice as long, and files that are not mapped longer, but so
   * do hops there.
   */
  private static final int CODE_EACH = 100;

  /**
   * Vectors that are scored exactly in a scan of centred codes, to the root of how many are
   * accepted, if these are accepted at random. If they are far from the query it is up to seven.
   */
  private static final double SCORED = 1;

  /** Hops that lead to nothing better before a walk ends. */
  private static final int PATIENCE = 60;

  private FilteredPlan() {}

  /** How the search of a layer ended. */
  enum Outcome {
    /** What there is to be found was. */
    FOUND,
    /** The listener stopped it. */
    STOPPED,
    /** A scan of the accepted vectors is expected to cost less than going on. */
    SCAN
  }

  /**
   * What a scan costs, in hops. Where each node must be tested, which takes nobody knows how long,
   * codes do not make it cheaper.
   */
  private static double scan(FieldMeta meta, boolean isListed, long accepted) {
    double vector = BYTES_EACH + (double) meta.dimension() * meta.encoding().byteSize;
    double bytes = accepted * vector;
    if (meta.hasShortCodes() && isListed) {
      double code = CODE_EACH + CentredLayout.rowBytes(Rotation.codeLength(meta.dimension()));
      bytes = Math.min(bytes, accepted * code + SCORED * Math.sqrt(accepted) * vector);
    }
    return bytes / BYTES_PER_HOP;
  }

  /** After how many hops a walk has cost as much as a scan of the accepted. */
  static long hopsOfScan(FieldMeta meta, boolean isListed, long accepted) {
    return 1 + (long) scan(meta, isListed, accepted);
  }

  /**
   * Whether a scan of the accepted is expected to cost less than a walk.
   *
   * @param isListed whether it is known which nodes are accepted, without a test of each
   */
  static boolean isScanCheaper(
      FieldMeta meta, int settled, boolean isListed, long accepted, long size) {
    double share = (double) accepted / size;
    return FilteredSearch.isTooLong(settled, share, scan(meta, isListed, accepted));
  }

  /**
   * Searches.
   *
   * @param context with the query set, of one of the graphs
   * @param starts where the walk starts
   * @param accepted the nodes that may be hits
   * @param count how many they are, about
   * @param settled how many of the best are to be expanded
   * @param wanted how many of the nearest are wanted
   * @param hits how few of them will do
   * @param listener told of every node expanded and every accepted one looked at
   */
  static Outcome run(
      SearchContext context,
      Layer layer,
      int[] starts,
      NodeSet accepted,
      long count,
      int settled,
      int wanted,
      int hits,
      Found listener)
      throws IOException {
    long scan = hopsOfScan(context.meta(), accepted.isListed(), count);
    double share = Math.min(1, (double) count / layer.size());
    int found = listener.count();
    WalkLimits limits = new WalkLimits(Math.max(PATIENCE, settled), scan);
    FilteredSearch.End end =
        context
            .filtered()
            .search(
                layer, starts, accepted, share, settled, wanted, limits, context.query(), listener);
    if (end == FilteredSearch.End.STOPPED) {
      return Outcome.STOPPED;
    }
    return end == FilteredSearch.End.COMPLETE && listener.count() - found >= Math.min(hits, count)
        ? Outcome.FOUND
        : Outcome.SCAN;
  }

  /** Told of nodes; counts the accepted ones among them. */
  interface Found extends ExpansionListener {
    /** How many accepted nodes there were so far. */
    int count();
  }
}
