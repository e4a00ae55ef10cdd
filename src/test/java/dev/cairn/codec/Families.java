/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.QueryBitSetProducer;

/**
 * Documents in blocks for block joins: children with vectors, numbered through, before a parent
 * without one. The brute force for the best child of each parent.
 */
record Families(VectorCorpus corpus, int children) {
  private static final Term PARENT = new Term("kind", "parent");

  /** Adds a block of children with vectors, which the corpus then knows. */
  void add(IndexWriter writer, int parent, Supplier<?> vectors) throws IOException {
    List<Document> block = new ArrayList<>();
    for (int child = 0; child < children; child++) {
      block.add(corpus.documentWithVector(parent * children + child, vectors.get()));
    }
    Document last = new Document();
    last.add(new StringField(PARENT.field(), PARENT.text(), Field.Store.NO));
    block.add(last);
    writer.addDocuments(block);
  }

  /** Which documents are parents. */
  static BitSetProducer parents() {
    return new QueryBitSetProducer(new TermQuery(PARENT));
  }

  /** The best score of each parent's accepted children, best first, of the k best parents. */
  List<Float> bestScores(Object target, int k, IntPredicate isAccepted) {
    Map<Integer, Float> best = new HashMap<>();
    for (int id : corpus.ids()) {
      if (isAccepted.test(id)) {
        best.merge(id / children, corpus.score(target, id), Math::max);
      }
    }
    return best.values().stream().sorted((a, b) -> Float.compare(b, a)).limit(k).toList();
  }

  /** Checks that no two hits have the same parent, where all documents kept their places. */
  void checkOneOfEach(ScoreDoc[] hits) {
    Set<Integer> distinct = new HashSet<>();
    for (ScoreDoc hit : hits) {
      assertTrue("one child of a parent", distinct.add(hit.doc / (children + 1)));
    }
  }
}
