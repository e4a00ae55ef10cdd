/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.query.CairnKnnQuery;
import java.io.IOException;
import java.util.Random;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SeededKnnVectorQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * What is left of a cluster after deletions and a merge may link to itself alone. A search that
 * begins there must find as many as it was asked for nevertheless.
 */
public class RemnantTest extends LuceneTestCase {
  private static final int DIMENSION = 32;
  private static final int CLUSTER = 4000;
  private static final int OTHERS = 300;

  public void testSearchesFromThereFindEnough() throws IOException {
    for (int left : new int[] {7, 40}) {
      try (Directory directory = newDirectory();
          IndexWriter writer =
              new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()))) {
        Random random = new Random(1);
        for (int i = 0; i < CLUSTER + OTHERS; i++) {
          Document document = new Document();
          document.add(new KnnFloatVectorField("vector", vector(random, i, left)));
          document.add(new IntPoint("number", i));
          writer.addDocument(document);
        }
        writer.commit();
        writer.deleteDocuments(IntPoint.newRangeQuery("number", 0, CLUSTER - left - 1));
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          check(new IndexSearcher(reader), vector(random, CLUSTER - 1, left), left);
        }
      }
    }
  }

  /** Two clusters; of the first the last few stand apart, and are what is left. */
  private static float[] vector(Random random, int i, int left) {
    float[] vector = new float[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      vector[j] = (float) (0.2 * random.nextGaussian());
    }
    vector[i < CLUSTER ? 0 : 1] += 4;
    vector[2] += i >= CLUSTER - left && i < CLUSTER ? 3 : 0;
    return vector;
  }

  private static void check(IndexSearcher searcher, float[] target, int left) throws IOException {
    Query seed = IntPoint.newExactQuery("number", CLUSTER - 1);
    for (int k : new int[] {left + 3, left + 60}) {
      KnnFloatVectorQuery query =
          new KnnFloatVectorQuery("vector", target, k, null, new EfSearch(k));
      assertEquals(k, searcher.count(query));
      assertEquals(k, searcher.count(new CairnKnnQuery("vector", target, k, k, null)));
      assertEquals(k, searcher.count(SeededKnnVectorQuery.fromFloatQuery(query, seed)));
    }
  }
}
