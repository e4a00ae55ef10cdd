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
 * scores of the best nodes found, nearest first. Collectors that judge a search by each node it
 * meets (those of a radius, and of saturation) get exact scores node by node.
 *
 * <p>The visited count rises by one for each block expanded, on any layer, which holds the codes of
 * 32 neighbours; so it does for each 32 nodes whose codes a scan looks at, and for each vector that
 * a scan without codes scores.
 */
final class GraphSearch {
  /** A hop costs about as much as the exact scores of so many vectors in ordinal order. */
  static final int SCANNED_PER_HOP = 6;

  private final SearchContext context;
  private final KnnCollector collector;
  private final KnnSearchStrategy strategy;
  private final Layer bottom;
  private final NodeSet acceptOrds;
  private final int accepted;
  private final int size;
  private final int width;
  private final boolean isBounded;

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
    int byDefault = context.meta().parameters().efSearch();
    if (isBounded) {
      byDefault = EfSearch.defaultWidth(byDefault, collector.k());
    }
    int ef = EfSearch.of(strategy, byDefault);
    this.width = Math.min(size, isBounded ? Math.max(ef, collector.k()) : ef);
  }

  /** Searches; the context has its query set. */
  static void run(
      FieldGraph graph, SearchContext context, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    new GraphSearch(graph, context, collector, acceptDocs).run();
  }

  private void run() throws IOException {
    boolean isNodeByNode = !isBounded || isPatience(strategy);
    if (isTight() || isExactScanCheaper()) {
      scan(null);
      return;
    }
    if (!isNodeByNode && acceptOrds != null) {
      if (searchAccepted()) {
        complete(null);
      }
      return;
    }
    int[] starts = starts();
    if (starts == null) {
      return;
    }
    if (!isBounded) {
      starts = approach(starts);
      if (starts == null) {
        return;
      }
    }
    if (isNodeByNode) {
      walk(starts, new FixedBitSet(size));
      return;
    }
    if (searchBeam(starts)) {
      complete(starts);
    }
  }

  /** Goes on where the collector wants more: several vectors may count as one document. */
  private void complete(int[] known) throws IOException {
    if (collector.minCompetitiveSimilarity() > Float.NEGATIVE_INFINITY) {
      return;
    }
    int[] starts = known == null ? starts() : known;
    if (starts != null) {
      FixedBitSet collected = new FixedBitSet(size);
      for (int i = 0; i < context.foundCount(); i++) {
        collected.set(context.found()[i]);
      }
      walk(starts, collected);
    }
  }

  /** Saturation judges each hit as it comes, below seeds too. */
  private static boolean isPatience(KnnSearchStrategy strategy) {
    return strategy instanceof KnnSearchStrategy.Seeded seeded
        ? isPatience(seeded.originalStrategy())
        : strategy instanceof KnnSearchStrategy.Patience;
  }

  private boolean isExactScanCheaper() {
    if (accepted <= width && isBounded) {
      return true;
    }
    if (acceptOrds != null && isBounded && !isPatience(strategy)) {
      return accepted <= rescored()
          || FilteredPlan.isScanCheaper(
              context.meta(), BeamSearch.settled(width), acceptOrds.isListed(), accepted, size);
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

  /**
   * The nearest nodes of a narrow search: a walk within a fixed radius must start inside of it, and
   * the start on layer 0 may be far outside. Null when stopped on the way.
   */
  private int[] approach(int[] starts) throws IOException {
    NearestNodes nearest = context.nearest();
    nearest.reset(width);
    boolean isComplete =
        context
            .beam()
            .search(
                bottom,
                starts,
                width,
                1,
                context.query(),
                (index, ordinal, key, nodeFactor) -> {
                  nearest.add(key, ordinal);
                  return count();
                });
    if (!isComplete) {
      return null;
    }
    int[] found = new int[nearest.size()];
    nearest.drain(found);
    return found;
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

  private boolean searchBeam(int[] starts) throws IOException {
    NearestNodes nearest = context.nearest();
    nearest.reset(rescored());
    boolean isComplete =
        context
            .beam()
            .search(
                bottom,
                starts,
                width,
                Math.min(collector.k(), size),
                context.query(),
                (index, ordinal, key, nodeFactor) -> {
                  nearest.add(key, ordinal);
                  return count();
                });
    collectNearest();
    return isComplete;
  }

  /** Searches for accepted nodes alone; returns whether the search came to its end. */
  private boolean searchAccepted() throws IOException {
    NearestNodes nearest = context.nearest();
    nearest.reset(rescored());
    int settled = BeamSearch.settled(width);
    int[] starts = starts();
    if (starts == null) {
      return false;
    }
    FilteredPlan.Outcome outcome =
        FilteredPlan.run(
            context,
            bottom,
            starts,
            acceptOrds,
            accepted,
            settled,
            Math.min(rescored(), accepted),
            collector.k(),
            new FilteredPlan.Found() {
              private int found;

              @Override
              public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
                if (acceptOrds.contains(index)) {
                  found++;
                  nearest.add(key, index);
                }
                return GraphSearch.this.count();
              }

              @Override
              public int count() {
                return found;
              }
            });
    if (outcome == FilteredPlan.Outcome.SCAN) {
      if (left() > accepted || isCodeScan()) {
        scan(null);
      } else {
        // a scan would exceed the limit: report it as reached, and Lucene's query scans by itself
        collectNearest();
        collector.incVisitedCount((int) Math.max(0, left()));
      }
      return false;
    }
    collectNearest();
    return outcome == FilteredPlan.Outcome.FOUND;
  }

  private int rescored() {
    return Rescoring.most(collector.k(), size);
  }

  /** Whether the collector wants more and there is more, to which no way leads from the start. */
  private boolean isShort(FixedBitSet collected) {
    return isBounded
        && collector.minCompetitiveSimilarity() == Float.NEGATIVE_INFINITY
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
        isBounded
            ? CollectingWalk.forNearest(
                context, collector, strategy, acceptOrds, collected, nearest, longest)
            : CollectingWalk.withinRadius(context, collector, strategy, acceptOrds, collected);
    if (!walk.run(starts) || isShort(collected)) {
      scan(collected);
    }
  }

  private void collectNearest() throws IOException {
    NearestNodes nearest = context.nearest();
    int end = nearest.size();
    int[] found = context.found(end);
    nearest.drain(found);
    context.setFoundCount(end);
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

  /** Scores the accepted ordinals that may be among the best, but for those collected before. */
  private void scan(FixedBitSet collected) throws IOException {
    ExactScan.Receiver receiver =
        new ExactScan.Receiver() {
          @Override
          public boolean admits() {
            if (collector.earlyTerminated()) {
              return false;
            }
            collector.incVisitedCount(1);
            return true;
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
    if (collected == null && isCodeScan()) {
      context.codeScan().run(acceptOrds, context.query().rotated(), rescored(), receiver);
    } else {
      ExactScan.run(context, acceptOrds, receiver);
    }
  }

  /** Whether a scan begins with codes: that pays, and the limit of visits leaves room for it. */
  private boolean isCodeScan() {
    return isBounded
        && acceptOrds != null
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
