/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AbstractKnnCollector;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Collectors that are not a bounded top-k, and readers closed under a search. */
public class CollectorContractTest extends LuceneTestCase {
  private static final int SIZE = 4000;
  private static final int DIMENSION = 32;

  /** Bounds the search by a fixed similarity from the start; its k is 0. */
  private static final class FixedRadius extends AbstractKnnCollector {
    private final float similarity;
    private final Set<Integer> hits = new HashSet<>();
    private Runnable onCollect = () -> {};

    private FixedRadius(float similarity) {
      super(0, Long.MAX_VALUE, null);
      this.similarity = similarity;
    }

    @Override
    public boolean collect(int doc, float score) {
      onCollect.run();
      return score >= similarity && hits.add(doc);
    }

    @Override
    public int numCollected() {
      return hits.size();
    }

    @Override
    public float minCompetitiveSimilarity() {
      return similarity;
    }

    @Override
    public TopDocs topDocs() {
      throw new UnsupportedOperationException();
    }
  }

  private float[][] vectors;

  private LeafReader index(MMapDirectory dir) throws Exception {
    Random random = new Random(5);
    vectors = new float[SIZE][DIMENSION];
    try (IndexWriter writer =
        new IndexWriter(
            dir, new IndexWriterConfig().setCodec(new CairnCodec()).setUseCompoundFile(true))) {
      for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < DIMENSION; j++) {
          // clusters apart, so that a walk cannot come from one to another within a radius
          vectors[i][j] = (float) random.nextGaussian() + (j == i % DIMENSION ? 30 : 0);
        }
        Document doc = new Document();
        doc.add(new KnnFloatVectorField("v", vectors[i], VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(doc);
      }
      writer.forceMerge(1);
    }
    return DirectoryReader.open(dir).leaves().get(0).reader();
  }

  public void testFixedRadius() throws Exception {
    try (MMapDirectory dir = new MMapDirectory(createTempDir());
        LeafReader reader = index(dir)) {
      int wanted = 0;
      int found = 0;
      for (int q = 0; q < DIMENSION; q++) {
        float bound = 1 / 101f;
        FixedRadius collector = new FixedRadius(bound);
        reader.searchNearestVectors(
            "v", vectors[q], collector, AcceptDocs.fromLiveDocs(null, SIZE));
        for (float[] v : vectors) {
          wanted += VectorSimilarityFunction.EUCLIDEAN.compare(vectors[q], v) >= bound ? 1 : 0;
        }
        found += collector.hits.size();
      }
      assertTrue(found + " of " + wanted, found >= 0.95 * wanted);
    }
  }

  public void testClosedUnderSearch() throws Exception {
    try (MMapDirectory dir = new MMapDirectory(createTempDir())) {
      LeafReader reader = index(dir);
      FixedRadius collector = new FixedRadius(1 / 101f);
      collector.onCollect =
          () -> {
            try {
              reader.close();
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          };
      expectThrows(
          AlreadyClosedException.class,
          () ->
              reader.searchNearestVectors(
                  "v", vectors[0], collector, AcceptDocs.fromLiveDocs(null, SIZE)));
    }
  }
}
