/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Zero vectors, extreme numbers, and calls that make no sense. */
public class EdgeCasesTest extends LuceneTestCase {
  private static final float[] MAGNITUDES = {
    Float.MIN_VALUE, Float.MIN_NORMAL, 1e-30f, 1e-15f, 1e15f, 1e19f, 1e30f, 3e37f
  };

  private static VectorCorpus corpus(
      VectorEncoding encoding, VectorSimilarityFunction similarity, int dimension) {
    return new VectorCorpus("vector", encoding, similarity, dimension, random().nextLong());
  }

  private static IndexWriter writer(Directory directory) throws IOException {
    return new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()));
  }

  private static Object zero(VectorCorpus corpus) {
    return corpus.encoding == VectorEncoding.BYTE
        ? new byte[corpus.dimension]
        : new float[corpus.dimension];
  }

  private static ScoreDoc[] search(
      VectorCorpus corpus, DirectoryReader reader, Object target, int k) throws IOException {
    ScoreDoc[] hits =
        new IndexSearcher(reader)
            .search(corpus.query(target, k, null, new EfSearch(300)), k)
            .scoreDocs;
    corpus.check(reader, target, hits, id -> true);
    return hits;
  }

  public void testZeroVectors() throws IOException {
    for (VectorEncoding encoding : VectorEncoding.values()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        VectorCorpus corpus = corpus(encoding, similarity, 9);
        try (Directory directory = newDirectory();
            IndexWriter writer = writer(directory)) {
          for (int id = 0; id < 600; id++) {
            Object vector = id % 5 == 0 ? zero(corpus) : corpus.randomVector();
            writer.addDocument(corpus.documentWithVector(id, vector));
          }
          writer.forceMerge(1);
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            // all are reached, zero vectors among them; scores of cosines with them are 0
            assertEquals(600, search(corpus, reader, corpus.randomVector(), 600).length);
            assertEquals(600, search(corpus, reader, zero(corpus), 600).length);
            assertEquals(10, search(corpus, reader, zero(corpus), 10).length);
            double recall = corpus.meanRecall(reader, 10, 10, null, new EfSearch(200), id -> true);
            assertTrue(encoding + ", " + similarity + ": " + recall, recall >= 0.95);
          }
        }
      }
    }
  }

  /** A cosine does not depend on the length of the target, be its square a float or not. */
  public void testTargetsOfAnyLengthUnderCosine() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.COSINE, 9);
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      for (int id = 0; id < 300; id++) {
        writer.addDocument(corpus.documentWithVector(id, corpus.randomVector()));
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        float[] target = (float[]) corpus.randomVector();
        ScoreDoc[] expected = search(corpus, reader, target, 5);
        for (float scale : new float[] {1e-30f, 1e-23f, 1e-20f, 1e19f, 1e30f}) {
          float[] scaled = new float[target.length];
          for (int i = 0; i < scaled.length; i++) {
            scaled[i] = target[i] * scale;
          }
          ScoreDoc[] hits =
              searcher.search(corpus.query(scaled, 5, null, new EfSearch(300)), 5).scoreDocs;
          for (int i = 0; i < hits.length; i++) {
            assertEquals("times " + scale, expected[i].doc, hits[i].doc);
            assertEquals("times " + scale, expected[i].score, hits[i].score, 1e-5f);
          }
        }
      }
    }
  }

  public void testZeroVectorsScoreZeroUnderCosine() throws IOException {
    for (VectorEncoding encoding : VectorEncoding.values()) {
      VectorCorpus corpus = corpus(encoding, VectorSimilarityFunction.COSINE, 9);
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory)) {
        for (int id = 0; id < 20; id++) {
          writer.addDocument(corpus.documentWithVector(id, zero(corpus)));
        }
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          for (ScoreDoc hit : search(corpus, reader, corpus.randomVector(), 20)) {
            assertEquals(0, hit.score, 0);
          }
          // a filter makes it a scan
          ScoreDoc[] hits =
              new IndexSearcher(reader)
                  .search(
                      corpus.query(
                          corpus.randomVector(), 15, IntPoint.newRangeQuery("number", 0, 17), null),
                      15)
                  .scoreDocs;
          assertEquals(15, hits.length);
          for (ScoreDoc hit : hits) {
            assertEquals(0, hit.score, 0);
          }
        }
      }
    }
  }

  /** The largest and smallest numbers there are: hits in order, finite scores. */
  public void testExtremeMagnitudes() throws IOException {
    VectorSimilarityFunction[] similarities = {
      VectorSimilarityFunction.EUCLIDEAN,
      VectorSimilarityFunction.COSINE,
      VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT
    };
    for (VectorSimilarityFunction similarity : similarities) {
      for (float magnitude : MAGNITUDES) {
        VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, similarity, 8);
        try (Directory directory = newDirectory();
            IndexWriter writer = writer(directory)) {
          for (int id = 0; id < 300; id++) {
            writer.addDocument(corpus.documentWithVector(id, scaled(corpus, magnitude)));
          }
          if (random().nextBoolean()) {
            writer.commit();
            for (int id = 300; id < 400; id++) {
              writer.addDocument(corpus.documentWithVector(id, scaled(corpus, magnitude)));
            }
            writer.forceMerge(1);
          }
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            reader.leaves().get(0).reader().checkIntegrity();
            ScoreDoc[] hits = searchUnchecked(corpus, reader, scaled(corpus, magnitude));
            assertEquals(reader.numDocs(), hits.length);
            float previous = Float.POSITIVE_INFINITY;
            for (ScoreDoc hit : hits) {
              assertTrue("score " + hit.score, hit.score >= 0 && hit.score <= previous);
              previous = hit.score;
            }
          }
        }
      }
    }
  }

  private static float[] scaled(VectorCorpus corpus, float magnitude) {
    float[] vector = (float[]) corpus.randomVector();
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= magnitude;
    }
    return vector;
  }

  private static ScoreDoc[] searchUnchecked(
      VectorCorpus corpus, DirectoryReader reader, Object target) throws IOException {
    return new IndexSearcher(reader).search(corpus.query(target, 500, null, null), 500).scoreDocs;
  }

  /** Sums that overflow are the farthest there is, and no document is lost over them. */
  public void testOverflow() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 8);
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      for (int id = 0; id < 200; id++) {
        float magnitude = id % 2 == 0 ? 1 : 1e30f;
        writer.addDocument(corpus.documentWithVector(id, scaled(corpus, magnitude)));
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        ScoreDoc[] hits = searchUnchecked(corpus, reader, corpus.randomVector());
        assertEquals(200, hits.length);
        for (int i = 0; i < 200; i++) {
          assertEquals(i < 100, hits[i].score > 1e-6f);
          assertFalse(Float.isNaN(hits[i].score));
        }
      }
    }
  }

  public void testExtremeBytes() throws IOException {
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      VectorCorpus corpus = corpus(VectorEncoding.BYTE, similarity, 4096);
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory)) {
        for (int id = 0; id < 40; id++) {
          byte[] vector = (byte[]) corpus.randomVector();
          Arrays.fill(vector, 0, 100 * id + 1, id % 2 == 0 ? Byte.MIN_VALUE : Byte.MAX_VALUE);
          writer.addDocument(corpus.documentWithVector(id, vector));
        }
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          byte[] lowest = new byte[4096];
          Arrays.fill(lowest, Byte.MIN_VALUE);
          assertEquals(40, search(corpus, reader, lowest, 40).length);
          assertEquals(40, search(corpus, reader, corpus.randomVector(), 40).length);
        }
      }
    }
  }

  public void testCallsThatMakeNoSense() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 8);
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      for (int id = 0; id < 30; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        LeafReader segment = reader.leaves().get(0).reader();
        AcceptDocs all = AcceptDocs.fromLiveDocs(null, segment.maxDoc());
        TopKnnCollector collector = new TopKnnCollector(5, Integer.MAX_VALUE);
        String message =
            expectThrows(
                    IllegalArgumentException.class,
                    () -> segment.searchNearestVectors("vector", new float[7], collector, all))
                .getMessage();
        assertTrue(message, message.contains("vector") && message.contains("7"));
        IndexSearcher searcher = new IndexSearcher(reader);
        expectThrows(
            IllegalArgumentException.class,
            () -> searcher.search(new KnnFloatVectorQuery("vector", new float[9], 5), 5));
        // a field that no document has: nothing is found
        TopDocs none = searcher.search(new KnnFloatVectorQuery("other", new float[8], 5), 5);
        assertEquals(0, none.scoreDocs.length);
        TopDocs zero = segment.searchNearestVectors("vector", new float[8], 0, all, 100);
        assertEquals(0, zero.scoreDocs.length);
      }
    }
  }

  public void testParametersOutOfRangeAreRejected() {
    checkRejected("M (maxConn)", 1, () -> new CairnHnswVectorsFormat(1, 100));
    checkRejected("M (maxConn)", 513, () -> new CairnHnswVectorsFormat(513, 100));
    checkRejected("beamWidth", 0, () -> new CairnHnswVectorsFormat(16, 0));
    checkRejected("beamWidth", 10_001, () -> new CairnHnswVectorsFormat(16, 10_001));
    checkRejected("efSearch", 0, () -> CairnHnswParameters.builder().efSearch(0).build());
    checkRejected("efSearch", 0, () -> new EfSearch(0));
    checkRejected("efSearch", 1_000_001, () -> new EfSearch(1_000_001));
    checkRejected("numMergeWorkers", 0, () -> new CairnHnswVectorsFormat(16, 100, 0, null));
    expectThrows(
        IllegalArgumentException.class,
        () ->
            new CairnHnswVectorsFormat(16, 100, 1, java.util.concurrent.ForkJoinPool.commonPool()));
  }

  private static void checkRejected(String field, int value, ThrowingRunnable construct) {
    String message = expectThrows(IllegalArgumentException.class, construct).getMessage();
    assertTrue(message, message.contains(field) && message.contains("got " + value));
  }

  public void testParametersByEitherName() {
    CairnHnswParameters lucene =
        CairnHnswParameters.builder().maxConn(24).beamWidth(150).efSearch(70).build();
    CairnHnswParameters hnswlib =
        CairnHnswParameters.builder().m(24).efConstruction(150).efSearch(70).build();
    assertEquals(lucene, hnswlib);
    assertEquals(lucene, new CairnHnswVectorsFormat(lucene).parameters());
    assertEquals(new CairnHnswParameters(16, 100, 50), new CairnHnswVectorsFormat().parameters());
  }

  public void testEfSearchIsAValue() {
    assertEquals(new EfSearch(70), new EfSearch(70));
    assertEquals(new EfSearch(70).hashCode(), new EfSearch(70).hashCode());
    assertNotEquals(new EfSearch(70), new EfSearch(71));
    assertEquals(70, new EfSearch(70).efSearch());
    // queries with other strategies are other queries, for caches
    KnnFloatVectorQuery query =
        new KnnFloatVectorQuery("f", new float[1], 5, null, new EfSearch(70));
    assertNotEquals(query, new KnnFloatVectorQuery("f", new float[1], 5, null, new EfSearch(80)));
    assertEquals(query, new KnnFloatVectorQuery("f", new float[1], 5, null, new EfSearch(70)));
  }
}
