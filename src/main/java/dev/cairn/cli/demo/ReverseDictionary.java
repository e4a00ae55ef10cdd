/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.data.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.QueryBuilder;

/** Finds words by what they mean: by the text of their glosses, by its vector, and by both. */
final class ReverseDictionary {
  /** How many hits of text and vector search are fused. */
  static final int DEPTH = 100;

  /** The constant of reciprocal rank fusion; 60 is its authors' choice. */
  private static final int RANK_CONSTANT = 60;

  private static final float HEADWORD_BOOST = 0.2f;

  /**
   * A meaning found.
   *
   * @param id position in the corpus
   * @param words the words that have this meaning
   * @param partOfSpeech what kind of words these are
   * @param definition what they mean
   * @param textRank rank in the text search, 0 if not among its first hits
   * @param vectorRank rank in the vector search, 0 if not among its first hits
   */
  record Hit(
      String id,
      String words,
      String partOfSpeech,
      String definition,
      int textRank,
      int vectorRank) {}

  /**
   * The three answers to one question.
   *
   * @param question the meaning asked for
   * @param text the best by the words of their glosses
   * @param vector the best by the vectors of their glosses
   * @param hybrid the best by their ranks in both
   */
  record Answer(Question question, List<Hit> text, List<Hit> vector, List<Hit> hybrid) {}

  private final IndexSearcher searcher;
  private final TextEmbedder embedder;
  private final int efSearch;
  private final QueryBuilder queries = new QueryBuilder(DictionaryIndex.analyzer());

  ReverseDictionary(IndexReader reader, TextEmbedder embedder, int efSearch) {
    this.searcher = new IndexSearcher(reader);
    this.embedder = embedder;
    this.efSearch = efSearch;
  }

  /** Answers a question by the first {@code count} hits of each kind of search. */
  Answer answer(Question question, int count) throws IOException {
    Query filter =
        question
            .partOfSpeech()
            .map(kind -> new TermQuery(new Term(DictionaryIndex.PART_OF_SPEECH, kind.label())))
            .orElse(null);
    float[] vector = embedder.embed(question.meaning());
    TopDocs byText = searcher.search(textQuery(question.meaning(), filter), DEPTH);
    TopDocs byVector = searcher.search(vectorQuery(vector, filter), DEPTH);
    TopDocs[] both = {byText, byVector};
    return new Answer(
        question,
        hits(byText, both, count),
        hits(byVector, both, count),
        hits(TopDocs.rrf(count, RANK_CONSTANT, both), both, count));
  }

  private Query textQuery(String question, Query filter) {
    BooleanQuery.Builder either = new BooleanQuery.Builder();
    addWords(either, DictionaryIndex.GLOSS, question, 1);
    // The word asked for is seldom in the question: its headwords count, but little.
    addWords(either, DictionaryIndex.WORDS, question, HEADWORD_BOOST);
    if (filter == null) {
      return either.build();
    }
    return new BooleanQuery.Builder()
        .add(either.build(), Occur.MUST)
        .add(filter, Occur.FILTER)
        .build();
  }

  private void addWords(BooleanQuery.Builder either, String field, String question, float boost) {
    // Nothing but stop words gives no query.
    Query words = queries.createBooleanQuery(field, question);
    if (words != null) {
      either.add(new BoostQuery(words, boost), Occur.SHOULD);
    }
  }

  private Query vectorQuery(float[] vector, Query filter) {
    return VectorFormats.CAIRN.query(DictionaryIndex.VECTOR, vector, DEPTH, filter, efSearch);
  }

  private List<Hit> hits(TopDocs found, TopDocs[] textAndVector, int count) throws IOException {
    StoredFields stored = searcher.storedFields();
    List<Hit> hits = new ArrayList<>();
    for (int i = 0; i < Math.min(count, found.scoreDocs.length); i++) {
      int doc = found.scoreDocs[i].doc;
      var fields = stored.document(doc);
      hits.add(
          new Hit(
              fields.get(DictionaryIndex.ID),
              fields.get(DictionaryIndex.WORDS),
              fields.get(DictionaryIndex.PART_OF_SPEECH),
              fields.get(DictionaryIndex.DEFINITION),
              rank(doc, textAndVector[0]),
              rank(doc, textAndVector[1])));
    }
    return hits;
  }

  private static int rank(int doc, TopDocs hits) {
    for (int i = 0; i < hits.scoreDocs.length; i++) {
      if (hits.scoreDocs[i].doc == doc) {
        return i + 1;
      }
    }
    return 0;
  }
}
