/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BeamSearch;
import dev.cairn.graph.Layer;
import dev.cairn.graph.NodeSet;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.FixedBitSet;

/**
 * One search of one field of a segment, on behalf of a collector. Chooses between the fused beam,
 * the walk through nodes that are not accepted, and a scan, exact or by codes first.
 *
 * <p>The search goes by keys from the nodes' own codes; a collector of the best k then gets exact
 * scores of the best nodes found, nearest first. One that judges a search by each node it meets, by
 * saturation, gets exact scores node by node. For one of a radius all within are visited, in any
 * order.
 *
 * <p>The visited count rises by one for each block expanded, on any layer, which holds the codes of
 * 32 neighbours; so it does for each 32 nodes whose codes a scan looks at, and for each vector that
 * a scan without codes scores.
 */
final class GraphSearch {
  /** A hop costs about as much as the exact scores of so many vectors in ordinal order. */
  static final int SCANNED_PER_HOP = 6;

  /** So much wider are searches within a radius by default: nobody says how many hits there are. */
  private static final int WIDER_WITHIN_RADIUS = 3;

  private final SearchContext context;
  private final KnnCollector collector;
  private final KnnSearchStrategy strategy;
  private final Layer bottom;
  private final NodeSet acceptOrds;
  private final int accepted;
  private final int size;
  private final boolean isBounded;
  private final int k;
  private final int width;
  private float nearestKey = Float.POSITIVE_INFINITY;

  private GraphSearch(
      FieldGraph graph, SearchContext context, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    this.context = context;
    this.collector = collector;
    this.strategy = collector.getSearchStrategy();
    this.bottom = context.layers()[0];
    this.size = context.meta().size();
    AcceptedNodes nodes = AcceptedNodes.of(graph, context, acceptDocs);
    this.acceptOrds = nodes == null ? null : nodes.set();
    this.accepted = nodes == null ? size : nodes.count();
    this.isBounded = collector.minCompetitiveSimilarity() == Float.NEGATIVE_INFINITY;
    int[] leftOut = LeftOut.nodesIn(context.meta(), strategy);
    context.beam().leaveOut(leftOut);
    context.frontier().leaveOut(leftOut);
    context.filtered().leaveOut(leftOut);
    context.flood().leaveOut(leftOut);
    int byDefault = context.meta().parameters().efSearch();
    if (isBounded) {
      byDefault = EfSearch.defaultWidth(byDefault, collector.k());
    } else {
      byDefault *= WIDER_WITHIN_RADIUS;
    }
    int ef = EfSearch.of(strategy, byDefault);
    this.k = isBounded ? collector.k() : EfSearch.hitsFor(ef);
    this.width = Math.min(size, Math.max(ef, k));
  }

  /** Searches; the context has its query set. */
  static void run(
      FieldGraph graph, SearchContext context, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    new GraphSearch(graph, context, collector, acceptDocs).run();
  }

  private void run() throws IOException {
    if (!isBounded) {
      searchWithinRadius();
      return;
    }
    if (isTight() || isExactScanCheaper()) {
      scan(null);
      return;
    }
    int[] starts = starts();
    if (starts == null) {
      return;
    }
    if (isPatience(strategy)) {
      walk(starts, new FixedBitSet(size));
      return;
    }
    switch (find(starts)) {
      case FOUND -> {
        collectNearest();
        complete(starts);
      }
      case STOPPED -> collectNearest();
      case SCAN -> {
        if (isWithinLimit()) {
          scan(null);
        } else {
          collectNearest();
          reportLimit();
        }
      }
    }
  }

  /** Searches for some of the nearest; if all are inside, walks on from there. Or scans. */
  private void searchWithinRadius() throws IOException {
    RadiusHits hits = new RadiusHits(context, collector);
    if (isTight() || isExactScanCheaper()) {
      scanWithinRadius(hits);
      return;
    }
    int[] starts = starts();
    if (starts == null) {
      return;
    }
    FilteredPlan.Outcome outcome = find(starts);
    int count = withoutZeros(drainNearest());
    int[] found = context.found();
    if (outcome == FilteredPlan.Outcome.STOPPED) {
      hits.collectAll(found, count);
    } else if (outcome == FilteredPlan.Outcome.SCAN || count == 0) {
      scanWithinRadius(hits);
    } else if (!hits.isInside(found[Math.min(k, count) - 1])) {
      hits.collectNearest(found, count);
    } else if (!walkWithinRadius(hits, count)) {
      scanWithinRadius(hits);
    }
  }

  /** Walks from what was found, and returns false where that was longer than a scan. */
  private boolean walkWithinRadius(RadiusHits hits, int count) throws IOException {
    double usual = WIDER_WITHIN_RADIUS * (double) context.meta().parameters().efSearch();
    long longest = FilteredPlan.hopsOfScan(context.meta(), isListed(), accepted);
    double breadth = Math.sqrt(width / usual);
    return new RadiusWalk(context, acceptOrds, hits, this::count, nearestKey, breadth, longest)
        .run(context.found(), count);
  }

  /** Zero vectors do not score by their keys, so they do not show how far a radius reaches. */
  private int withoutZeros(int count) throws IOException {
    if (!context.scorer().needsNodeFactors()) {
      return count;
    }
    int[] found = context.found();
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (context.nodeFactor(found[i]) != 0) {
        found[kept++] = found[i];
      }
    }
    return kept;
  }

  private void scanWithinRadius(RadiusHits hits) throws IOException {
    if (isWithinLimit()) {
      scan(hits);
    } else {
      reportLimit();
    }
  }

  /** Whether there are visits left for a scan. */
  private boolean isWithinLimit() {
    return left() > accepted || isCodeScan();
  }

  /** A scan would reach the limit: then Lucene's query scans by itself, and takes nothing else. */
  private void reportLimit() {
    collector.incVisitedCount((int) Math.max(0, left()));
  }

  /** Goes on where the collector wants more: several vectors may count as one document. */
  private void complete(int[] starts) throws IOException {
    if (collector.minCompetitiveSimilarity() > Float.NEGATIVE_INFINITY) {
      return;
    }
    FixedBitSet collected = new FixedBitSet(size);
    for (int i = 0; i < context.foundCount(); i++) {
      collected.set(context.found()[i]);
    }
    walk(starts, collected);
  }

  /** Saturation judges each hit as it comes, below seeds too. */
  private static boolean isPatience(KnnSearchStrategy strategy) {
    return strategy instanceof KnnSearchStrategy.Seeded seeded
        ? isPatience(seeded.originalStrategy())
        : strategy instanceof KnnSearchStrategy.Patience;
  }

  private boolean isExactScanCheaper() {
    if (accepted <= width) {
      return true;
    }
    if (!isBounded || acceptOrds != null && !isPatience(strategy)) {
      return accepted <= rescored()
          || FilteredPlan.isScanCheaper(
              context.meta(), BeamSearch.settled(width), isListed(), accepted, size);
    }
    // a walk meets one accepted node in size/accepted
    double hops = Math.min(size, (double) width * size / Math.max(1, accepted));
    return accepted <= hops * SCANNED_PER_HOP;
  }

  /** Where to start on layer 0: seeds where the strategy has some; null when stopped on the way. */
  private int[] starts() throws IOException {
    if (strategy instanceof KnnSearchStrategy.Seeded seeded) {
      int[] seeds = seeds(seeded);
      if (seeds.length > 0) {
        return seeds;
      }
    }
    int start = context.descend((index, ordinal, key, nodeFactor) -> count());
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
    return Arrays.copyOf(seeds, count);
  }

  private boolean count() {
    return count(collector, strategy);
  }

  /**
   * Tells a collector of one more node, and returns whether to go on.
   *
   * @param strategy the collector's, asked for once: some make a new one each time
   */
  static boolean count(KnnCollector collector, KnnSearchStrategy strategy) {
    collector.incVisitedCount(1);
    if (strategy != null) {
      strategy.nextVectorsBlock();
    }
    return !collector.earlyTerminated();
  }

  /** Searches for the nearest nodes, or accepted ones. */
  private FilteredPlan.Outcome find(int[] starts) throws IOException {
    context.nearest().reset(rescored());
    if (acceptOrds != null) {
      return findAccepted(starts);
    }
    boolean isComplete =
        context
            .beam()
            .search(
                bottom,
                starts,
                width,
                Math.min(k, size),
                context.query(),
                (index, ordinal, key, nodeFactor) -> {
                  context.nearest().add(key, ordinal);
                  nearestKey = Math.min(nearestKey, key);
                  return count();
                });
    return isComplete ? FilteredPlan.Outcome.FOUND : FilteredPlan.Outcome.STOPPED;
  }

  private FilteredPlan.Outcome findAccepted(int[] starts) throws IOException {
    return FilteredPlan.run(
        context,
        bottom,
        starts,
        acceptOrds,
        accepted,
        BeamSearch.settled(width),
        Math.min(rescored(), accepted),
        k,
        new FilteredPlan.Found() {
          private int found;

          @Override
          public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
            if (acceptOrds.contains(index)) {
              found++;
              context.nearest().add(key, index);
            }
            nearestKey = Math.min(nearestKey, key);
            return GraphSearch.this.count();
          }

          @Override
          public int count() {
            return found;
          }
        });
  }

  private int rescored() {
    return Rescoring.most(k, size);
  }

  /** Whether the collector wants more and there is more, to which no way leads from the start. */
  private boolean isShort(FixedBitSet collected) {
    return collector.minCompetitiveSimilarity() == Float.NEGATIVE_INFINITY
        && !collector.earlyTerminated()
        && collected.cardinality() < accepted;
  }

  /**
   * Walks through all nodes and collects accepted ones when they are met.
   *
   * @param collected ordinals collected before; grows
   */
  private void walk(int[] starts, FixedBitSet collected) throws IOException {
    int nearest = Math.min(Math.max(width, rescored()), Math.max(1, accepted));
    // a walk that has cost as much as a scan of what is accepted gives way to the scan
    long longest = Math.max(4L * width, accepted / SCANNED_PER_HOP);
    CollectingWalk walk =
        new CollectingWalk(context, collector, strategy, acceptOrds, collected, nearest, longest);
    if (!walk.run(starts) || isShort(collected)) {
      ExactScan.run(context, acceptOrds, receiver(collected));
    }
  }

  /** Moves what was found to the context's array, and returns how many there are. */
  private int drainNearest() {
    NearestNodes nearest = context.nearest();
    int end = nearest.size();
    nearest.drain(context.found(end));
    context.setFoundCount(end);
    return end;
  }

  private void collectNearest() throws IOException {
    int end = drainNearest();
    int[] found = context.found();
    Rescoring.run(
        end,
        collector.k(),
        (from, to) -> collect(found, from, to),
        collector::minCompetitiveSimilarity);
  }

  /** Collects nodes by their exact scores, and returns the best of those after the first k. */
  private float collect(int[] found, int from, int to) throws IOException {
    float[] keys = context.keys(to - from);
    float[] factors = context.factors(to - from);
    for (int i = from; i < to; i++) {
      factors[i - from] = context.nodeFactor(found[i]);
    }
    context.scorer().keys(found, from, to, factors, keys);
    float bestLate = Float.NEGATIVE_INFINITY;
    // the worst first: in the heap of a collector that is not full nothing then has to move
    for (int i = to - 1; i >= from; i--) {
      float score = context.scorer().score(keys[i - from], factors[i - from]);
      collector.collect(context.docOf(found[i]), score);
      if (i >= collector.k()) {
        bestLate = Math.max(bestLate, score);
      }
    }
    return bestLate;
  }

  /**
   * Scores the accepted ordinals that may be among the hits.
   *
   * @param hits takes them, or null for the collector itself
   */
  private void scan(RadiusHits hits) throws IOException {
    ExactScan.Receiver receiver = hits == null ? receiver(null) : hits;
    if (isCodeScan()) {
      NodeSet nodes = acceptOrds == null ? NodeSet.of(node -> true) : acceptOrds;
      context.codeScan().run(nodes, context.query().rotated(), rescored(), receiver);
    } else {
      ExactScan.run(context, acceptOrds, receiver);
    }
  }

  /** Hands over to the collector, but for nodes collected before. */
  private ExactScan.Receiver receiver(FixedBitSet collected) {
    return new ExactScan.Receiver() {
      @Override
      public boolean admits() {
        return ExactScan.admits(collector);
      }

      @Override
      public float least() {
        return collector.minCompetitiveSimilarity();
      }

      @Override
      public void collect(int ordinal, float score) {
        if (collected == null || !collected.get(ordinal)) {
          collector.collect(context.docOf(ordinal), score);
        }
      }
    };
  }

  /** Whether it is known which nodes are accepted, without a test of each. */
  private boolean isListed() {
    return acceptOrds == null || acceptOrds.isListed();
  }

  /** Whether a scan begins with codes: that pays, and the limit of visits leaves room for it. */
  private boolean isCodeScan() {
    return (!isBounded || acceptOrds != null)
        && CodeScan.pays(context.meta(), accepted, accepted, width, rescored())
        && left() > accepted / CodeScan.PER_COUNT + 1
        && !isTight();
  }

  /** How many visits are left. */
  private long left() {
    return collector.visitLimit() - collector.visitedCount();
  }

  /** Whether the limit is too tight for a search: it buys scores of as many vectors. */
  private boolean isTight() {
    return left() < 2L * width;
  }
}
