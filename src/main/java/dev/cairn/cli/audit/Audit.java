/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import dev.cairn.cli.data.Progress;
import dev.cairn.codec.LeftOut;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
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
 * <p>A query is left out of the graph while it is asked for. What that costs beyond a query that
 * never was in the graph, whose place in the lists others would have taken, is judged by leaving
 * out one vector more, the one nearest to the query, and asking for the nearest of the rest: the
 * recall that this loses is at least what leaving out the query lost. So the truth lies between the
 * recall that was measured and as much above it; the middle is reported, and the interval is
 * widened to both.
 */
final class Audit {
  /** Exact answers that must be known beyond k, to choose one that can be left out. */
  static final int SPARE = 16;

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
    double lost = isCairn ? mean(recalls) - mean(recallsWithoutNearest(ef)) : 0;
    Interval interval = Interval.of(recalls, k, 1);
    if (interval.mean() < 1) {
      together = Math.max(together, interval.together());
    } else {
      // without a miss the sample does not tell how misses would cluster; narrower widths did
      interval = Interval.of(recalls, k, together);
    }
    points.put(ef, new AuditPoint(ef, interval.raisedBy(Math.max(0, lost)), median(nanos) / 1000));
  }

  private double[] recalls(int ef, long[] nanos) throws IOException {
    double[] recalls = new double[queries.size()];
    for (int q = 0; q < recalls.length; q++) {
      QuerySample.Query query = queries.get(q);
      KnnSearchStrategy strategy = isCairn ? leftOut(query, ef) : KnnSearchStrategy.Hnsw.DEFAULT;
      // elsewhere the width is the number of hits asked for
      int width = isCairn ? k : Math.max(ef, k + 1);
      long start = System.nanoTime();
      ScoreDoc[] hits = search(query, width, strategy);
      nanos[q] = System.nanoTime() - start;
      if (isCairn && contains(hits, query.doc())) {
        // an exact scan, as of small segments: the query's place goes to one more
        hits = search(query, k + 1, strategy);
      }
      recalls[q] = recall(hits, query.doc(), -1, nearest[q].score(k - 1));
    }
    return recalls;
  }

  private double[] recallsWithoutNearest(int ef) throws IOException {
    double[] recalls = new double[queries.size()];
    for (int q = 0; q < recalls.length; q++) {
      QuerySample.Query query = queries.get(q);
      int rank = 0;
      while (rank < k + SPARE && !canBeLeftOut(nearest[q].place(rank))) {
        rank++;
      }
      QuerySample.Place place = nearest[q].place(rank);
      LeftOut strategy = leftOut(query, ef);
      int doc = -1;
      if (canBeLeftOut(place)) {
        strategy = strategy.without(sample.segment(place), field.name(), place.ordinal());
        doc = sample.doc(place);
      }
      ScoreDoc[] hits = search(query, k, strategy);
      if (contains(hits, query.doc()) || contains(hits, doc)) {
        hits = search(query, k + 2, strategy);
      }
      float least = nearest[q].score(doc >= 0 && rank < k ? k : k - 1);
      recalls[q] = recall(hits, query.doc(), doc, least);
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

  private static boolean contains(ScoreDoc[] hits, int doc) {
    return Arrays.stream(hits).anyMatch(hit -> hit.doc == doc);
  }

  private double recall(ScoreDoc[] hits, int own, int other, float kth) {
    float least = kth - ROUNDING * Math.abs(kth);
    long found =
        Arrays.stream(hits)
            .filter(hit -> hit.doc != own && hit.doc != other && hit.score >= least)
            .limit(k)
            .count();
    return (double) found / k;
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
