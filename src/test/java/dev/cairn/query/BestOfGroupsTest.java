/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.CairnCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;

/** One hit for each value of a field. */
public class BestOfGroupsTest extends LuceneTestCase {
  private static final int SIZE = 600;

  /** Vectors on a line, the group's number rising slowly with the distance. */
  public void testBestOfEachGroup() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()))) {
      for (int i = 0; i < SIZE; i++) {
        Document document = new Document();
        int group = i / 60;
        document.add(
            new KnnFloatVectorField("v", new float[] {i, 1}, VectorSimilarityFunction.EUCLIDEAN));
        if (group != 3) {
          document.add(new NumericDocValuesField("number", group));
          document.add(new SortedDocValuesField("word", new BytesRef("word " + group)));
        }
        document.add(new SortedNumericDocValuesField("several", group));
        document.add(new SortedNumericDocValuesField("several", group + 1));
        if (group != 3) {
          document.add(new KeywordField("keyword", "word " + group, Field.Store.NO));
        }
        document.add(new BinaryDocValuesField("binary", new BytesRef("word")));
        writer.addDocument(document);
        if (i % 250 == 249) {
          writer.commit();
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        CairnKnnQuery query = new CairnKnnQuery("v", new float[] {0, 1}, 10, SIZE, null);
        for (String field : List.of("number", "word", "keyword")) {
          ScoreDoc[] hits = BestOfGroups.search(searcher, query, field, 6).scoreDocs;
          List<Integer> docs = new ArrayList<>();
          for (ScoreDoc hit : hits) {
            docs.add(hit.doc);
          }
          assertEquals(List.of(0, 60, 120, 180, 240, 300), docs);
          Set<Integer> all = new HashSet<>();
          for (ScoreDoc hit : BestOfGroups.search(searcher, query, field, 50).scoreDocs) {
            all.add(hit.doc / 60);
          }
          assertEquals("there are no more", 10, all.size());
        }
        for (String field : List.of("several", "binary", "missing")) {
          IllegalArgumentException e =
              expectThrows(
                  IllegalArgumentException.class,
                  () -> BestOfGroups.search(searcher, query, field, 2));
          assertTrue(e.getMessage(), e.getMessage().contains("\"" + field + "\""));
        }
        expectThrows(
            IllegalArgumentException.class,
            () -> BestOfGroups.search(searcher, query, "number", 0));
      }
    }
  }
}
