/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.EfSearch;
import dev.cairn.codec.NearestRequest;
import dev.cairn.codec.TopHits;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
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
  private final NearestRequest request;

  /** A search. */
  SearchApart(NearestRequest request) {
    this.request = request;
  }

  /** Adds the best of a segment's accepted documents. */
  void search(LeafReaderContext context, AcceptDocs accepted, TopHits hits) throws IOException {
    // other formats know no efSearch but take k for it
    TopKnnCollector collector =
        new TopKnnCollector(request.width(), Integer.MAX_VALUE, new EfSearch(request.efSearch()));
    KnnCollector timed =
        new KnnCollector.Decorator(collector) {
          @Override
          public boolean earlyTerminated() {
            return request.isOver() || super.earlyTerminated();
          }
        };
    request.target().search(context.reader(), request.field(), timed, accepted);
    ScoreDoc[] found = collector.topDocs().scoreDocs;
    if (found.length < request.k() && !request.isOver()) {
      scan(context, accepted, hits);
      return;
    }
    for (ScoreDoc hit : found) {
      hits.add(context.docBase + hit.doc, hit.score);
    }
  }

  private void scan(LeafReaderContext context, AcceptDocs accepted, TopHits hits)
      throws IOException {
    VectorScorer scorer = request.target().scorer(context.reader(), request.field());
    if (scorer == null) {
      return;
    }
    DocIdSetIterator both =
        ConjunctionUtils.intersectIterators(List.of(accepted.iterator(), scorer.iterator()));
    for (int doc = both.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS && !request.isOver();
        doc = both.nextDoc()) {
      hits.add(context.docBase + doc, scorer.score());
    }
  }
}
