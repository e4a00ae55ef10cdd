/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.NamedThreadFactory;

/** What an index goes through between documents and searches: deletes, merges, sorting, copying. */
public class IndexLifeTest extends LuceneTestCase {
  private static final EfSearch WIDE = new EfSearch(200);

  private static VectorCorpus randomCorpus() {
    VectorEncoding[] encodings = VectorEncoding.values();
    VectorSimilarityFunction[] similarities = VectorSimilarityFunction.values();
    return new VectorCorpus(
        "vector",
        encodings[random().nextInt(encodings.length)],
        similarities[random().nextInt(similarities.length)],
        atLeast(8),
        random().nextLong());
  }

  private static IndexWriterConfig config() {
    return newIndexWriterConfig().setCodec(new CairnCodec());
  }

  private static void checkRecall(VectorCorpus corpus, DirectoryReader reader) throws IOException {
    double recall = corpus.meanRecall(reader, 10, 10, null, WIDE, id -> true);
    assertTrue(corpus.similarity + " of " + corpus.encoding + ": " + recall, recall >= 0.92);
  }

  private static void delete(IndexWriter writer, VectorCorpus corpus, int id) throws IOException {
    corpus.remove(id);
    writer.deleteDocuments(new Term(VectorCorpus.ID, String.valueOf(id)));
  }

  public void testDeletedDocumentsAreWalkedThrough() throws IOException {
    VectorCorpus corpus = randomCorpus();
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(directory, config().setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int id = 0; id < 900; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
      for (int part = 1; part <= 9; part++) {
        for (int id = 100 * (part - 1); id < 100 * part; id++) {
          if (id % 10 < 8) {
            delete(writer, corpus, id);
          }
        }
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          assertEquals(900 - 80 * part, reader.numDocs());
          checkRecall(corpus, reader);
        }
      }
    }
  }

  /** Nothing is found in an index all of whose documents with vectors are deleted. */
  public void testAllDeleted() throws IOException {
    VectorCorpus corpus = randomCorpus();
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(directory, config().setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int id = 0; id < 200; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
      writer.addDocument(VectorCorpus.document(1000));
      writer.commit();
      for (int id = 0; id < 200; id++) {
        delete(writer, corpus, id);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(1, corpus.meanRecall(reader, 3, 10, null, null, id -> true), 0);
      }
      writer.getConfig().setMergePolicy(newMergePolicy());
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(1, reader.numDocs());
        assertEquals(1, corpus.meanRecall(reader, 3, 10, null, null, id -> true), 0);
      }
    }
  }

  /** Random changes and merges, looked at through near-real-time readers all the while. */
  public void testRandomChanges() throws IOException {
    VectorCorpus corpus = randomCorpus();
    boolean isSorted = random().nextBoolean();
    IndexWriterConfig config = config();
    if (isSorted) {
      config.setIndexSort(new Sort(new SortField("sort", SortField.Type.LONG)));
    }
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config)) {
      DirectoryReader reader = DirectoryReader.open(writer);
      for (int step = 0; step < 1200; step++) {
        int id = random().nextInt(400);
        Term term = new Term(VectorCorpus.ID, String.valueOf(id));
        switch (random().nextInt(5)) {
          case 0 -> delete(writer, corpus, id);
          case 1 -> {
            corpus.remove(id);
            writer.updateDocument(term, VectorCorpus.document(id));
          }
          default -> writer.updateDocument(term, corpus.documentWithVector(id));
        }
        if (step % 150 == 149) {
          DirectoryReader changed = DirectoryReader.openIfChanged(reader, writer);
          if (changed != null) {
            reader.close();
            reader = changed;
          }
          checkRecall(corpus, reader);
          if (random().nextInt(4) == 0) {
            writer.forceMerge(1 + random().nextInt(3));
          }
        }
      }
      reader.close();
    }
  }

  public void testSortedIndex() throws IOException {
    VectorCorpus corpus = randomCorpus();
    boolean isReverse = random().nextBoolean();
    Sort sort = new Sort(new SortField("sort", SortField.Type.LONG, isReverse));
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config().setIndexSort(sort))) {
      for (int id = 0; id < 800; id++) {
        writer.addDocument(id % 3 == 0 ? VectorCorpus.document(id) : corpus.documentWithVector(id));
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        checkRecall(corpus, reader);
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        checkRecall(corpus, reader);
      }
    }
  }

  public void testCompoundFiles() throws IOException {
    for (boolean isCompound : new boolean[] {false, true}) {
      VectorCorpus corpus = randomCorpus();
      IndexWriterConfig config = config().setUseCompoundFile(isCompound);
      config.getMergePolicy().setNoCFSRatio(isCompound ? 1 : 0);
      try (Directory directory = newDirectory()) {
        try (IndexWriter writer = new IndexWriter(directory, config)) {
          for (int id = 0; id < 400; id++) {
            writer.addDocument(corpus.documentWithVector(id));
          }
          writer.forceMerge(1);
        }
        boolean hasOwnFile = Arrays.stream(directory.listAll()).anyMatch(f -> f.endsWith(".vex"));
        assertEquals(!isCompound, hasOwnFile);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          checkRecall(corpus, reader);
        }
      }
    }
  }

  public void testAddIndexes() throws IOException {
    VectorCorpus corpus = randomCorpus();
    try (Directory first = newDirectory();
        Directory second = newDirectory();
        Directory target = newDirectory()) {
      fill(first, corpus, 0, 300);
      fill(second, corpus, 300, 600);
      try (IndexWriter writer = new IndexWriter(target, config())) {
        for (int id = 600; id < 700; id++) {
          writer.addDocument(corpus.documentWithVector(id));
        }
        writer.addIndexes(first);
        try (DirectoryReader reader = DirectoryReader.open(second)) {
          CodecReader[] segments =
              reader.leaves().stream()
                  .map(LeafReaderContext::reader)
                  .map(CodecReader.class::cast)
                  .toArray(CodecReader[]::new);
          writer.addIndexes(segments);
        }
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          assertEquals(700, reader.numDocs());
          checkRecall(corpus, reader);
        }
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          checkRecall(corpus, reader);
        }
      }
    }
  }

  private static void fill(Directory directory, VectorCorpus corpus, int from, int to)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config())) {
      for (int id = from; id < to; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
    }
  }

  /** Segments of other formats are read by their own readers and merged into ours. */
  public void testSegmentsOfLucenesFormat() throws IOException {
    VectorCorpus corpus = randomCorpus();
    try (Directory directory = newDirectory()) {
      KnnVectorsFormat lucene = KnnVectorsFormat.forName("Lucene99HnswVectorsFormat");
      Codec old = new CairnCodec(lucene);
      try (IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig().setCodec(old))) {
        for (int id = 0; id < 300; id++) {
          writer.addDocument(corpus.documentWithVector(id));
        }
      }
      try (IndexWriter writer = new IndexWriter(directory, config())) {
        for (int id = 300; id < 500; id++) {
          writer.addDocument(corpus.documentWithVector(id));
        }
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          checkRecall(corpus, reader);
        }
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          assertEquals(1, reader.leaves().size());
          CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
          assertTrue(GraphFacts.of(segment, "vector").isPresent());
          checkRecall(corpus, reader);
        }
      }
    }
  }

  public void testMergeWorkers() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(3, new NamedThreadFactory("merging"));
    try {
      VectorCorpus corpus = randomCorpus();
      Codec codec = new CairnCodec(new CairnHnswVectorsFormat(8, 60, 3, executor));
      try (Directory directory = newDirectory();
          IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig().setCodec(codec))) {
        for (int id = 0; id < 900; id++) {
          writer.addDocument(corpus.documentWithVector(id));
          if (id % 100 == 0) {
            writer.flush();
          }
        }
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          checkRecall(corpus, reader);
        }
      }
    } finally {
      executor.shutdown();
      assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
    }
  }

  /** Segments are searched by several threads, each with a graph cursor of its own. */
  public void testConcurrentSearches() throws Exception {
    VectorCorpus corpus = randomCorpus();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      for (int id = 0; id < 600; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
      ExecutorService executor =
          Executors.newFixedThreadPool(4, new NamedThreadFactory("searching"));
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        Object[] targets = new Object[16];
        float[][] expected = new float[targets.length][];
        for (int i = 0; i < targets.length; i++) {
          targets[i] = corpus.randomVector();
          expected[i] = scores(corpus, reader, targets[i]);
        }
        var searches =
            java.util.stream.IntStream.range(0, 400)
                .mapToObj(
                    i ->
                        executor.submit(
                            () -> {
                              int target = i % targets.length;
                              float[] actual = scores(corpus, reader, targets[target]);
                              assertArrayEquals(expected[target], actual, 0);
                              return null;
                            }))
                .toList();
        for (var search : searches) {
          search.get();
        }
      } finally {
        executor.shutdown();
        assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
      }
    }
  }

  private static float[] scores(VectorCorpus corpus, DirectoryReader reader, Object target)
      throws IOException {
    var hits = new IndexSearcher(reader).search(corpus.query(target, 10, null, null), 10).scoreDocs;
    float[] scores = new float[hits.length];
    for (int i = 0; i < hits.length; i++) {
      scores[i] = hits[i].score;
    }
    return scores;
  }

  /** A reader that was opened before keeps answering from what it was opened on. */
  public void testOldReadersStayAsTheyWere() throws IOException {
    VectorCorpus corpus = randomCorpus();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      for (int id = 0; id < 200; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
      try (DirectoryReader before = DirectoryReader.open(writer)) {
        Object target = corpus.randomVector();
        float[] expected = scores(corpus, before, target);
        writer.deleteDocuments(new TermQuery(new Term(VectorCorpus.ID, "7")));
        for (int id = 200; id < 400; id++) {
          writer.addDocument(corpus.documentWithVector(id));
        }
        writer.forceMerge(1);
        writer.commit();
        assertArrayEquals(expected, scores(corpus, before, target), 0);
      }
    }
  }
}
