/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FilterWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/** Drops the hits of a query whose score, before any boost, is too small. */
final class ScoreAtLeast extends Query {
  private final Query query;
  private final float minScore;

  ScoreAtLeast(Query query, float minScore) {
    this.query = query;
    this.minScore = minScore;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Query rewritten = query.rewrite(searcher);
    return rewritten.equals(query) ? this : new ScoreAtLeast(rewritten, minScore);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Weight weight = query.createWeight(searcher, ScoreMode.COMPLETE, boost);
    float threshold = minScore * boost;
    return new FilterWeight(this, weight) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
        Scorer scorer = in.scorer(context);
        return scorer == null ? null : new DefaultScorerSupplier(new HighScorer(scorer, threshold));
      }

      @Override
      public int count(LeafReaderContext context) {
        // the hits that are dropped are known only once they are scored
        return -1;
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        Explanation inner = in.explain(context, doc);
        return inner.isMatch() && inner.getValue().floatValue() < threshold
            ? Explanation.noMatch("score below min_score " + minScore, inner)
            : inner;
      }
    };
  }

  private static final class HighScorer extends Scorer {
    private final Scorer scorer;
    private final TwoPhaseIterator twoPhase;

    HighScorer(Scorer scorer, float threshold) {
      this.scorer = scorer;
      this.twoPhase =
          new TwoPhaseIterator(scorer.iterator()) {
            @Override
            public boolean matches() throws IOException {
              return scorer.score() >= threshold;
            }

            @Override
            public float matchCost() {
              return 10;
            }
          };
    }

    @Override
    public int docID() {
      return scorer.docID();
    }

    @Override
    public DocIdSetIterator iterator() {
      return TwoPhaseIterator.asDocIdSetIterator(twoPhase);
    }

    @Override
    public TwoPhaseIterator twoPhaseIterator() {
      return twoPhase;
    }

    @Override
    public float getMaxScore(int upTo) throws IOException {
      return scorer.getMaxScore(upTo);
    }

    @Override
    public float score() throws IOException {
      return scorer.score();
    }
  }

  @Override
  public void visit(QueryVisitor visitor) {
    query.visit(visitor);
  }

  @Override
  public String toString(String field) {
    return "ScoreAtLeast(" + minScore + ", " + query.toString(field) + ")";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && query.equals(((ScoreAtLeast) other).query)
        && minScore == ((ScoreAtLeast) other).minScore;
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), query, minScore);
  }
}
