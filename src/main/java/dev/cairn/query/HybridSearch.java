/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SeededKnnVectorQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;

/**
 * Several queries, of text, vectors, features or anything else, whose best hits are fused into one
 * ranking.
 *
 * <p>By reciprocal rank, a document scores weight/(k + rank) in each query that finds it, ranks
 * from 1; with weights of 1 this is the order of Lucene's {@code TopDocs.rrf}. By weighted scores,
 * each query's scores are first mapped to 0 for its worst hit and 1 for its best, or 1 for all
 * where they are equal. In both, a query that does not find a document among its best adds nothing,
 * and equal sums rank by document number.
 */
public final class HybridSearch {
  private record Part(String name, Query query, float weight, int depth) {}

  /** What one part makes of one document. */
  private record Share(int rank, float score, double part) {}

  private final List<Part> parts;
  private final Query filter;
  private final int rankConstant;

  private HybridSearch(List<Part> parts, Query filter, int rankConstant) {
    this.parts = parts;
    this.filter = filter;
    this.rankConstant = rankConstant;
  }

  /** Starts a search without queries. */
  public static Builder builder() {
    return new Builder();
  }

  /** Puts a search together. */
  public static final class Builder {
    private final List<Part> parts = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private Query filter;
    private int rankConstant = 60;

    private Builder() {}

    /**
     * Adds a query.
     *
     * @param name what explanations call it
     * @param weight what its ranks or scores are multiplied by, above 0
     * @param depth how many of its best hits take part
     * @throws IllegalArgumentException if the name is taken, or weight or depth out of range
     */
    public Builder add(String name, Query query, float weight, int depth) {
      Objects.requireNonNull(query, "query");
      if (!(weight > 0) || weight == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "weight of \"" + name + "\" must be finite and above 0, got " + weight);
      }
      if (depth < 1) {
        throw new IllegalArgumentException(
            "depth of \"" + name + "\" must be at least 1, got " + depth);
      }
      if (!names.add(Objects.requireNonNull(name, "name"))) {
        throw new IllegalArgumentException("there is a query \"" + name + "\" already");
      }
      parts.add(new Part(name, query, weight, depth));
      return this;
    }

    /**
     * Sets what all hits must match. {@link CairnKnnQuery}, {@code KnnFloatVectorQuery} and {@code
     * KnnByteVectorQuery} apply it before they choose their nearest. Other vector queries (seeded,
     * with patience, of children) need a filter of their own, without which a search throws
     * IllegalArgumentException.
     */
    public Builder filter(Query filter) {
      this.filter = filter;
      return this;
    }

    /**
     * Fuses by reciprocal rank, as is the default with k = 60.
     *
     * @param k what is added to ranks: the larger, the less the first ranks stand out
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder rrf(int k) {
      if (k < 1) {
        throw new IllegalArgumentException("k must be at least 1, got " + k);
      }
      rankConstant = k;
      return this;
    }

    /** Fuses by weighted, normalized scores. */
    public Builder weighted() {
      rankConstant = 0;
      return this;
    }

    /**
     * The search.
     *
     * @throws IllegalArgumentException if there is no query
     */
    public HybridSearch build() {
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("a hybrid search needs at least one query");
      }
      return new HybridSearch(List.copyOf(parts), filter, rankConstant);
    }
  }

  /**
   * The n best documents.
   *
   * @throws IllegalArgumentException if n is below 1
   */
  public TopDocs search(IndexSearcher searcher, int n) throws IOException {
    if (n < 1) {
      throw new IllegalArgumentException("n must be at least 1, got " + n);
    }
    Map<Integer, Share[]> shares = new HashMap<>();
    long total = collect(searcher, shares);
    ScoreDoc[] hits =
        shares.entrySet().stream()
            .map(entry -> Map.entry(entry.getKey(), sum(entry.getValue())))
            .sorted(
                Map.Entry.<Integer, Double>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
            .limit(n)
            .map(entry -> new ScoreDoc(entry.getKey(), entry.getValue().floatValue()))
            .toArray(ScoreDoc[]::new);
    return new TopDocs(new TotalHits(total, TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO), hits);
  }

  /**
   * Says in plain lines why a document ranks where it does.
   *
   * @param doc number of the document, as in hits
   */
  public String explain(IndexSearcher searcher, int doc) throws IOException {
    Map<Integer, Share[]> shares = new HashMap<>();
    collect(searcher, shares);
    Share[] own = shares.get(doc);
    if (own == null) {
      return "document " + doc + ": not among the best of any query\n";
    }
    double sum = sum(own);
    long before =
        shares.entrySet().stream()
            .filter(
                entry -> {
                  int order = Double.compare(sum(entry.getValue()), sum);
                  return order > 0 || (order == 0 && entry.getKey() < doc);
                })
            .count();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "document %d: rank %d of %d, score %.6f, the sum of\n",
            doc,
            before + 1,
            shares.size(),
            sum));
    for (int i = 0; i < own.length; i++) {
      Part part = parts.get(i);
      text.append(
          own[i] == null
              ? String.format(
                  Locale.ROOT, "  0 for \"%s\": not among its best %d\n", part.name, part.depth)
              : String.format(
                  Locale.ROOT,
                  "  %.6f for \"%s\": rank %d, score %.4f, weight %s\n",
                  own[i].part,
                  part.name,
                  own[i].rank,
                  own[i].score,
                  part.weight));
    }
    return text.toString();
  }

  private static double sum(Share[] shares) {
    double sum = 0;
    for (Share share : shares) {
      sum += share == null ? 0 : share.part;
    }
    return sum;
  }

  private long collect(IndexSearcher searcher, Map<Integer, Share[]> shares) throws IOException {
    long total = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      TopDocs found = searcher.search(filtered(part.query), part.depth);
      total = Math.max(total, found.totalHits.value());
      ScoreDoc[] hits = found.scoreDocs;
      for (int at = 0; at < hits.length; at++) {
        // in doubles, so that the best of each query counts as exactly 1
        double worst = hits[hits.length - 1].score;
        double spread = hits[0].score - worst;
        double value =
            rankConstant > 0
                ? 1 / ((double) rankConstant + at + 1)
                : spread > 0 ? (hits[at].score - worst) / spread : 1;
        shares.computeIfAbsent(hits[at].doc, doc -> new Share[parts.size()])[i] =
            new Share(at + 1, hits[at].score, part.weight * value);
      }
    }
    return total;
  }

  /** A query with the filter; vector queries choose among what passes. */
  private Query filtered(Query query) {
    if (filter == null) {
      return query;
    }
    return switch (query) {
      case CairnKnnQuery knn -> knn.withFilter(and(knn.filter()));
      case KnnFloatVectorQuery knn when knn.getClass() == KnnFloatVectorQuery.class ->
          new KnnFloatVectorQuery(
              knn.getField(),
              knn.getTargetCopy(),
              knn.getK(),
              and(knn.getFilter()),
              knn.getSearchStrategy());
      case KnnByteVectorQuery knn when knn.getClass() == KnnByteVectorQuery.class ->
          new KnnByteVectorQuery(
              knn.getField(),
              knn.getTargetCopy(),
              knn.getK(),
              and(knn.getFilter()),
              knn.getSearchStrategy());
      case BoostQuery boost -> new BoostQuery(filtered(boost.getQuery()), boost.getBoost());
      case ConstantScoreQuery constant -> new ConstantScoreQuery(filtered(constant.getQuery()));
      case KnnFloatVectorQuery knn when knn.getFilter() == null -> throw unfiltered(knn);
      case KnnByteVectorQuery knn when knn.getFilter() == null -> throw unfiltered(knn);
      case SeededKnnVectorQuery knn when knn.getFilter() == null -> throw unfiltered(knn);
      case PatienceKnnVectorQuery knn when knn.getFilter() == null -> throw unfiltered(knn);
      default ->
          new BooleanQuery.Builder()
              .add(query, BooleanClause.Occur.MUST)
              .add(filter, BooleanClause.Occur.FILTER)
              .build();
    };
  }

  private static IllegalArgumentException unfiltered(Query query) {
    return new IllegalArgumentException(
        "give this query a filter of its own, for that of the search would only drop some of its"
            + " nearest: "
            + query);
  }

  private Query and(Query other) {
    return other == null
        ? filter
        : new BooleanQuery.Builder()
            .add(other, BooleanClause.Occur.FILTER)
            .add(filter, BooleanClause.Occur.FILTER)
            .build();
  }
}
