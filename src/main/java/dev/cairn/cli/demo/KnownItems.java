/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.query.CairnKnnQuery;
import dev.cairn.query.HybridSearch;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.QueryBuilder;

/**
 * Finds one known document for each query, by the text of glosses, by their vectors, and by both;
 * the measure is the mean of 1/rank of that document, 0 where it is not among the first 10.
 */
final class KnownItems {
  private static final int CUT = 10;
  private static final int DEPTH = 100;

  /**
   * A query and what it should find.
   *
   * @param text the query
   * @param vector its vector
   * @param id the document's id
   */
  record Item(String text, float[] vector, String id) {}

  private interface Search {
    TopDocs run(Query text, Query vector) throws IOException;
  }

  private final IndexSearcher searcher;
  private final int efSearch;
  private final int rankConstant;
  private final float textWeight;
  private final QueryBuilder queries = new QueryBuilder(DictionaryIndex.analyzer());

  KnownItems(IndexSearcher searcher, int efSearch, int rankConstant, float textWeight) {
    this.searcher = searcher;
    this.efSearch = efSearch;
    this.rankConstant = rankConstant;
    this.textWeight = textWeight;
  }

  /** Lines that say how well each kind of search does. */
  List<String> measure(List<Item> items) throws IOException {
    return List.of(
        line("text alone", mean(items, (text, vector) -> searcher.search(text, CUT))),
        line("vectors alone", mean(items, (text, vector) -> searcher.search(vector, CUT))),
        line(
            "both, rrf(" + rankConstant + ")",
            mean(
                items,
                (text, vector) ->
                    parts(text, vector).rrf(rankConstant).build().search(searcher, CUT))),
        line(
            "both, weighted()",
            mean(
                items,
                (text, vector) -> parts(text, vector).weighted().build().search(searcher, CUT))));
  }

  private static String line(String name, double mean) {
    return String.format(Locale.ROOT, "  %-16s MRR@%d %.4f", name, CUT, mean);
  }

  private HybridSearch.Builder parts(Query text, Query vector) {
    return HybridSearch.builder()
        .add("text", text, textWeight, DEPTH)
        .add("vector", vector, 1, DEPTH);
  }

  private double mean(List<Item> items, Search search) throws IOException {
    double sum = 0;
    StoredFields stored = searcher.storedFields();
    for (Item item : items) {
      Query text = queries.createBooleanQuery(DictionaryIndex.GLOSS, item.text());
      Query vector =
          new CairnKnnQuery(
              DictionaryIndex.VECTOR, item.vector(), DEPTH, Math.max(DEPTH, efSearch), null);
      // nothing but stop words gives no query
      ScoreDoc[] hits = search.run(text == null ? new MatchNoDocsQuery() : text, vector).scoreDocs;
      for (int i = 0; i < hits.length; i++) {
        if (stored.document(hits[i].doc).get(DictionaryIndex.ID).equals(item.id())) {
          sum += 1d / (i + 1);
          break;
        }
      }
    }
    return items.isEmpty() ? 0 : sum / items.size();
  }
}
