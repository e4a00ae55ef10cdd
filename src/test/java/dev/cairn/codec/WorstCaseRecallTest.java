/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Uniform random vectors of many dimensions: all are about equally far from a query, so that
 * estimates of one bit a dimension tell them apart worst.
 */
public class WorstCaseRecallTest extends LuceneTestCase {
  private static final int SIZE = 10_000;
  private static final int DIMENSION = 256;
  private static final int QUERIES = 40;

  private static float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextFloat();
    }
    return vector;
  }

  public void testUniformRandomVectors() throws IOException {
    Random random = new Random(1234);
    float[][] vectors = new float[SIZE][];
    CairnCodec codec = new CairnCodec(new CairnHnswVectorsFormat(16, 200));
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(
              directory, new IndexWriterConfig().setCodec(codec).setRAMBufferSizeMB(500))) {
        for (int i = 0; i < SIZE; i++) {
          vectors[i] = vector(random);
          Document document = new Document();
          document.add(
              new KnnFloatVectorField("v", vectors[i], VectorSimilarityFunction.EUCLIDEAN));
          writer.addDocument(document);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(1, reader.leaves().size());
        int at400 = 0;
        int at1000 = 0;
        for (int i = 0; i < QUERIES; i++) {
          float[] target = vector(random);
          float[] scores = new float[SIZE];
          for (int j = 0; j < SIZE; j++) {
            scores[j] = VectorSimilarityFunction.EUCLIDEAN.compare(target, vectors[j]);
          }
          Arrays.sort(scores);
          float tenth = scores[SIZE - 10];
          at400 += hits(reader, target, 400, tenth);
          at1000 += hits(reader, target, 1000, tenth);
        }
        assertTrue("k=400: " + at400 / (10.0 * QUERIES), at400 >= 0.85 * 10 * QUERIES);
        assertTrue("k=1000: " + at1000 / (10.0 * QUERIES), at1000 >= 0.97 * 10 * QUERIES);
      }
    }
  }

  /** How many of the ten nearest are among k hits. */
  private static int hits(DirectoryReader reader, float[] target, int k, float tenth)
      throws IOException {
    int found = 0;
    KnnFloatVectorQuery query = new KnnFloatVectorQuery("v", target, k);
    for (ScoreDoc hit : new IndexSearcher(reader).search(query, k).scoreDocs) {
      found += hit.score >= tenth * (1 - 1e-6f) ? 1 : 0;
    }
    return found;
  }
}
