/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.FixedBitSet;

/**
 * Collects what lies within a radius that only the collector knows. A score outside shows when it
 * is collected: the collector then takes others for competitive than before, or did not take it for
 * competitive. One that takes everything for competitive, whatever it is shown, has no outside and
 * gets all that there is. Each node is collected once.
 */
final class RadiusHits implements ExactScan.Receiver {
  private static final int BATCH = 16;

  /** A batch holds one in so many of those before, at least: own codes mistake the order of few. */
  private static final int BATCH_SHARE = 8;

  private final SearchContext context;
  private final KnnCollector collector;
  private final FixedBitSet collected;
  private int inside;
  private float bestOutside = Float.NEGATIVE_INFINITY;

  RadiusHits(SearchContext context, KnnCollector collector) {
    this.context = context;
    this.collector = collector;
    this.collected = new FixedBitSet(context.meta().size());
  }

  @Override
  public boolean admits() {
    if (collector.earlyTerminated()) {
      return false;
    }
    collector.incVisitedCount(1);
    return true;
  }

  /** Minus infinity until a node outside is known. */
  @Override
  public float least() {
    return bestOutside;
  }

  @Override
  public void collect(int ordinal, float score) {
    if (collected.getAndSet(ordinal)) {
      return;
    }
    float competitive = collector.minCompetitiveSimilarity();
    collector.collect(context.docOf(ordinal), score);
    if (score < competitive || collector.minCompetitiveSimilarity() != competitive) {
      bestOutside = Math.max(bestOutside, score);
    } else {
      inside++;
    }
  }

  /** Collects a node and returns whether it is inside. */
  boolean isInside(int ordinal) throws IOException {
    // searches end at the first that is outside, so that one collected before was inside
    return collected.get(ordinal) || collect(new int[] {ordinal}) > 0;
  }

  /** Collects all of some nodes. */
  void collectAll(int[] nodes, int count) throws IOException {
    for (int from = 0; from < count; from += BATCH) {
      collect(Arrays.copyOfRange(nodes, from, Math.min(count, from + BATCH)));
    }
  }

  /** Collects nodes that are given nearest first by their own codes, until none is inside. */
  void collectNearest(int[] nodes, int count) throws IOException {
    int from = 0;
    while (from < count) {
      int to = Math.min(count, from + Math.max(BATCH, from / BATCH_SHARE));
      if (collect(Arrays.copyOfRange(nodes, from, to)) == 0) {
        return;
      }
      from = to;
    }
  }

  /** Collects nodes, and returns how many of them are inside. */
  private int collect(int[] nodes) throws IOException {
    int known = 0;
    for (int node : nodes) {
      known += collected.get(node) ? 1 : 0;
    }
    int before = inside;
    float[] factors = context.factors(nodes.length);
    float[] keys = context.keys(nodes.length);
    ExactScan.score(context, nodes, nodes.length, factors, keys, this);
    return known + inside - before;
  }
}
