/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Filters that accept what is near a query, or what is far from it. */
public class CorrelatedFiltersTest extends LuceneTestCase {
  private static final int SIZE = 6000;
  private static final int QUERIES = 25;

  /** Numbers rise with the first component, so that ranges of numbers are regions of vectors. */
  private static VectorCorpus fill(IndexWriter writer) throws IOException {
    VectorCorpus corpus =
        new VectorCorpus(
            "vector",
            VectorEncoding.FLOAT32,
            VectorSimilarityFunction.EUCLIDEAN,
            16,
            random().nextLong());
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      float[] vector = (float[]) corpus.randomVector();
      vector[0] *= 3;
      vectors.add(vector);
    }
    vectors.sort(Comparator.comparingDouble(vector -> vector[0]));
    List<Integer> order = new ArrayList<>();
    for (int id = 0; id < SIZE; id++) {
      order.add(id);
    }
    java.util.Collections.shuffle(order, random());
    for (int id : order) {
      writer.addDocument(corpus.documentWithVector(id, vectors.get(id)));
    }
    writer.forceMerge(1);
    return corpus;
  }

  public void testNearAndFar() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()))) {
      VectorCorpus corpus = fill(writer);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (double share : new double[] {.02, .1, .25, .5, .9}) {
          int accepted = (int) (share * SIZE);
          Query filter = IntPoint.newRangeQuery("number", 0, accepted - 1);
          for (float side : new float[] {-4, 0, 4}) {
            for (int k : new int[] {10, 100}) {
              double sum = 0;
              for (int i = 0; i < QUERIES; i++) {
                float[] target = (float[]) corpus.randomVector();
                target[0] += side;
                sum +=
                    corpus.recall(
                        reader, target, k, filter, new EfSearch(200), id -> id < accepted);
              }
              String message = share + ", side " + side + ", k=" + k + ": " + sum / QUERIES;
              assertTrue(message, sum / QUERIES >= 0.95);
            }
          }
        }
      }
    }
  }
}
