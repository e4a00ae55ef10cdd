/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.ExpansionListener;
import dev.cairn.graph.FilteredSearch;
import dev.cairn.graph.Layer;
import dev.cairn.graph.NodeSet;
import dev.cairn.quantization.FusedQuery;
import java.io.IOException;

/**
 * Searches a layer for the best accepted nodes in what is likely to be the cheapest way: a walk
 * through the graph, or a scan of the accepted nodes' own codes. What a walk costs where filter and
 * vectors are correlated cannot be known before; one that takes nearly as long as the scan gives
 * way to it, so that both together take less than exact scores of all accepted vectors.
 */
final class FilteredPlan {
  /** A hop costs about as much as so many keys from the own codes of accepted nodes. */
  private static final int SCANNED_PER_HOP = 10;

  /** The share of the nodes around a query that a walk must expand to see nearly all of them. */
  private static final double EXPANDED = .2;

  /** The most a walk may cost, as a share of the scan. */
  private static final double MOST = .8;

  /** Hops that lead to nothing better before a walk ends. */
  private static final int PATIENCE = 60;

  /** Where fewer are accepted around the query than so much of the share among all, scan. */
  private static final double LEAST_SHARE = .75;

  /** The most nodes that are scanned rather than searched for where few are near. */
  private static final int SCANNABLE = 15_000;

  /** Raw vectors of so many bytes are scored rather than their codes, for caches may hold them. */
  private static final int CACHED = 1 << 21;

  /** The most raw vectors that are scored rather than their codes. */
  private static final int MOST_EXACT = 1500;

  private FilteredPlan() {}

  /** How many accepted vectors are best scored exactly at once, without a search. */
  static int exactlyScanned(FieldMeta meta) {
    return Math.min(MOST_EXACT, CACHED / (meta.dimension() * meta.encoding().byteSize));
  }

  /** Whether a scan of the accepted is expected to cost less than a walk. */
  static boolean isScanCheaper(int settled, long accepted, long size) {
    double walk = 2.0 * settled + EXPANDED * settled * size / Math.max(1, accepted);
    return (double) accepted / SCANNED_PER_HOP <= walk;
  }

  /**
   * Searches.
   *
   * @param starts where a walk starts
   * @param accepted the nodes that may be hits
   * @param count how many they are, about
   * @param settled how many of the best are to be expanded
   * @param wanted how many of the nearest are wanted
   * @param hits how few of them will do
   * @param listener told of every node expanded and every accepted one looked at
   * @return false when the listener stopped the search
   */
  static boolean run(
      Layer layer,
      int[] starts,
      NodeSet accepted,
      long count,
      int settled,
      int wanted,
      int hits,
      FilteredSearch search,
      FusedQuery query,
      Found listener)
      throws IOException {
    if (starts != null) {
      int patience = Math.max(PATIENCE, settled);
      long most = (long) (MOST * count / SCANNED_PER_HOP) + 1;
      int found = listener.count();
      FilteredSearch.End end =
          search.search(
              layer,
              starts,
              accepted,
              settled,
              Math.max(4, wanted + 4 - settled),
              patience,
              most,
              count <= SCANNABLE ? LEAST_SHARE * count / layer.size() : 0,
              query,
              listener);
      if (end == FilteredSearch.End.STOPPED) {
        return false;
      }
      if (end == FilteredSearch.End.COMPLETE && listener.count() - found >= Math.min(hits, count)) {
        return true;
      }
    }
    return scan(layer, accepted, starts == null ? null : search, query, listener);
  }

  /** Told of nodes; counts the accepted ones among them. */
  interface Found extends ExpansionListener {
    /** How many accepted nodes there were so far. */
    int count();
  }

  private static boolean scan(
      Layer layer,
      NodeSet accepted,
      FilteredSearch known,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    BlockSource blocks = layer.blocks();
    int size = layer.size();
    for (int node = accepted.next(0, size); node < size; node = accepted.next(node + 1, size)) {
      if (known != null && known.isExpanded(node)) {
        continue;
      }
      blocks.seek(node);
      float key = query.key(layer.layout(), blocks.segment(), blocks.offset());
      float factor = layer.layout().nodeFactor(blocks.segment(), blocks.offset());
      if (!listener.expanded(
          node, layer.layout().ordinal(blocks.segment(), blocks.offset()), key, factor)) {
        return false;
      }
    }
    return true;
  }
}
