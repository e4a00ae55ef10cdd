/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.TopHits;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/** What a vector search found, as a query: some documents of one reader and their scores. */
final class NearestDocsQuery extends Query {
  private final Object readerId;
  private final int[] docs;
  private final float[] scores;
  private final float best;

  private NearestDocsQuery(Object readerId, int[] docs, float[] scores, float best) {
    this.readerId = readerId;
    this.docs = docs;
    this.scores = scores;
    this.best = best;
  }

  /** The first hits of sorted ones. */
  static NearestDocsQuery of(IndexReader reader, TopHits hits) {
    int count = hits.size();
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      order[i] = (long) hits.doc(i) << 32 | i;
    }
    Arrays.sort(order);
    int[] docs = new int[count];
    float[] scores = new float[count];
    for (int i = 0; i < count; i++) {
      docs[i] = (int) (order[i] >> 32);
      scores[i] = hits.score((int) order[i]);
    }
    return new NearestDocsQuery(
        reader.getContext().id(), docs, scores, count == 0 ? 0 : hits.score(0));
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    IndexReader reader = searcher.getIndexReader();
    if (!reader.getContext().id().equals(readerId)) {
      throw new IllegalStateException("these hits are of another reader: " + this);
    }
    return new HitsWeight(starts(reader.leaves()), boost);
  }

  /** For each segment, the place of its first hit; then the number of hits. */
  private int[] starts(List<LeafReaderContext> leaves) {
    int[] starts = new int[leaves.size() + 1];
    int at = 0;
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      while (at < docs.length && docs[at] < leaves.get(leaf).docBase) {
        at++;
      }
      starts[leaf] = at;
    }
    starts[leaves.size()] = docs.length;
    return starts;
  }

  private final class HitsWeight extends Weight {
    private final int[] starts;
    private final float boost;

    private HitsWeight(int[] starts, float boost) {
      super(NearestDocsQuery.this);
      this.starts = starts;
      this.boost = boost;
    }

    @Override
    public Explanation explain(LeafReaderContext context, int doc) {
      int found = Arrays.binarySearch(docs, doc + context.docBase);
      return found < 0
          ? Explanation.noMatch("not among the " + docs.length + " nearest found")
          : Explanation.match(
              scores[found] * boost, "similarity, among the " + docs.length + " nearest found");
    }

    @Override
    public int count(LeafReaderContext context) {
      return starts[context.ord + 1] - starts[context.ord];
    }

    @Override
    public ScorerSupplier scorerSupplier(LeafReaderContext context) {
      return count(context) == 0
          ? null
          : new DefaultScorerSupplier(
              new HitsScorer(starts[context.ord], starts[context.ord + 1], context.docBase, boost));
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return true;
    }
  }

  private final class HitsScorer extends Scorer {
    private final int from;
    private final int to;
    private final int docBase;
    private final float boost;
    private int at;

    private HitsScorer(int from, int to, int docBase, float boost) {
      this.from = from;
      this.to = to;
      this.docBase = docBase;
      this.boost = boost;
      this.at = from - 1;
    }

    @Override
    public int docID() {
      return at < from ? -1 : at < to ? docs[at] - docBase : DocIdSetIterator.NO_MORE_DOCS;
    }

    @Override
    public float score() {
      return scores[at] * boost;
    }

    @Override
    public float getMaxScore(int upTo) {
      return best * boost;
    }

    @Override
    public DocIdSetIterator iterator() {
      return new DocIdSetIterator() {
        @Override
        public int docID() {
          return HitsScorer.this.docID();
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
          return (long) to - from;
        }
      };
    }
  }

  @Override
  public String toString(String field) {
    return "NearestDocsQuery(" + docs.length + " documents, best score " + best + ")";
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && ((NearestDocsQuery) other).readerId.equals(readerId)
        && Arrays.equals(((NearestDocsQuery) other).docs, docs)
        && Arrays.equals(((NearestDocsQuery) other).scores, scores);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * classHash() + Arrays.hashCode(docs)) + Arrays.hashCode(scores);
  }
}
