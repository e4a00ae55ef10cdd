/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.EfSearch;
import dev.cairn.codec.TopHits;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;

/**
 * Searches one segment by itself, through its reader: those of other formats, and those whose
 * readers have a say in vector searches. Where that finds fewer than k, since a graph may have
 * parts that no way leads to, all accepted documents are scored, as Lucene's queries do.
 */
final class SearchApart {
  private final String field;
  private final float[] floats;
  private final byte[] bytes;
  private final int k;
  private final int efSearch;
  private final QueryTimeout timeout;

  /**
   * A search.
   *
   * @param floats the target, or null where it is of bytes
   * @param bytes the target, or null where it is of floats
   * @param timeout when to stop early, or null for never
   */
  SearchApart(
      String field, float[] floats, byte[] bytes, int k, int efSearch, QueryTimeout timeout) {
    this.field = field;
    this.floats = floats;
    this.bytes = bytes;
    this.k = k;
    this.efSearch = efSearch;
    this.timeout = timeout;
  }

  /** Adds the best of a segment's accepted documents. */
  void search(LeafReaderContext context, AcceptDocs accepted, TopHits hits) throws IOException {
    // other formats know no efSearch but take k for it
    TopKnnCollector collector =
        new TopKnnCollector(Math.max(k, efSearch), Integer.MAX_VALUE, new EfSearch(efSearch));
    KnnCollector timed =
        new KnnCollector.Decorator(collector) {
          @Override
          public boolean earlyTerminated() {
            return isOver() || super.earlyTerminated();
          }
        };
    if (bytes != null) {
      context.reader().searchNearestVectors(field, bytes, timed, accepted);
    } else {
      context.reader().searchNearestVectors(field, floats, timed, accepted);
    }
    ScoreDoc[] found = collector.topDocs().scoreDocs;
    if (found.length < k && !isOver()) {
      scan(context, accepted, hits);
      return;
    }
    for (ScoreDoc hit : found) {
      hits.add(context.docBase + hit.doc, hit.score);
    }
  }

  private boolean isOver() {
    return timeout != null && timeout.shouldExit();
  }

  private void scan(LeafReaderContext context, AcceptDocs accepted, TopHits hits)
      throws IOException {
    VectorScorer scorer = scorer(context.reader());
    if (scorer == null) {
      return;
    }
    DocIdSetIterator both =
        ConjunctionUtils.intersectIterators(List.of(accepted.iterator(), scorer.iterator()));
    for (int doc = both.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS && !isOver();
        doc = both.nextDoc()) {
      hits.add(context.docBase + doc, scorer.score());
    }
  }

  private VectorScorer scorer(LeafReader reader) throws IOException {
    if (bytes != null) {
      ByteVectorValues values = reader.getByteVectorValues(field);
      return values == null ? null : values.scorer(bytes);
    }
    FloatVectorValues values = reader.getFloatVectorValues(field);
    return values == null ? null : values.scorer(floats);
  }
}
