/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Searches through Lucene's queries against brute force. */
public class SearchOracleTest extends LuceneTestCase {
  private static final EfSearch WIDE = new EfSearch(200);

  private static VectorCorpus corpus(
      VectorEncoding encoding, VectorSimilarityFunction similarity, int dimension) {
    return new VectorCorpus("vector", encoding, similarity, dimension, random().nextLong());
  }

  private static VectorCorpus randomCorpus() {
    return corpus(
        RandomPicks.of(VectorEncoding.values()),
        RandomPicks.of(VectorSimilarityFunction.values()),
        atLeast(10));
  }

  /** Picks from arrays. */
  private static final class RandomPicks {
    static <T> T of(T[] values) {
      return values[random().nextInt(values.length)];
    }
  }

  private static IndexWriter writer(Directory directory) throws IOException {
    return new IndexWriter(directory, config());
  }

  private static IndexWriterConfig config() {
    return newIndexWriterConfig().setCodec(new CairnCodec(new CairnHnswVectorsFormat(16, 100)));
  }

  private static void addDocuments(IndexWriter writer, VectorCorpus corpus, int count)
      throws IOException {
    for (int id = 0; id < count; id++) {
      writer.addDocument(corpus.documentWithVector(id));
    }
  }

  public void testEverySimilarityAndEncoding() throws IOException {
    for (VectorEncoding encoding : VectorEncoding.values()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        VectorCorpus corpus = corpus(encoding, similarity, 24);
        try (Directory directory = newDirectory();
            IndexWriter writer = writer(directory)) {
          addDocuments(writer, corpus, 700);
          writer.forceMerge(1);
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            double recall = corpus.meanRecall(reader, 20, 10, null, WIDE, id -> true);
            assertTrue(encoding + ", " + similarity + ": recall " + recall, recall >= 0.95);
            corpus.meanRecall(reader, 10, 10, null, null, id -> true);
          }
        }
      }
    }
  }

  public void testEveryDirectory() throws IOException {
    List<Directory> directories =
        List.of(
            new MMapDirectory(createTempDir()),
            // chunks so small that blocks and rows span several mappings
            new MMapDirectory(createTempDir(), 1L << 12),
            new NIOFSDirectory(createTempDir()),
            new ByteBuffersDirectory(),
            newDirectory());
    for (Directory directory : directories) {
      VectorCorpus corpus = randomCorpus();
      try (directory;
          IndexWriter writer = writer(directory)) {
        addDocuments(writer, corpus, 400);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          double recall = corpus.meanRecall(reader, 10, 10, null, WIDE, id -> true);
          assertTrue(directory + ": recall " + recall, recall >= 0.95);
          corpus.meanRecall(
              reader,
              5,
              10,
              IntPoint.newRangeQuery("number", 50, 250),
              WIDE,
              id -> id >= 50 && id <= 250);
        }
      }
    }
  }

  public void testEveryKindOfDimension() throws IOException {
    for (int dimension : new int[] {1, 2, 3, 63, 64, 65, 1000, 4096}) {
      VectorCorpus corpus =
          corpus(
              VectorEncoding.FLOAT32, RandomPicks.of(VectorSimilarityFunction.values()), dimension);
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory)) {
        addDocuments(writer, corpus, dimension > 1000 ? 60 : 250);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          double recall = corpus.meanRecall(reader, 10, 5, null, WIDE, id -> true);
          assertTrue(dimension + " dimensions: recall " + recall, recall >= 0.9);
        }
      }
    }
  }

  /** The fewer are accepted, the fewer may be missed: a filtered search finds min(k, accepted). */
  public void testFiltersOfAllSelectivities() throws IOException {
    VectorCorpus corpus = randomCorpus();
    int size = 1500;
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      addDocuments(writer, corpus, size);
      if (random().nextBoolean()) {
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int accepted : new int[] {size, 1200, 750, 300, 100, 30, 10, 9, 1}) {
          int from = random().nextInt(size - accepted + 1);
          int to = from + accepted - 1;
          Query filter = IntPoint.newRangeQuery("number", from, to);
          for (int k : new int[] {1, 10, 50}) {
            double recall =
                corpus.meanRecall(reader, 5, k, filter, WIDE, id -> id >= from && id <= to);
            assertTrue(accepted + " accepted, k=" + k + ": recall " + recall, recall >= 0.9);
          }
        }
        Query none = IntPoint.newRangeQuery("number", size, 2 * size);
        assertEquals(1, corpus.meanRecall(reader, 2, 10, none, WIDE, id -> false), 0);
        Query nothing = new MatchNoDocsQuery();
        assertEquals(1, corpus.meanRecall(reader, 2, 10, nothing, null, id -> false), 0);
      }
    }
  }

  /** Accepted documents that are all far from the query, where a walk meets others first. */
  public void testFilterThatAcceptsOnlyFarDocuments() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 16);
    int size = 2000;
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      for (int id = 0; id < size; id++) {
        float[] vector = (float[]) corpus.randomVector();
        vector[0] += id < size / 2 ? 0 : 50;
        writer.addDocument(corpus.documentWithVector(id, vector));
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        Query filter = IntPoint.newRangeQuery("number", size / 2, size);
        double recall = corpus.meanRecall(reader, 20, 10, filter, null, id -> id >= size / 2);
        assertTrue("recall " + recall, recall >= 0.9);
      }
    }
  }

  /** Vectors in few documents, and several fields whose documents differ. */
  public void testSparseFieldsOfManyKinds() throws IOException {
    List<VectorCorpus> corpora = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      corpora.add(
          new VectorCorpus(
              "vector" + i,
              RandomPicks.of(VectorEncoding.values()),
              RandomPicks.of(VectorSimilarityFunction.values()),
              1 + random().nextInt(70),
              random().nextLong()));
    }
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      for (int id = 0; id < 500; id++) {
        Document document = VectorCorpus.document(id);
        for (int i = 0; i < corpora.size(); i++) {
          // from one document in one to one in twelve
          if (random().nextInt(i + 1) == 0) {
            Object vector = corpora.get(i).randomVector();
            corpora.get(i).put(id, vector);
            document.add(corpora.get(i).vectorField(vector));
          }
        }
        writer.addDocument(document);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        Query filter = IntPoint.newRangeQuery("number", 100, 399);
        for (VectorCorpus corpus : corpora) {
          double recall = corpus.meanRecall(reader, 5, 10, null, WIDE, id -> true);
          assertTrue(corpus.field + ": recall " + recall, recall >= 0.85);
          recall = corpus.meanRecall(reader, 5, 10, filter, WIDE, id -> id >= 100 && id <= 399);
          assertTrue(corpus.field + ", filtered: recall " + recall, recall >= 0.85);
        }
      }
    }
  }

  /** More asked for than there is. */
  public void testMoreHitsWantedThanDocuments() throws IOException {
    VectorCorpus corpus = randomCorpus();
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      addDocuments(writer, corpus, 300);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int k : new int[] {299, 300, 301, 10_000}) {
          assertEquals(1, corpus.meanRecall(reader, 3, k, null, null, id -> true), 0);
          assertEquals(1, corpus.meanRecall(reader, 3, k, null, new EfSearch(1), id -> true), 0);
        }
      }
    }
  }

  public void testSingleDocument() throws IOException {
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      VectorCorpus corpus = corpus(RandomPicks.of(VectorEncoding.values()), similarity, 7);
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory)) {
        addDocuments(writer, corpus, 1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          assertEquals(1, corpus.meanRecall(reader, 3, 1, null, null, id -> true), 0);
          assertEquals(1, corpus.meanRecall(reader, 3, 10, null, WIDE, id -> true), 0);
        }
      }
    }
  }

  /** Each vector several times, in random order. */
  public void testDuplicates() throws IOException {
    VectorCorpus corpus = randomCorpus();
    Object[] distinct = new Object[250];
    for (int i = 0; i < distinct.length; i++) {
      distinct[i] = corpus.randomVector();
    }
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      for (int id = 0; id < 1000; id++) {
        writer.addDocument(corpus.documentWithVector(id, RandomPicks.of(distinct)));
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int k : new int[] {1, 10, 100}) {
          double recall = corpus.meanRecall(reader, 10, k, null, WIDE, id -> true);
          assertTrue("k=" + k + ": recall " + recall, recall >= 0.95);
        }
      }
    }
  }

  /**
   * So many of so few that a beam may hold one vector alone: still k true hits, and all are found.
   */
  public void testHundredsOfEachVector() throws IOException {
    VectorCorpus corpus = randomCorpus();
    Object[] few = {corpus.randomVector(), corpus.randomVector(), corpus.randomVector()};
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      for (int id = 0; id < 900; id++) {
        writer.addDocument(corpus.documentWithVector(id, RandomPicks.of(few)));
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        corpus.meanRecall(reader, 10, 20, null, null, id -> true);
        EfSearch all = new EfSearch(900);
        assertEquals(1, corpus.meanRecall(reader, 5, 20, null, all, id -> true), 0);
        assertEquals(1, corpus.meanRecall(reader, 5, 900, null, null, id -> true), 0);
      }
    }
  }
}
