/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.FrontierSearch;
import dev.cairn.graph.NodeSet;
import java.io.IOException;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.FixedBitSet;

/**
 * A walk through all nodes, for collectors that judge a search by each node it meets and for those
 * that want more than a search has found: accepted ones get exact scores and are collected one by
 * one.
 */
final class CollectingWalk implements FrontierSearch.Goal {
  private final SearchContext context;
  private final KnnCollector collector;
  private final KnnSearchStrategy strategy;
  private final NodeSet accepted;
  private final FixedBitSet collected;
  private final NearestNodes nearest;
  private final long longest;
  private long hops;

  /**
   * A walk as far as there can be competitive nodes, or one of the nearest.
   *
   * @param strategy the collector's
   * @param accepted what may be a hit, or null for all
   * @param collected ordinals collected before; grows
   * @param count it goes on until nothing is left that can be among so many nearest
   * @param longest how many hops it may take
   */
  CollectingWalk(
      SearchContext context,
      KnnCollector collector,
      KnnSearchStrategy strategy,
      NodeSet accepted,
      FixedBitSet collected,
      int count,
      long longest) {
    this.context = context;
    this.collector = collector;
    this.strategy = strategy;
    this.accepted = accepted;
    this.collected = collected;
    this.nearest = context.nearest();
    this.longest = longest;
    nearest.reset(count);
  }

  /** Walks, once, and returns false where that was longer than it may be. */
  boolean run(int[] starts) throws IOException {
    context.frontier().run(context.layers()[0], starts, context.query(), this);
    return hops <= longest;
  }

  @Override
  public float bound() {
    float competitive = context.scorer().keyOf(collector.minCompetitiveSimilarity());
    return Math.max(nearest.worst(), competitive);
  }

  @Override
  public boolean expanded(int index, int ordinal, float key, float nodeFactor) throws IOException {
    if (accepted == null || accepted.contains(ordinal)) {
      nearest.add(key, ordinal);
      if (!collected.getAndSet(ordinal)) {
        QueryScorer scorer = context.scorer();
        collector.collect(
            context.docOf(ordinal), scorer.score(scorer.key(ordinal, nodeFactor), nodeFactor));
      }
    }
    hops++;
    return GraphSearch.count(collector, strategy) && hops <= longest;
  }
}
