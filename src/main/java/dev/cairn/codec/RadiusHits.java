/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import org.apache.lucene.search.AbstractKnnCollector;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.SparseFixedBitSet;

/**
 * Collects what lies within a radius that only the collector knows. A score outside shows when it
 * is collected: the number of hits stays as it was. Where that is not told, the collector takes
 * others for competitive than before, or did not take the score for competitive; if it takes
 * everything for competitive, whatever it is shown, it gets all that there is. Each node is
 * collected once.
 */
final class RadiusHits implements ExactScan.Receiver {
  private static final int BATCH = 16;
  private static final int UNKNOWN = -1;

  private final int[] batch = new int[BATCH];
  private final SearchContext context;
  private final KnnCollector collector;
  private final SparseFixedBitSet collected;
  private final SparseFixedBitSet outside;
  private int inside;
  private float bestOutside = Float.NEGATIVE_INFINITY;

  RadiusHits(SearchContext context, KnnCollector collector) {
    this.context = context;
    this.collector = collector;
    this.collected = new SparseFixedBitSet(context.meta().size());
    this.outside = new SparseFixedBitSet(context.meta().size());
  }

  @Override
  public boolean admits() {
    return ExactScan.admits(collector);
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
    int before = numCollected();
    collector.collect(context.docOf(ordinal), score);
    boolean isOutside =
        before == UNKNOWN
            ? score < competitive || collector.minCompetitiveSimilarity() != competitive
            : numCollected() == before;
    if (isOutside) {
      bestOutside = Math.max(bestOutside, score);
      outside.set(ordinal);
    } else {
      inside++;
    }
  }

  /** How many hits the collector has, where it tells: those wrapped for a timeout do not. */
  private int numCollected() {
    return collector instanceof AbstractKnnCollector counting ? counting.numCollected() : UNKNOWN;
  }

  /** How many nodes are known to be inside. */
  int inside() {
    return inside;
  }

  /** Collects a node and returns whether it is inside. */
  boolean isInside(int ordinal) throws IOException {
    collectAll(new int[] {ordinal}, 1);
    // what scores less than one outside is not collected
    return collected.get(ordinal) && !outside.get(ordinal);
  }

  /** Collects nodes. */
  void collectAll(int[] nodes, int count) throws IOException {
    for (int from = 0; from < count; from += BATCH) {
      collect(nodes, from, Math.min(count, from + BATCH));
    }
  }

  /** Collects nodes that are given nearest first by their own codes, until none is inside. */
  void collectNearest(int[] nodes, int count) throws IOException {
    int from = 0;
    boolean isNear = true;
    while (from < count && isNear) {
      int to = Math.min(count, from + BATCH);
      collect(nodes, from, to);
      isNear = false;
      for (int i = from; i < to; i++) {
        isNear |= collected.get(nodes[i]) && !outside.get(nodes[i]);
      }
      from = to;
    }
  }

  private void collect(int[] nodes, int from, int to) throws IOException {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (!collected.get(nodes[i])) {
        batch[count++] = nodes[i];
      }
    }
    float[] factors = context.factors(count);
    float[] keys = context.keys(count);
    ExactScan.score(context, batch, count, factors, keys, this);
  }
}
