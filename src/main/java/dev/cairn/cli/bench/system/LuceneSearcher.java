/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import static dev.cairn.cli.bench.system.LuceneIndex.VECTOR;

import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.codec.EfSearch;
import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;

/** Asks an index of Lucene's. */
final class LuceneSearcher implements Searcher {
  private final LuceneIndex index;
  private final IndexSearcher searcher;
  private final SearchStyle style;
  private final float[][] queries;
  private final byte[][] byteQueries;

  LuceneSearcher(LuceneIndex index, IndexSearcher searcher, SearchStyle style, Dataset data) {
    this.index = index;
    this.searcher = searcher;
    this.style = style;
    this.queries = data.queries();
    this.byteQueries = data.isBytes() ? new byte[queries.length][] : null;
    if (byteQueries != null) {
      java.util.Arrays.setAll(byteQueries, data::byteQuery);
    }
  }

  @Override
  public Object search(int query, int k, int ef) throws IOException {
    return searcher.search(
            byteQueries == null
                ? floatQuery(queries[query], k, ef)
                : byteQuery(byteQueries[query], k, ef),
            k)
        .scoreDocs;
  }

  private Query floatQuery(float[] target, int k, int ef) {
    int wide = Math.max(k, ef);
    return switch (style) {
      case WIDE_K -> new KnnFloatVectorQuery(VECTOR, target, wide);
      case EF_SEARCH -> new KnnFloatVectorQuery(VECTOR, target, k, null, new EfSearch(ef));
      case RESCORED ->
          RescoreTopNQuery.createFullPrecisionRescorerQuery(
              new KnnFloatVectorQuery(VECTOR, target, wide), target, VECTOR, k);
      case IN_MEMORY, FROM_FILE -> throw new IllegalStateException(style + " is no Lucene query");
    };
  }

  private Query byteQuery(byte[] target, int k, int ef) {
    return switch (style) {
      case WIDE_K -> new KnnByteVectorQuery(VECTOR, target, Math.max(k, ef));
      case EF_SEARCH -> new KnnByteVectorQuery(VECTOR, target, k, null, new EfSearch(ef));
      case RESCORED, IN_MEMORY, FROM_FILE ->
          throw new IllegalStateException(style + " does not search bytes");
    };
  }

  @Override
  public int[] rows(Object result) {
    ScoreDoc[] hits = (ScoreDoc[]) result;
    int[] rows = new int[hits.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = index.row(hits[i].doc);
    }
    return rows;
  }
}
