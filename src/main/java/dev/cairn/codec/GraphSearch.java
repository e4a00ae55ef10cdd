/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.FrontierSearch;
import dev.cairn.graph.Layer;
import java.io.IOException;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * One search of one field of a segment, on behalf of a collector. Chooses between the fused beam,
 * the walk through nodes that are not accepted, and an exact scan.
 *
 * <p>The visited count rises by one for each block expanded, on any layer, and by one for each
 * vector that a scan scores.
 */
final class GraphSearch {
  /** A hop costs about as much as the exact scores of so many vectors in ordinal order. */
  private static final int SCANNED_PER_HOP = 6;

  private static final int SCAN_BATCH = 64;

  private final SearchContext context;
  private final KnnCollector collector;
  private final RandomVectorScorer exact;
  private final Bits acceptOrds;
  private final int accepted;
  private final int size;
  private final int width;

  private GraphSearch(
      SearchContext context,
      KnnCollector collector,
      RandomVectorScorer exact,
      AcceptDocs acceptDocs)
      throws IOException {
    this.context = context;
    this.collector = collector;
    this.exact = exact;
    this.size = context.meta().size();
    this.acceptOrds = context.values().getAcceptOrds(acceptDocs.bits());
    this.accepted = acceptOrds == null ? size : Math.min(size, acceptDocs.cost());
    int ef = EfSearch.of(collector.getSearchStrategy(), context.meta().parameters().efSearch());
    this.width = Math.max(ef, Math.min(collector.k(), size));
  }

  /**
   * Searches; the context has its query set.
   *
   * @param exact Lucene's scorer of the same query, for scans
   */
  static void run(
      SearchContext context,
      KnnCollector collector,
      RandomVectorScorer exact,
      AcceptDocs acceptDocs)
      throws IOException {
    new GraphSearch(context, collector, exact, acceptDocs).run();
  }

  private void run() throws IOException {
    boolean isBounded = collector.minCompetitiveSimilarity() == Float.NEGATIVE_INFINITY;
    long budget = collector.visitLimit() - collector.visitedCount();
    if (budget < 2L * width || isScanCheaper(isBounded)) {
      scan(ordinal -> false);
      return;
    }
    Layer bottom = context.layers()[0];
    if (acceptOrds == null && isBounded) {
      int[] starts = starts();
      if (starts == null) {
        return;
      }
      boolean isComplete =
          context
              .beam()
              .search(bottom, starts, width, context.query(), context.scorer(), this::collectAll);
      if (isComplete && collector.minCompetitiveSimilarity() == Float.NEGATIVE_INFINITY) {
        // fewer hits than the collector wants, as when several vectors count as one document
        walk(bottom, isBounded, starts, ordinal -> context.beam().isExpanded(ordinal));
      }
      return;
    }
    int[] starts = starts();
    if (starts != null) {
      walk(bottom, isBounded, starts, ordinal -> false);
    }
  }

  private boolean isScanCheaper(boolean isBounded) {
    if (accepted <= width && isBounded) {
      return true;
    }
    // walking on average meets one accepted node in size/accepted
    double hops = Math.min(size, (double) width * size / Math.max(1, accepted));
    return accepted <= hops * SCANNED_PER_HOP;
  }

  private boolean collectAll(int index, int ordinal, float key, float nodeFactor) {
    collector.incVisitedCount(1);
    collector.collect(context.docOf(ordinal), context.scorer().score(key, nodeFactor));
    return goOn();
  }

  private boolean goOn() {
    KnnSearchStrategy strategy = collector.getSearchStrategy();
    if (strategy != null) {
      strategy.nextVectorsBlock();
    }
    return !collector.earlyTerminated();
  }

  /** Where to start on layer 0: seeds where the strategy has some; null when stopped on the way. */
  private int[] starts() throws IOException {
    if (collector.getSearchStrategy() instanceof KnnSearchStrategy.Seeded seeded) {
      int[] seeds = seeds(seeded);
      if (seeds.length > 0) {
        return seeds;
      }
    }
    int start =
        context
            .beam()
            .descend(
                context.layers(),
                context.meta().entry(),
                0,
                1,
                context.query(),
                context.scorer(),
                (index, ordinal, key, nodeFactor) -> {
                  collector.incVisitedCount(1);
                  return !collector.earlyTerminated();
                });
    return start < 0 ? null : new int[] {start};
  }

  private int[] seeds(KnnSearchStrategy.Seeded seeded) throws IOException {
    int[] seeds = new int[Math.min(seeded.numberOfEntryPoints(), width)];
    DocIdSetIterator iterator = seeded.entryPoints();
    int count = 0;
    while (count < seeds.length) {
      int ordinal = iterator.nextDoc();
      if (ordinal == DocIdSetIterator.NO_MORE_DOCS) {
        break;
      }
      if (ordinal < 0 || ordinal >= size) {
        throw new IllegalArgumentException(
            "entry point " + ordinal + " is not an ordinal below " + size);
      }
      seeds[count++] = ordinal;
    }
    return java.util.Arrays.copyOf(seeds, count);
  }

  /** Ordinals that were collected before. */
  private interface Done {
    boolean contains(int ordinal);
  }

  private void walk(Layer bottom, boolean isBounded, int[] starts, Done done) throws IOException {
    FrontierSearch frontier = context.frontier();
    frontier.begin(bottom);
    for (int start : starts) {
      frontier.addStart(start);
    }
    Walk walk = new Walk(isBounded, done);
    frontier.run(bottom, context.query(), context.scorer(), walk);
    if (walk.isTooLong) {
      scan(ordinal -> done.contains(ordinal) || frontier.isExpanded(ordinal));
    }
  }

  /** Collects accepted nodes; the walk ends when no better ones are to be expected. */
  private final class Walk implements FrontierSearch.Goal {
    private final boolean isBounded;
    private final Done done;
    private final NearestKeys nearest;
    private final long longest;
    private long hops;
    private boolean isTooLong;

    private Walk(boolean isBounded, Done done) {
      this.isBounded = isBounded;
      this.done = done;
      this.nearest = new NearestKeys(Math.min(width, Math.max(1, accepted)));
      // a walk that has cost as much as a scan of what is accepted gives way to the scan
      this.longest = isBounded ? Math.max(4L * width, accepted / SCANNED_PER_HOP) : Long.MAX_VALUE;
    }

    @Override
    public float bound() {
      float competitive = context.scorer().keyOf(collector.minCompetitiveSimilarity());
      return isBounded ? Math.max(nearest.worst(), competitive) : competitive;
    }

    @Override
    public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
      collector.incVisitedCount(1);
      if (acceptOrds == null || acceptOrds.get(ordinal)) {
        nearest.add(key);
        if (!done.contains(ordinal)) {
          collector.collect(context.docOf(ordinal), context.scorer().score(key, nodeFactor));
        }
      }
      isTooLong = ++hops > longest;
      return goOn() && !isTooLong;
    }
  }

  /** Scores all accepted ordinals exactly, but for those collected before. */
  private void scan(Done done) throws IOException {
    int[] ordinals = new int[SCAN_BATCH];
    float[] scores = new float[SCAN_BATCH];
    int count = 0;
    for (int ordinal = 0; ordinal < size; ordinal++) {
      if ((acceptOrds == null || acceptOrds.get(ordinal)) && !done.contains(ordinal)) {
        ordinals[count++] = ordinal;
      }
      long left = collector.visitLimit() - collector.visitedCount();
      if (count > 0 && (count >= Math.min(SCAN_BATCH, left) || ordinal == size - 1)) {
        if (collector.earlyTerminated()) {
          return;
        }
        collectExact(ordinals, scores, count);
        count = 0;
      }
    }
  }

  private void collectExact(int[] ordinals, float[] scores, int count) throws IOException {
    collector.incVisitedCount(count);
    exact.bulkScore(ordinals, scores, count);
    for (int i = 0; i < count; i++) {
      // the cosine of a zero vector is not a number
      float score = Float.isNaN(scores[i]) ? 0 : scores[i];
      collector.collect(context.docOf(ordinals[i]), score);
    }
  }
}
