/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import dev.cairn.cli.data.Progress;
import dev.cairn.codec.EfSearch;
import dev.cairn.codec.LeftOut;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * Searches for the sampled queries at several widths.
 *
 * <p>A query is left out of the graph while it is asked for. That costs more than the query's never
 * having been there, for others would then have taken its place in the lists of its neighbours. How
 * much is judged by leaving out three more, the nearest to the query, and asking for the nearest of
 * the rest. Where neighbours are near to each other as well, the query is missed more than each of
 * them, so that it costs at least a third of what they cost together; more than all of that has not
 * been seen. So the recall is raised by two thirds of it, and the interval is widened by one third
 * on both sides. Where vectors are far from each other those three tell little; so the upper end
 * also lies at least halfway to the recall of queries that are left in, who find too much.
 */
final class Audit {
  /** Exact answers that must be known beyond k, to choose one that can be left out. */
  static final int SPARE = 16;

  /** How many vectors are left out beside a query, to see what that costs. */
  private static final int MORE = 3;

  /** By how much of what they cost the recall is raised: in the middle of 1/3 and 1. */
  private static final double RAISED = 2.0 / 3;

  /** By how much of it the truth may lie off. */
  private static final double UNSURE = 1.0 / 3;

  /** How far scores of one pair of vectors may lie apart, computed in different orders. */
  private static final float ROUNDING = 1e-6f;

  /** Neighbouring widths that are not worth telling apart. */
  private static final double RESOLUTION = 1.1;

  private final VectorField field;
  private final boolean isCairn;
  private final QuerySample sample;
  private final List<QuerySample.Query> queries;
  private final NearestVectors[] nearest;
  private final int k;
  private final IndexSearcher searcher;
  private final TreeMap<Integer, AuditPoint> points = new TreeMap<>();
  private double together = 1;

  Audit(VectorField field, QuerySample sample, NearestVectors[] nearest, int k) throws IOException {
    this.field = field;
    this.isCairn = field.isCairn();
    this.sample = sample;
    this.queries = sample.queries();
    this.nearest = nearest;
    this.k = k;
    this.searcher = new IndexSearcher(field.reader());
    searcher.setQueryCache(null);
  }

  /** Measures each width. */
  void sweep(List<Integer> efs, Progress progress) throws IOException {
    recalls(efs.getFirst(), new long[queries.size()]); // until the code is compiled
    for (int ef : efs) {
      progress.note("ef " + ef);
      measure(ef);
      progress.step();
    }
  }

  /** Looks between the measured widths for the smallest whose recall is surely the target. */
  OptionalInt recommend(double target, Progress progress) throws IOException {
    OptionalInt enough = smallest(target);
    while (enough.isPresent()) {
      Integer below = points.lowerKey(enough.getAsInt());
      if (below == null || enough.getAsInt() <= Math.max(below * RESOLUTION, below + 1)) {
        break;
      }
      int middle = (int) Math.round(Math.sqrt((double) below * enough.getAsInt()));
      if (points.containsKey(middle)) {
        break;
      }
      progress.note("ef " + middle);
      measure(middle);
      enough = smallest(target);
    }
    return enough;
  }

  private OptionalInt smallest(double target) {
    int enough = -1;
    // from the widest down, as long as all wider ones reach the target too
    for (AuditPoint point : points.descendingMap().values()) {
      if (point.recall().low() < target) {
        break;
      }
      enough = point.ef();
    }
    return enough < 0 ? OptionalInt.empty() : OptionalInt.of(enough);
  }

  Collection<AuditPoint> points() {
    return points.values();
  }

  private void measure(int ef) throws IOException {
    long[] nanos = new long[queries.size()];
    double[] recalls = recalls(ef, nanos);
    double cost = 0;
    double half = 0;
    if (isCairn) {
      double[] without = recallsWithoutNearest(ef);
      cost = Math.max(0, mean(recalls) - mean(without));
      half = (recallLeftIn(ef) - mean(recalls)) / 2;
      if (cost > 0) {
        // query by query, so that the interval knows how uncertain the cost itself is
        Arrays.setAll(recalls, q -> recalls[q] + RAISED * (recalls[q] - without[q]));
      }
    }
    // few misses do not tell how they cluster; narrower widths with more of them did
    Interval interval = Interval.of(recalls, k, together);
    together = interval.together();
    double unsure = UNSURE * cost;
    interval = interval.widenedBy(unsure, Math.max(unsure, half - RAISED * cost));
    points.put(ef, new AuditPoint(ef, interval, median(nanos) / 1000));
  }

  /** What a query finds that is in the index; it finds itself, which does not count. */
  private double recallLeftIn(int ef) throws IOException {
    double sum = 0;
    for (int q = 0; q < queries.size(); q++) {
      QuerySample.Query query = queries.get(q);
      ScoreDoc[] hits = search(query, k + 1, new EfSearch(ef));
      sum += recall(hits, Set.of(query.doc()), nearest[q].score(k - 1));
    }
    return sum / queries.size();
  }

  private double[] recalls(int ef, long[] nanos) throws IOException {
    double[] recalls = new double[queries.size()];
    for (int q = 0; q < recalls.length; q++) {
      QuerySample.Query query = queries.get(q);
      Set<Integer> own = Set.of(query.doc());
      KnnSearchStrategy strategy = isCairn ? leftOut(query, ef) : KnnSearchStrategy.Hnsw.DEFAULT;
      // elsewhere the width is the number of hits asked for
      int width = isCairn ? k : Math.max(ef, k + 1);
      long start = System.nanoTime();
      ScoreDoc[] hits = search(query, width, strategy);
      nanos[q] = System.nanoTime() - start;
      if (isCairn) {
        hits = complete(hits, query, strategy, own);
      }
      recalls[q] = recall(hits, own, nearest[q].score(k - 1));
    }
    return recalls;
  }

  private double[] recallsWithoutNearest(int ef) throws IOException {
    double[] recalls = new double[queries.size()];
    for (int q = 0; q < recalls.length; q++) {
      QuerySample.Query query = queries.get(q);
      LeftOut strategy = leftOut(query, ef);
      Set<Integer> out = new HashSet<>(Set.of(query.doc()));
      float least = Float.NEGATIVE_INFINITY;
      int kept = 0;
      for (int rank = 0; kept < k && rank < k + SPARE; rank++) {
        QuerySample.Place place = nearest[q].place(rank);
        boolean areEnough = nearest[q].place(k + out.size() - 1) != null;
        if (out.size() <= MORE && areEnough && canBeLeftOut(place)) {
          strategy = strategy.without(sample.segment(place), field.name(), place.ordinal());
          out.add(sample.doc(place));
        } else {
          least = nearest[q].score(rank);
          kept++;
        }
      }
      ScoreDoc[] hits = search(query, k, strategy);
      recalls[q] = recall(complete(hits, query, strategy, out), out, least);
    }
    return recalls;
  }

  private boolean canBeLeftOut(QuerySample.Place place) {
    return place != null && sample.canBeLeftOut(place);
  }

  private LeftOut leftOut(QuerySample.Query query, int ef) {
    return new LeftOut(ef)
        .without(sample.segment(query.place()), field.name(), query.place().ordinal());
  }

  private double recall(ScoreDoc[] hits, Set<Integer> out, float kth) {
    float least = kth - ROUNDING * Math.abs(kth);
    long found =
        Arrays.stream(hits)
            .filter(hit -> !out.contains(hit.doc) && hit.score >= least)
            .limit(k)
            .count();
    return (double) found / k;
  }

  /** Hits, and further ones in place of those that are left out. */
  private ScoreDoc[] complete(
      ScoreDoc[] hits, QuerySample.Query query, KnnSearchStrategy strategy, Set<Integer> out)
      throws IOException {
    // an exact scan, as of small segments, passes nothing over
    return Arrays.stream(hits).anyMatch(hit -> out.contains(hit.doc))
        ? search(query, k + out.size(), strategy)
        : hits;
  }

  private ScoreDoc[] search(QuerySample.Query query, int count, KnnSearchStrategy strategy)
      throws IOException {
    Query search =
        query.vector() instanceof byte[] bytes
            ? new KnnByteVectorQuery(field.name(), bytes, count, null, strategy)
            : new KnnFloatVectorQuery(
                field.name(), (float[]) query.vector(), count, null, strategy);
    return searcher.search(search, count).scoreDocs;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
  }
}
