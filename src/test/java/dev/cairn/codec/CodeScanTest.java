/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.query.CairnKnnQuery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** Filters that accept so few that their documents are scanned, by their centred codes first. */
public class CodeScanTest extends LuceneTestCase {
  private static final int SIZE = 9_000;
  private static final int K = 10;

  /** Of so many documents one is accepted where few are to be. */
  private static final int SPARSE = 60;

  /** How many are accepted by most filters: so many are scanned rather than walked to. */
  private static final int ACCEPTED = 700;

  private static IndexWriterConfig config() {
    // graphs need not be good: they are not walked
    return new IndexWriterConfig()
        .setUseCompoundFile(false)
        .setMergePolicy(NoMergePolicy.INSTANCE)
        .setCodec(new CairnCodec(new CairnHnswVectorsFormat(4, 10)));
  }

  private static void fill(IndexWriter writer, VectorCorpus corpus, int size, int segments)
      throws IOException {
    for (int id = 0; id < size; id++) {
      Object vector = corpus.randomVector();
      if (vector instanceof float[] floats) {
        // codes are relative to the middle, so that it does not matter where that is
        floats[0] += corpus.similarity == VectorSimilarityFunction.DOT_PRODUCT ? 0 : 20;
      }
      writer.addDocument(corpus.documentWithVector(id, vector));
      if ((id + 1) % (size / segments) == 0) {
        writer.flush();
      }
    }
  }

  /** Hits are nearly all of the true ones, and few raw vectors were read for them. */
  public void testFindsWhatAnExactScanFinds() throws IOException {
    for (VectorEncoding encoding : VectorEncoding.values()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        VectorCorpus corpus =
            new VectorCorpus("vector", encoding, similarity, 256, random().nextLong());
        try (ReadCounts directory = new ReadCounts(new ByteBuffersDirectory());
            IndexWriter writer = new IndexWriter(directory, config())) {
          fill(writer, corpus, 3000, 1);
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            int from = random().nextInt(3000 - ACCEPTED);
            Query filter = IntPoint.newRangeQuery("number", from, from + ACCEPTED - 1);
            double recall = 0;
            int vectors = 0;
            for (int i = 0; i < 20; i++) {
              Object target = corpus.randomVector();
              directory.take("vec");
              recall +=
                  corpus.recall(
                      reader, target, K, filter, null, id -> id >= from && id < from + ACCEPTED);
              vectors += directory.take("vec");
            }
            String of = encoding + ", " + similarity;
            assertTrue(of + ": recall " + recall / 20, recall / 20 >= 0.98);
            assertTrue(of + ": " + vectors / 20 + " read", vectors / 20 < ACCEPTED * 2 / 3);
          }
        }
      }
    }
  }

  public void testEveryDirectory() throws IOException {
    for (Directory directory :
        List.of(
            new MMapDirectory(createTempDir()),
            new MMapDirectory(createTempDir(), 1L << 12),
            new NIOFSDirectory(createTempDir()),
            newDirectory())) {
      VectorCorpus corpus =
          new VectorCorpus(
              "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 100, 3);
      try (directory;
          IndexWriter writer = new IndexWriter(directory, config())) {
        fill(writer, corpus, 3000, 1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          Query filter = IntPoint.newRangeQuery("number", 0, ACCEPTED - 1);
          double recall = corpus.meanRecall(reader, 10, K, filter, null, id -> id < ACCEPTED);
          assertTrue(directory + ": recall " + recall, recall >= 0.98);
        }
      }
    }
  }

  /** One query for several segments; what is deleted is not found. */
  public void testSeveralSegments() throws IOException {
    VectorCorpus corpus =
        new VectorCorpus(
            "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.COSINE, 128, 11);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, SIZE, 3);
      writer.deleteDocuments(IntPoint.newRangeQuery("number", 0, 99));
      for (int id = 0; id < 100; id++) {
        corpus.remove(id);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(3, reader.leaves().size());
        Query filter = IntPoint.newRangeQuery("number", 0, 399);
        Query wide = IntPoint.newRangeQuery("number", 0, SIZE / 2);
        // some 50 in each segment
        Query sparse = IntPoint.newSetQuery("number", sparseIds());
        int found = 0;
        for (int i = 0; i < 10; i++) {
          float[] target = (float[]) corpus.randomVector();
          IndexSearcher searcher = new IndexSearcher(reader);
          for (Query accepted : List.of(filter, wide, sparse)) {
            IntPredicate isAccepted =
                accepted.equals(sparse)
                    ? id -> id % SPARSE == 0
                    : id -> id <= (accepted.equals(filter) ? 399 : SIZE / 2);
            ScoreDoc[] hits =
                searcher.search(new CairnKnnQuery("vector", target, K, 100, accepted), K).scoreDocs;
            corpus.check(reader, target, hits, isAccepted);
            assertEquals(K, hits.length);
            float[] best = corpus.bestScores(target, K, isAccepted);
            for (ScoreDoc hit : hits) {
              found += hit.score >= best[K - 1] - 1e-5f ? 1 : 0;
            }
          }
        }
        assertTrue(found + " of 300 found", found >= 285);
      }
    }
  }

  private static int[] sparseIds() {
    return IntStream.range(0, SIZE).filter(id -> id % SPARSE == 0).toArray();
  }

  /**
   * The best child of each of k parents, where some documents have no vector and some are deleted.
   */
  public void testChildren() throws IOException {
    VectorCorpus corpus =
        new VectorCorpus(
            "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 96, 31);
    Families families = new Families(corpus, 3);
    int parents = 900;
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      for (int parent = 0; parent < parents; parent++) {
        families.add(writer, parent, corpus::randomVector);
      }
      Query deleted = IntPoint.newRangeQuery("number", 30, 59);
      writer.deleteDocuments(deleted);
      for (int id = 30; id < 60; id++) {
        corpus.remove(id);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        BitSetProducer isParent = Families.parents();
        Query filter = IntPoint.newRangeQuery("number", 0, ACCEPTED - 1);
        int found = 0;
        for (int i = 0; i < 20; i++) {
          float[] target = (float[]) corpus.randomVector();
          Query query =
              new DiversifyingChildrenFloatKnnVectorQuery("vector", target, filter, K, isParent);
          ScoreDoc[] hits = new IndexSearcher(reader).search(query, K).scoreDocs;
          assertEquals(K, hits.length);
          corpus.check(reader, target, hits, id -> id < ACCEPTED);
          families.checkOneOfEach(hits);
          float worst = families.bestScores(target, K, id -> id < ACCEPTED).get(K - 1);
          for (ScoreDoc hit : hits) {
            found += hit.score >= worst - 1e-5f ? 1 : 0;
          }
        }
        assertTrue(found + " of 200 found", found >= 190);
      }
    }
  }

  /** So wide a search that thousands of accepted nodes are scanned, more than in one slice. */
  public void testSeveralSlices() throws IOException {
    VectorCorpus corpus =
        new VectorCorpus(
            "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 100, 19);
    try (ReadCounts directory = new ReadCounts(new ByteBuffersDirectory());
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, SIZE, 1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        Query filter = IntPoint.newRangeQuery("number", 500, 6499);
        EfSearch wide = new EfSearch(2000);
        double recall = 0;
        for (int i = 0; i < 5; i++) {
          Object target = corpus.randomVector();
          directory.take("vec");
          recall += corpus.recall(reader, target, K, filter, wide, id -> id >= 500 && id < 6500);
          int vectors = directory.take("vec");
          assertTrue(vectors + " read", vectors > 40 && vectors < 5000);
        }
        assertTrue("recall " + recall / 5, recall / 5 >= 0.98);
      }
    }
  }

  /** Vectors so near to each other, beside their length, that own codes cannot tell them apart. */
  public void testConcentratedVectors() throws IOException {
    for (VectorSimilarityFunction similarity :
        List.of(
            VectorSimilarityFunction.EUCLIDEAN,
            VectorSimilarityFunction.COSINE,
            VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT)) {
      for (float offset : new float[] {5, 20, 100}) {
        VectorCorpus corpus =
            new VectorCorpus("vector", VectorEncoding.FLOAT32, similarity, 256, 23);
        try (Directory directory = newDirectory();
            IndexWriter writer = new IndexWriter(directory, config())) {
          for (int id = 0; id < 3000; id++) {
            writer.addDocument(corpus.documentWithVector(id, shifted(corpus, offset)));
          }
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            Query filter = IntPoint.newRangeQuery("number", 0, ACCEPTED - 1);
            double recall = 0;
            for (int i = 0; i < 10; i++) {
              recall +=
                  corpus.recall(
                      reader, shifted(corpus, offset), K, filter, null, id -> id < ACCEPTED);
            }
            assertTrue(similarity + ", " + offset + ": recall " + recall / 10, recall >= 9.8);
          }
        }
      }
    }
  }

  private static float[] shifted(VectorCorpus corpus, float offset) {
    float[] vector = (float[]) corpus.randomVector();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += offset;
    }
    return vector;
  }

  /** Whatever stands in centroid and codes, hits are distinct, accepted, and as many as wanted. */
  public void testDamagedCodes() throws IOException {
    Path home = createTempDir();
    VectorCorpus corpus =
        new VectorCorpus(
            "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 128, 29);
    try (Directory directory = new MMapDirectory(home);
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, 3000, 1);
    }
    ForgedFile file = new ForgedFile(home, "vex");
    byte[] sound = file.original();
    int codes = sound.length - 16 - 3000 * 32;
    int[] hostile = {0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 0xff7fffff, 0};
    for (int word : hostile) {
      for (int at : new int[] {codes - 512, codes + 16, codes + 20}) {
        byte[] forged = sound.clone();
        for (int row = 0; row < 3000; row += at < codes ? 3000 : 2) {
          ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 32 * row, word);
        }
        file.write(forged);
        try (Directory directory = new MMapDirectory(home);
            DirectoryReader reader = DirectoryReader.open(directory)) {
          Query filter = IntPoint.newRangeQuery("number", 0, ACCEPTED - 1);
          float[] target = (float[]) corpus.randomVector();
          for (Query query :
              List.of(
                  corpus.query(target, K, filter, null),
                  new CairnKnnQuery("vector", target, K, 50, filter))) {
            ScoreDoc[] hits = new IndexSearcher(reader).search(query, K).scoreDocs;
            assertEquals(K, hits.length);
            corpus.check(reader, target, hits, id -> id < ACCEPTED);
          }
        }
      }
    }
    file.write(sound);
  }

  /** A look at 32 codes counts as one hop does, which shows as many; a limit holds. */
  public void testVisitedCount() throws IOException {
    VectorCorpus corpus =
        new VectorCorpus(
            "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 100, 5);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, 3000, 1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        LeafReader leaf = getOnlyLeafReader(reader);
        FixedBitSet bits = new FixedBitSet(leaf.maxDoc());
        bits.set(500, 500 + ACCEPTED);
        for (int limit : new int[] {Integer.MAX_VALUE, ACCEPTED / 32 + 130, ACCEPTED / 32}) {
          TopKnnCollector collector = new TopKnnCollector(K, limit, new EfSearch(50));
          leaf.searchNearestVectors(
              "vector",
              (float[]) corpus.randomVector(),
              collector,
              AcceptDocs.fromIteratorSupplier(
                  () -> new BitSetIterator(bits, ACCEPTED), null, leaf.maxDoc()));
          boolean isEnough = limit > ACCEPTED / 32 + 1;
          assertEquals(!isEnough, collector.earlyTerminated());
          assertEquals(isEnough ? Math.ceilDiv(ACCEPTED, 32) : limit, collector.visitedCount());
          assertEquals(K, collector.topDocs().scoreDocs.length);
        }
      }
    }
  }
}
