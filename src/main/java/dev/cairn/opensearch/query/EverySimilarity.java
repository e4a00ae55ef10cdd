/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import dev.cairn.opensearch.mapping.CairnVectorFieldType;
import dev.cairn.opensearch.mapping.ElementType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;

/**
 * Scores every document that has a vector, or every one that a filter leaves, exactly and without a
 * graph.
 */
final class EverySimilarity extends Query {
  private final CairnVectorFieldType type;
  private final float[] target;
  private final Query filter;

  /**
   * @param filter what documents must match, or null
   */
  EverySimilarity(CairnVectorFieldType type, float[] target, Query filter) {
    this.type = type;
    this.target = target;
    this.filter = filter;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Query rewritten = filter == null ? null : filter.rewrite(searcher);
    return Objects.equals(rewritten, filter) ? this : new EverySimilarity(type, target, rewritten);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Weight accepted =
        filter == null ? null : searcher.createWeight(filter, ScoreMode.COMPLETE_NO_SCORES, 1);
    return new Weight(this) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
        VectorScorer vectors = vectors(context.reader());
        if (vectors == null) {
          return null;
        }
        DocIdSetIterator docs = vectors.iterator();
        if (accepted != null) {
          Scorer filtered = accepted.scorer(context);
          if (filtered == null) {
            return null;
          }
          docs = ConjunctionUtils.intersectIterators(List.of(docs, filtered.iterator()));
        }
        return new DefaultScorerSupplier(new SimilarityScorer(vectors, docs, boost));
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        Scorer scorer = scorer(context);
        return scorer != null && scorer.iterator().advance(doc) == doc
            ? Explanation.match(scorer.score(), "exact " + type.similarity() + " similarity")
            : Explanation.noMatch("no vector, or not accepted by the filter");
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        // a vector is not asked for twice, and a cache entry would hold every document
        return false;
      }
    };
  }

  private VectorScorer vectors(LeafReader reader) throws IOException {
    if (type.elementType() == ElementType.BYTE) {
      ByteVectorValues values = reader.getByteVectorValues(type.name());
      return values == null ? null : values.scorer(CairnVectorFieldType.toBytes(target));
    }
    FloatVectorValues values = reader.getFloatVectorValues(type.name());
    return values == null ? null : values.scorer(target);
  }

  private static final class SimilarityScorer extends Scorer {
    private final VectorScorer vectors;
    private final DocIdSetIterator docs;
    private final float boost;

    SimilarityScorer(VectorScorer vectors, DocIdSetIterator docs, float boost) {
      this.vectors = vectors;
      this.docs = docs;
      this.boost = boost;
    }

    @Override
    public int docID() {
      return docs.docID();
    }

    @Override
    public DocIdSetIterator iterator() {
      return docs;
    }

    @Override
    public float getMaxScore(int upTo) {
      return Float.POSITIVE_INFINITY;
    }

    @Override
    public float score() throws IOException {
      return vectors.score() * boost;
    }
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(type.name())) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String defaultField) {
    return "EverySimilarity(" + type.name() + (filter == null ? "" : ", filter " + filter) + ")";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && type.name().equals(((EverySimilarity) other).type.name())
        && Arrays.equals(target, ((EverySimilarity) other).target)
        && Objects.equals(filter, ((EverySimilarity) other).filter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), type.name(), Arrays.hashCode(target), filter);
  }
}
