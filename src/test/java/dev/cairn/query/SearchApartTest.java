/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** Segments of other formats, and indexes in which nothing is to be found. */
public class SearchApartTest extends LuceneTestCase {
  private static final int SIZE = 4000;

  private static IndexWriter luceneWriter(Directory directory) throws IOException {
    return new IndexWriter(directory, new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec()));
  }

  private static float[] ones() {
    float[] vector = new float[8];
    Arrays.fill(vector, 1);
    return vector;
  }

  private static byte[] byteOnes() {
    byte[] vector = new byte[8];
    Arrays.fill(vector, (byte) 1);
    return vector;
  }

  /** Lucene's graph of equal vectors falls apart; all k are found nevertheless. */
  public void testFindsAllInGraphsThatFallApart() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = luceneWriter(directory)) {
      for (int i = 0; i < SIZE; i++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("floats", ones(), VectorSimilarityFunction.EUCLIDEAN));
        document.add(
            new KnnByteVectorField("bytes", byteOnes(), VectorSimilarityFunction.EUCLIDEAN));
        document.add(new IntPoint("number", i));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        for (int from : new int[] {-1, 400, 3000, SIZE - 5}) {
          Query filter = from < 0 ? null : IntPoint.newRangeQuery("number", from, SIZE);
          for (int k : new int[] {10, 150}) {
            int expected = Math.min(k, SIZE - Math.max(from, 0));
            for (Query query :
                new Query[] {
                  new CairnKnnQuery("floats", ones(), k, 50, filter),
                  new CairnKnnQuery("bytes", byteOnes(), k, 50, filter)
                }) {
              ScoreDoc[] hits = searcher.search(query, k).scoreDocs;
              assertEquals(query.toString(), expected, hits.length);
              for (ScoreDoc hit : hits) {
                assertTrue(hit.doc >= from);
                assertEquals(1, hit.score, 0);
              }
            }
          }
        }
      }
    }
  }

  public void testPagesOfAnIndexThatBecameEmpty() throws IOException {
    CairnKnnQuery query = new CairnKnnQuery("floats", ones(), 10, 50, null);
    try (Directory directory = newDirectory();
        IndexWriter writer = luceneWriter(directory)) {
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        ScoreDoc last = new ScoreDoc(3, 0.5f);
        assertEquals(0, query.nextPage(new IndexSearcher(reader), last).scoreDocs.length);
      }
    }
  }

  /** What is wrong with a query is said also where the filter matches nothing. */
  public void testErrorsBesideAFilterThatMatchesNothing() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = luceneWriter(directory)) {
      Document document = new Document();
      document.add(new KnnFloatVectorField("floats", ones(), VectorSimilarityFunction.EUCLIDEAN));
      writer.addDocument(document);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        Query none = MatchNoDocsQuery.INSTANCE;
        for (Query query :
            new Query[] {
              new CairnKnnQuery("other", ones(), 10, 50, none),
              new CairnKnnQuery("floats", new float[3], 10, 50, none),
              new CairnKnnQuery("floats", byteOnes(), 10, 50, none)
            }) {
          expectThrows(IllegalArgumentException.class, () -> searcher.search(query, 10));
        }
      }
    }
  }
}
