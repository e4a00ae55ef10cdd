/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.mapper.Uid;

/** Matches the documents that were fused, wherever they are in a shard, with their scores. */
final class FusedHitsQuery extends Query {
  private final List<FusedHit> hits;
  private final int rankConstant;

  /**
   * A query.
   *
   * @param hits hits of one shard
   * @param rankConstant for explanations
   */
  FusedHitsQuery(List<FusedHit> hits, int rankConstant) {
    this.hits = hits;
    this.rankConstant = rankConstant;
  }

  /** The hits of a segment by document. */
  private SortedMap<Integer, FusedHit> find(LeafReader reader) throws IOException {
    SortedMap<Integer, FusedHit> found = new TreeMap<>();
    Terms ids = reader.terms(IdFieldMapper.NAME);
    if (ids == null) {
      return found;
    }
    SortedMap<BytesRef, FusedHit> byId = new TreeMap<>();
    hits.forEach(hit -> byId.put(Uid.encodeId(hit.key().id()), hit));
    TermsEnum terms = ids.iterator();
    PostingsEnum postings = null;
    for (var entry : byId.entrySet()) {
      if (terms.seekExact(entry.getKey())) {
        postings = terms.postings(postings, PostingsEnum.NONE);
        // nested documents carry the id as well; OpenSearch adds a filter that leaves them out
        for (int doc = postings.nextDoc();
            doc != DocIdSetIterator.NO_MORE_DOCS;
            doc = postings.nextDoc()) {
          found.put(doc, entry.getValue());
        }
      }
    }
    return found;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    return new Weight(this) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
        SortedMap<Integer, FusedHit> found = find(context.reader());
        return found.isEmpty() ? null : new DefaultScorerSupplier(new HitScorer(found, boost));
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        FusedHit hit = find(context.reader()).get(doc);
        return hit == null ? Explanation.noMatch("found by no query") : explainHit(hit, boost);
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        return false;
      }
    };
  }

  private Explanation explainHit(FusedHit hit, float boost) {
    List<Explanation> parts = new ArrayList<>();
    for (int query = 0; query < hit.ranks().length; query++) {
      int rank = hit.ranks()[query];
      if (rank > 0) {
        parts.add(
            Explanation.match(
                1f / (rankConstant + rank),
                "1/(" + rankConstant + " + rank), rank " + rank + " by query " + query));
      }
    }
    return Explanation.match(hit.score() * boost, "reciprocal ranks, summed", parts);
  }

  private static final class HitScorer extends Scorer {
    private final SortedMap<Integer, FusedHit> hits;
    private final float boost;
    private final float max;
    private final DocIdSetIterator docs;

    HitScorer(SortedMap<Integer, FusedHit> hits, float boost) {
      this.hits = hits;
      this.boost = boost;
      this.max = (float) hits.values().stream().mapToDouble(FusedHit::score).max().orElse(0);
      this.docs = new Docs(hits.keySet().stream().mapToInt(Integer::intValue).toArray());
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
      return max * boost;
    }

    @Override
    public float score() {
      return hits.get(docs.docID()).score() * boost;
    }
  }

  /** Iterates over an ascending array. */
  private static final class Docs extends DocIdSetIterator {
    private final int[] docs;
    private int at = -1;

    Docs(int[] docs) {
      this.docs = docs;
    }

    @Override
    public int docID() {
      return at < 0 ? -1 : at < docs.length ? docs[at] : NO_MORE_DOCS;
    }

    @Override
    public int nextDoc() {
      at++;
      return docID();
    }

    @Override
    public int advance(int target) throws IOException {
      return slowAdvance(target);
    }

    @Override
    public long cost() {
      return docs.length;
    }
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return CairnHybridQueryBuilder.NAME + "(" + hits.size() + " fused hits)";
  }

  @Override
  public boolean equals(Object other) {
    // hits are found anew for each request
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
