/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.CairnCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterDirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.NamedThreadFactory;

/** One search over many segments, against brute force. */
public class CairnKnnQueryTest extends LuceneTestCase {
  private static final int DIMENSION = 24;

  /** Vectors by id, as they were indexed. */
  private static final class Corpus {
    final boolean isByte;
    final VectorSimilarityFunction similarity;
    final List<float[]> vectors = new ArrayList<>();
    final Random random = new Random(random().nextLong());

    Corpus(boolean isByte, VectorSimilarityFunction similarity) {
      this.isByte = isByte;
      this.similarity = similarity;
    }

    float[] vector(int topic) {
      float[] vector = new float[DIMENSION];
      double squared = 0;
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian() + (topic == i ? 8 : 0);
        vector[i] = isByte ? Math.round(8 * vector[i]) : vector[i];
        squared += (double) vector[i] * vector[i];
      }
      if (!isByte && similarity == VectorSimilarityFunction.DOT_PRODUCT) {
        for (int i = 0; i < DIMENSION; i++) {
          vector[i] /= (float) Math.sqrt(squared);
        }
      }
      return vector;
    }

    static byte[] bytes(float[] vector) {
      byte[] bytes = new byte[vector.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) vector[i];
      }
      return bytes;
    }

    Document document(int topic) {
      float[] vector = vector(topic);
      int id = vectors.size();
      vectors.add(vector);
      Document document = new Document();
      document.add(new StringField("key", String.valueOf(id), Field.Store.NO));
      document.add(new NumericDocValuesField("id", id));
      document.add(new IntPoint("number", id));
      document.add(
          isByte
              ? new KnnByteVectorField("v", bytes(vector), similarity)
              : new KnnFloatVectorField("v", vector, similarity));
      return document;
    }

    float score(float[] target, int id) {
      return isByte
          ? similarity.compare(bytes(target), bytes(vectors.get(id)))
          : similarity.compare(target, vectors.get(id));
    }

    Query query(float[] target, int k, int efSearch, Query filter) {
      return isByte
          ? new CairnKnnQuery("v", bytes(target), k, efSearch, filter)
          : new CairnKnnQuery("v", target, k, efSearch, filter);
    }

    /** Searches, checks every hit, and returns the share of the best that was found. */
    double recall(IndexSearcher searcher, float[] target, int k, Query filter, IntPredicate accept)
        throws IOException {
      ScoreDoc[] hits = searcher.search(query(target, k, 100, filter), k).scoreDocs;
      double[] best =
          java.util.stream.IntStream.range(0, vectors.size())
              .filter(accept)
              .mapToDouble(id -> -score(target, id))
              .sorted()
              .limit(k)
              .toArray();
      assertEquals(best.length, hits.length);
      Set<Integer> distinct = new HashSet<>();
      int found = 0;
      float previous = Float.POSITIVE_INFINITY;
      for (ScoreDoc hit : hits) {
        int id = id(searcher, hit.doc);
        assertTrue("accepted: " + id, accept.test(id));
        assertTrue("twice: " + id, distinct.add(id));
        float score = score(target, id);
        assertEquals(score, hit.score, 1e-5f * Math.abs(score) + 1e-6f);
        assertTrue(hit.score <= previous);
        previous = hit.score;
        found += hit.score >= -best[best.length - 1] * (1 - 1e-5) - 1e-6 ? 1 : 0;
      }
      return best.length == 0 ? 1 : (double) found / best.length;
    }
  }

  private static int id(IndexSearcher searcher, int doc) throws IOException {
    for (var leaf : searcher.getIndexReader().leaves()) {
      if (doc < leaf.docBase + leaf.reader().maxDoc()) {
        var ids = leaf.reader().getNumericDocValues("id");
        assertTrue(ids.advanceExact(doc - leaf.docBase));
        return (int) ids.longValue();
      }
    }
    throw new AssertionError(doc);
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig()
        .setCodec(new CairnCodec())
        .setMergePolicy(NoMergePolicy.INSTANCE);
  }

  /** Writes segments of some sizes; a topic for each, or none. */
  private static void fill(IndexWriter writer, Corpus corpus, boolean hasTopics, int... sizes)
      throws IOException {
    for (int segment = 0; segment < sizes.length; segment++) {
      for (int i = 0; i < sizes[segment]; i++) {
        writer.addDocument(corpus.document(hasTopics ? segment : -1));
      }
      writer.flush();
    }
  }

  public void testEverySimilarityWithDeletesAndFilters() throws IOException {
    for (boolean isByte : new boolean[] {false, true}) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        Corpus corpus = new Corpus(isByte, similarity);
        try (Directory directory = newDirectory();
            IndexWriter writer = new IndexWriter(directory, config())) {
          fill(writer, corpus, false, 700, 300, 40, 1, 900);
          Set<Integer> deleted = new HashSet<>();
          for (int i = 0; i < 600; i++) {
            int id = random().nextInt(corpus.vectors.size());
            deleted.add(id);
            writer.deleteDocuments(new Term("key", String.valueOf(id)));
          }
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            double all = 0;
            double filtered = 0;
            for (int i = 0; i < 20; i++) {
              float[] target = corpus.vector(-1);
              all += corpus.recall(searcher, target, 10, null, id -> !deleted.contains(id));
              int from = 90 * i;
              int to = from + new int[] {5, 60, 400, 2000}[i % 4];
              filtered +=
                  corpus.recall(
                      searcher,
                      target,
                      10,
                      IntPoint.newRangeQuery("number", from, to),
                      id -> !deleted.contains(id) && id >= from && id <= to);
            }
            assertTrue(isByte + " " + similarity + ": " + all / 20, all / 20 >= 0.95);
            assertTrue(isByte + " " + similarity + ": " + filtered / 20, filtered / 20 >= 0.95);
          }
        }
      }
    }
  }

  /** A beam may be full of equal vectors; where a scan costs no more, all is scanned. */
  public void testFewVectorsOfWhichManyAreEqual() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()))) {
      float[] near = new float[DIMENSION];
      float[] far = new float[DIMENSION];
      Arrays.fill(near, 1);
      Arrays.fill(far, -1);
      for (int id = 0; id < 300; id++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", id % 2 == 0 ? near : far));
        writer.addDocument(document);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = newSearcher(reader);
        for (int i = 0; i < 100; i++) {
          float[] target = corpus.vector(-1);
          float best =
              Math.max(
                  VectorSimilarityFunction.EUCLIDEAN.compare(target, near),
                  VectorSimilarityFunction.EUCLIDEAN.compare(target, far));
          Query query = new CairnKnnQuery("v", target, 10, 100, null);
          for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
            assertEquals(best, hit.score, 1e-5 * best);
          }
        }
      }
    }
  }

  /** Segments of topics of their own: all hits of a query are in one of them. */
  public void testSegmentsOfTopics() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, true, 400, 400, 400, 400, 400, 400, 400, 400);
      checkRecall(corpus, writer, 8);
    }
  }

  public void testOneSegmentFarLarger() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.COSINE);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, false, 30, 4000, 50, 20, 100);
      checkRecall(corpus, writer, 0);
    }
  }

  private static void checkRecall(Corpus corpus, IndexWriter writer, int topics)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      double sum = 0;
      for (int i = 0; i < 24; i++) {
        float[] target = corpus.vector(topics == 0 ? -1 : i % topics);
        sum += corpus.recall(searcher, target, 20, null, id -> true);
      }
      assertTrue("recall " + sum / 24, sum / 24 >= 0.95);
    }
  }

  /** Many segments at the same width find about as much as one, however hits are spread. */
  public void testManySegmentsFindAsMuchAsOne() throws IOException {
    int[] whole = {7200};
    // of these the overviews show all nodes, of the larger ones a sample
    int[] small = {600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600};
    int[] thirds = {2400, 2400, 2400};
    int[] uneven = {150, 150, 5550, 150, 150, 150, 150, 150, 150, 150, 150, 150};
    for (boolean hasTopics : new boolean[] {false, true}) {
      List<float[]> targets = new ArrayList<>();
      Corpus corpus = new Corpus(false, VectorSimilarityFunction.COSINE);
      for (int i = 0; i < 60; i++) {
        targets.add(corpus.vector(hasTopics ? i % 12 : -1));
      }
      List<float[]> vectors = new ArrayList<>();
      for (int i = 0; i < 7200; i++) {
        vectors.add(corpus.vector(hasTopics ? i / 600 : -1));
      }
      double one = recallOf(vectors, targets, whole);
      for (int[] sizes : List.of(small, thirds, uneven)) {
        double several = recallOf(vectors, targets, sizes);
        String recalls = hasTopics + ": " + one + ", " + several + " " + Arrays.toString(sizes);
        assertTrue(recalls, several >= one - .04);
      }
    }
  }

  /** Mean recall of narrow searches for 10. */
  private static double recallOf(List<float[]> vectors, List<float[]> targets, int[] sizes)
      throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.COSINE;
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      int at = 0;
      for (int size : sizes) {
        for (int i = 0; i < size; i++) {
          Document document = new Document();
          document.add(new KnnFloatVectorField("v", vectors.get(at++), similarity));
          writer.addDocument(document);
        }
        writer.flush();
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(sizes.length, reader.leaves().size());
        IndexSearcher searcher = new IndexSearcher(reader);
        int found = 0;
        for (float[] target : targets) {
          double tenth =
              vectors.stream()
                  .mapToDouble(vector -> -similarity.compare(target, vector))
                  .sorted()
                  .skip(9)
                  .findFirst()
                  .getAsDouble();
          for (ScoreDoc hit :
              searcher.search(new CairnKnnQuery("v", target, 10, 30, null), 10).scoreDocs) {
            found += hit.score >= -tenth - 1e-6 ? 1 : 0;
          }
        }
        return found / 10.0 / targets.size();
      }
    }
  }

  /** Segments searched in several tasks give what a single search gives. */
  public void testSeveralTasks() throws Exception {
    Corpus corpus = new Corpus(random().nextBoolean(), VectorSimilarityFunction.EUCLIDEAN);
    ExecutorService threads = Executors.newFixedThreadPool(3, new NamedThreadFactory("tasks"));
    AtomicInteger tasks = new AtomicInteger();
    Executor executor =
        task -> {
          tasks.incrementAndGet();
          threads.execute(task);
        };
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, false, 700, 300, 1, 900, 500, 40, 600);
      DirectoryReader reader = DirectoryReader.open(writer);
      IndexSearcher searcher = new IndexSearcher(reader, executor);
      double sum = 0;
      for (int i = 0; i < 20; i++) {
        float[] target = corpus.vector(-1);
        tasks.set(0);
        Query found = searcher.rewrite(corpus.query(target, 10, 100, null));
        // where there is one processor there is one task
        assertEquals(Runtime.getRuntime().availableProcessors() > 1, tasks.get() > 0);
        assertEquals(10, searcher.count(found));
        sum += corpus.recall(searcher, target, 10, null, id -> true);
        int to = random().nextInt(corpus.vectors.size());
        Query filter = IntPoint.newRangeQuery("number", 0, to);
        corpus.recall(searcher, target, 10, filter, id -> id <= to);
      }
      assertTrue("recall " + sum / 20, sum / 20 >= 0.95);
      for (int calls : new int[] {0, 30, 100_000}) {
        IndexSearcher limited = new IndexSearcher(reader, executor);
        AtomicInteger left = new AtomicInteger(calls);
        limited.setTimeout(() -> left.decrementAndGet() < 0);
        int hits =
            limited.search(corpus.query(corpus.vector(-1), 10, 100, null), 10).scoreDocs.length;
        assertTrue(hits <= 10 && (calls < 100_000 || hits == 10));
      }
      IndexSearcher failing = new IndexSearcher(reader, executor);
      failing.setTimeout(
          () -> {
            throw new IllegalStateException("a task failed");
          });
      expectThrows(
          IllegalStateException.class,
          () -> failing.search(corpus.query(corpus.vector(-1), 10, 100, null), 10));
      reader.close();
      expectThrows(
          AlreadyClosedException.class,
          () -> searcher.search(corpus.query(corpus.vector(-1), 10, 100, null), 10));
    } finally {
      threads.shutdown();
    }
  }

  /** Wrappers that only look on are seen through; what they hide stays hidden. */
  public void testWrappedReaders() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config().setSoftDeletesField("soft"))) {
      fill(writer, corpus, false, 500, 500);
      for (int id = 0; id < 1000; id += 3) {
        writer.updateDocValues(
            new Term("key", String.valueOf(id)), new NumericDocValuesField("soft", 1));
      }
      try (DirectoryReader open = DirectoryReader.open(writer);
          DirectoryReader soft = new SoftDeletesDirectoryReaderWrapper(open, "soft");
          DirectoryReader counting = new CountingReader(soft)) {
        float[] target = corpus.vector(-1);
        IntPredicate isLive = id -> id % 3 != 0;
        assertTrue(corpus.recall(new IndexSearcher(soft), target, 10, null, isLive) >= 0.9);
        CountingReader.searches = 0;
        assertTrue(corpus.recall(new IndexSearcher(counting), target, 10, null, isLive) >= 0.9);
        assertEquals("searched through the wrapper", 2, CountingReader.searches);
      }
    }
  }

  /** A reader that has a say in vector searches, and must not be bypassed. */
  private static final class CountingReader extends FilterDirectoryReader {
    static int searches;

    CountingReader(DirectoryReader in) throws IOException {
      super(
          in,
          new SubReaderWrapper() {
            @Override
            public LeafReader wrap(LeafReader reader) {
              return new FilterLeafReader(reader) {
                @Override
                public void searchNearestVectors(
                    String field, float[] target, KnnCollector collector, AcceptDocs accepted)
                    throws IOException {
                  searches++;
                  super.searchNearestVectors(field, target, collector, accepted);
                }

                @Override
                public CacheHelper getCoreCacheHelper() {
                  return in.getCoreCacheHelper();
                }

                @Override
                public CacheHelper getReaderCacheHelper() {
                  return in.getReaderCacheHelper();
                }
              };
            }
          });
    }

    @Override
    protected DirectoryReader doWrapDirectoryReader(DirectoryReader in) throws IOException {
      return new CountingReader(in);
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return null;
    }
  }

  /** Segments of another format are searched apart. */
  public void testOtherFormats() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, config().setCodec(TestUtil.getDefaultCodec()))) {
        fill(writer, corpus, false, 300);
      }
      try (IndexWriter writer =
          new IndexWriter(directory, config().setOpenMode(IndexWriterConfig.OpenMode.APPEND))) {
        fill(writer, corpus, false, 300, 300);
        checkRecall(corpus, writer, 0);
      }
    }
  }

  /** Segments mapped into memory beside others that are read. */
  public void testMappedAndReadSegments() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.DOT_PRODUCT);
    try (Directory mapped = new MMapDirectory(createTempDir());
        Directory read = new NIOFSDirectory(createTempDir())) {
      for (Directory directory : new Directory[] {mapped, read}) {
        try (IndexWriter writer = new IndexWriter(directory, config())) {
          fill(writer, corpus, false, 300, 200);
        }
      }
      try (IndexReader reader =
          new MultiReader(DirectoryReader.open(mapped), DirectoryReader.open(read))) {
        IndexSearcher searcher = new IndexSearcher(reader);
        double recall = 0;
        for (int i = 0; i < 20; i++) {
          Query filter = i % 2 == 0 ? null : IntPoint.newRangeQuery("number", 100, 899);
          recall +=
              corpus.recall(
                  searcher,
                  corpus.vector(-1),
                  10,
                  filter,
                  id -> filter == null || id >= 100 && id < 900);
        }
        assertTrue("recall " + recall / 20, recall / 20 >= .95);
      }
    }
  }

  /** Running out of time gives what was found. */
  public void testTimeouts() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, false, 600, 600, 600);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int calls : new int[] {0, 3, 30, 100_000}) {
          IndexSearcher searcher = new IndexSearcher(reader);
          int[] left = {calls};
          searcher.setTimeout(() -> --left[0] < 0);
          float[] target = corpus.vector(-1);
          Query query = corpus.query(target, 10, 50, null);
          int hits = searcher.search(query, 10).scoreDocs.length;
          assertTrue(hits <= 10);
          assertTrue(calls < 100_000 || hits == 10);
        }
      }
    }
  }

  /** Searches of several threads at once, while the index changes. */
  public void testConcurrentlyUnderWrites() throws Exception {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, false, 400, 400);
      DirectoryReader reader = DirectoryReader.open(writer);
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 50; i++) {
          writer.addDocument(corpus.document(-1));
        }
        int size = corpus.vectors.size();
        DirectoryReader next = DirectoryReader.openIfChanged(reader, writer);
        reader.close();
        reader = next;
        IndexSearcher searcher = new IndexSearcher(reader);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 3; t++) {
          float[] target = corpus.vectors.get(size - 1 - t);
          int expected = size - 1 - t;
          Thread thread =
              new Thread(
                  () -> {
                    try {
                      for (int i = 0; i < 20; i++) {
                        int doc =
                            searcher.search(corpus.query(target, 5, 60, null), 5).scoreDocs[0].doc;
                        assertEquals(expected, id(searcher, doc));
                      }
                    } catch (Throwable failure) {
                      failures.add(failure);
                    }
                  });
          threads.add(thread);
          thread.start();
        }
        for (Thread thread : threads) {
          thread.join();
        }
        assertEquals(List.of(), failures);
      }
      reader.close();
    }
  }

  /** Pages join without gaps or repeats. */
  public void testPages() throws IOException {
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, false, 300, 300);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        CairnKnnQuery query = new CairnKnnQuery("v", corpus.vector(-1), 10, 400, null);
        ScoreDoc[] all = searcher.search(query.withK(40), 40).scoreDocs;
        ScoreDoc last = null;
        for (int page = 0; page < 4; page++) {
          ScoreDoc[] hits = query.nextPage(searcher, last).scoreDocs;
          assertEquals(10, hits.length);
          for (int i = 0; i < 10; i++) {
            assertEquals(all[10 * page + i].doc, hits[i].doc);
          }
          last = hits[9];
        }
      }
    }
  }

  public void testErrorsNameFieldAndValue() throws IOException {
    float[] vector = new float[DIMENSION];
    vector[3] = Float.NaN;
    refuses("component 3", () -> new CairnKnnQuery("v", vector, 1, 1, null));
    vector[3] = Float.NEGATIVE_INFINITY;
    refuses("-Infinity", () -> new CairnKnnQuery("v", vector, 1, 1, null));
    vector[3] = 0;
    refuses("k must be", () -> new CairnKnnQuery("v", vector, 0, 1, null));
    refuses("efSearch must be", () -> new CairnKnnQuery("v", vector, 1, 0, null));
    refuses("1000001", () -> new CairnKnnQuery("v", vector, 1, 1_000_001, null));
    Corpus corpus = new Corpus(false, VectorSimilarityFunction.COSINE);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, false, 10);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        refuses("zero", () -> searcher.search(new CairnKnnQuery("v", vector, 1, 1, null), 1));
        refuses(
            "24 dimensions, the target 3",
            () -> searcher.search(new CairnKnnQuery("v", new float[] {1, 2, 3}, 1, 1, null), 1));
        refuses("\"w\"", () -> searcher.search(new CairnKnnQuery("w", vector, 1, 1, null), 1));
        refuses(
            "FLOAT32",
            () -> searcher.search(new CairnKnnQuery("v", new byte[DIMENSION], 1, 1, null), 1));
      }
    }
  }

  /** A piece of work that may fail. */
  private interface Work {
    void run() throws IOException;
  }

  private static void refuses(String part, Work work) {
    IllegalArgumentException e = expectThrows(IllegalArgumentException.class, work::run);
    assertTrue(e.getMessage(), e.getMessage().contains(part));
  }

  public void testEqualityAndRewriting() throws IOException {
    float[] target = {1, 2};
    Query filter = IntPoint.newRangeQuery("number", 0, 1);
    Query query = new CairnKnnQuery("v", target, 3, 4, filter);
    QueryUtils.check(query);
    assertEquals(query, new CairnKnnQuery("v", target, 3, 4, filter));
    for (Query other :
        List.of(
            new CairnKnnQuery("w", target, 3, 4, filter),
            new CairnKnnQuery("v", new float[] {1, 3}, 3, 4, filter),
            new CairnKnnQuery("v", new byte[] {1, 2}, 3, 4, filter),
            new CairnKnnQuery("v", target, 2, 4, filter),
            new CairnKnnQuery("v", target, 3, 5, filter),
            new CairnKnnQuery("v", target, 3, 4, null))) {
      QueryUtils.checkUnequal(query, other);
    }
    assertTrue(query.toString().contains("efSearch=4"));
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      Corpus corpus = new Corpus(false, VectorSimilarityFunction.EUCLIDEAN);
      fill(writer, corpus, false, 50, 50);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        assertTrue(
            searcher.rewrite(corpus.query(corpus.vector(0), 3, 5, new MatchNoDocsQuery()))
                instanceof MatchNoDocsQuery);
        Query found = searcher.rewrite(corpus.query(corpus.vector(0), 3, 5, null));
        QueryUtils.check(found);
        for (ScoreDoc hit : searcher.search(found, 3).scoreDocs) {
          assertEquals(hit.score, searcher.explain(found, hit.doc).getValue().floatValue(), 0);
        }
      }
    }
  }
}
