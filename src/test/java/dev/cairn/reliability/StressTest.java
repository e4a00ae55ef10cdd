/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.codec.EfSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Bits;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Writers, deleters, refreshes, merges with several workers, searches with filters and timeouts,
 * readers closed under searches, all at once; each search is judged by brute force over the very
 * reader that it ran on. Afterwards nothing is open, mapped or running that was not before.
 */
public class StressTest {
  private static final int IDS = 1500;

  /** Buffers that threads of the JDK keep for reading and writing files. */
  private static final long MOST_NATIVE_BYTES_LEFT = 1 << 20;

  private static final int K = 8;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final AtomicBoolean isOver = new AtomicBoolean();
  private final AtomicLong searches = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong closedUnder = new AtomicLong();
  private final AtomicLong interrupts = new AtomicLong();
  private final AtomicLong judged = new AtomicLong();
  private final AtomicLong found = new AtomicLong();
  private final AtomicLong wanted = new AtomicLong();

  @Test
  public void everythingAtOnce() throws Exception {
    Path path = folder.newFolder().toPath();
    round(path, 500); // classes, pools and threads that stay
    long files = openFiles();
    int threads = threads();
    long mapped = mapped(path);
    OptionalLong outsideHeap = NativeMemory.settledBytes();
    round(path, 5_000 * Tally.factor());
    assertEquals("files left open", files, openFiles(), 2);
    assertEquals("mappings left", mapped, mapped(path));
    for (int i = 0; i < 50 && threads() > threads; i++) {
      Thread.sleep(100);
    }
    assertTrue("threads left: " + threads() + " of " + threads, threads() <= threads + 1);
    if (outsideHeap.isPresent()) {
      long more = NativeMemory.settledBytes().getAsLong() - outsideHeap.getAsLong();
      assertTrue(more + " bytes left outside the heap", more < MOST_NATIVE_BYTES_LEFT);
      Tally.add("under load: KiB of native memory kept afterwards", Math.max(0, more >> 10));
    }
    assertTrue("searches", searches.get() > 100);
    assertTrue("readers closed under a search", closedUnder.get() > 0);
    double recall = (double) found.get() / wanted.get();
    assertTrue("recall " + recall, recall > 0.95);
    Tally.add("under load: searches", searches.get());
    Tally.add("under load: searches judged by brute force", judged.get());
    Tally.add("under load: changes", changes.get());
    Tally.add("under load: readers closed under searches", closedUnder.get());
    Tally.add("under load: interrupts by the JVM as it unmaps", interrupts.get());
  }

  private void round(Path path, int millis) throws Exception {
    isOver.set(false);
    ExecutorService merges = Executors.newFixedThreadPool(2);
    ExecutorService executor = Executors.newFixedThreadPool(6);
    TieredMergePolicy policy = new TieredMergePolicy();
    policy.setSegmentsPerTier(3);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(new CairnCodec(new CairnHnswVectorsFormat(8, 40, 2, merges)))
            .setMaxBufferedDocs(60)
            .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH)
            .setMergePolicy(policy);
    try (Directory directory = new MMapDirectory(path);
        IndexWriter writer = new IndexWriter(directory, config);
        SearcherManager manager = new SearcherManager(writer, null)) {
      for (int id = 0; id < 300; id++) {
        writer.updateDocument(new Term("id", "" + id), VersionedDocuments.document(id, 0));
      }
      List<Future<?>> tasks = new ArrayList<>();
      tasks.add(executor.submit(() -> repeat(() -> change(writer), 1)));
      tasks.add(executor.submit(() -> repeat(() -> change(writer), 2)));
      tasks.add(executor.submit(() -> repeat(() -> refresh(manager, writer), 3)));
      tasks.add(executor.submit(() -> repeat(() -> searchOnce(manager), 4)));
      tasks.add(executor.submit(() -> repeat(() -> searchOnce(manager), 5)));
      tasks.add(executor.submit(() -> repeat(() -> closeUnderSearch(writer), 6)));
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      while (System.nanoTime() < end && tasks.stream().noneMatch(Future::isDone)) {
        Thread.sleep(20);
      }
      isOver.set(true);
      for (Future<?> task : tasks) {
        task.get();
      }
    } finally {
      isOver.set(true);
      executor.shutdown();
      assertTrue(executor.awaitTermination(5, TimeUnit.MINUTES));
      merges.shutdown();
      assertTrue(merges.awaitTermination(5, TimeUnit.MINUTES));
    }
  }

  private static final ThreadLocal<Random> RANDOM = new ThreadLocal<>();

  private Void repeat(Callable<Void> task, int seed) throws Exception {
    RANDOM.set(new Random(seed));
    while (!isOver.get()) {
      task.call();
    }
    return null;
  }

  private Void change(IndexWriter writer) throws IOException {
    Random random = RANDOM.get();
    int id = random.nextInt(IDS);
    if (random.nextInt(5) == 0) {
      writer.deleteDocuments(new Term("id", "" + id));
    } else {
      writer.updateDocument(
          new Term("id", "" + id), VersionedDocuments.document(id, random.nextInt(1000)));
    }
    changes.incrementAndGet();
    if (random.nextInt(50) == 0) {
      LockSupport.parkNanos(5_000_000);
    }
    return null;
  }

  private Void refresh(SearcherManager manager, IndexWriter writer) throws IOException {
    manager.maybeRefreshBlocking();
    int what = RANDOM.get().nextInt(40);
    if (what == 0) {
      writer.commit();
    } else if (what == 1) {
      writer.forceMerge(2);
    }
    LockSupport.parkNanos(3_000_000);
    return null;
  }

  private Void searchOnce(SearcherManager manager) throws IOException {
    IndexSearcher shared = manager.acquire();
    try {
      IndexSearcher searcher = new IndexSearcher(shared.getIndexReader());
      Random random = RANDOM.get();
      float[] target = VersionedDocuments.vector(random.nextInt(IDS), random.nextInt(1000));
      int below = random.nextInt(3) == 0 ? IDS / 2 : IDS;
      Query filter = below == IDS ? null : IntPoint.newRangeQuery("number", 0, below - 1);
      boolean mayEnd = random.nextInt(10) == 0;
      if (mayEnd) {
        AtomicLong calls = new AtomicLong();
        searcher.setTimeout(() -> calls.incrementAndGet() > 30);
      }
      ScoreDoc[] hits =
          searcher.search(
                  new KnnFloatVectorQuery("vector", target, K, filter, new EfSearch(100)), K)
              .scoreDocs;
      searches.incrementAndGet();
      check(searcher, target, hits, below, mayEnd || random.nextInt(10) > 0);
    } finally {
      manager.release(shared);
    }
    return null;
  }

  /** Hits are live, distinct, accepted and truly scored; and the best there are, mostly. */
  private void check(
      IndexSearcher searcher, float[] target, ScoreDoc[] hits, int below, boolean isQuick)
      throws IOException {
    float previous = Float.POSITIVE_INFINITY;
    for (ScoreDoc hit : hits) {
      Document stored = searcher.storedFields().document(hit.doc);
      int id = stored.getField("id").numericValue().intValue();
      int version = stored.getField("version").numericValue().intValue();
      assertTrue("document " + id + " of those below " + below, id < below);
      float score =
          VectorSimilarityFunction.EUCLIDEAN.compare(
              target, VersionedDocuments.vector(id, version));
      assertEquals("score of " + id, score, hit.score, 1e-5f);
      assertTrue("sorted", hit.score <= previous);
      previous = hit.score;
    }
    assertEquals(
        "distinct", hits.length, Arrays.stream(hits).mapToInt(hit -> hit.doc).distinct().count());
    if (!isQuick) {
      float[] best = best(searcher, target, below);
      assertEquals("hits", best.length, hits.length);
      judged.incrementAndGet();
      wanted.addAndGet(best.length);
      found.addAndGet(Arrays.stream(hits).filter(hit -> hit.score >= best[0] - 1e-6f).count());
    }
  }

  private static float[] best(IndexSearcher searcher, float[] target, int below)
      throws IOException {
    List<Float> scores = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues("vector");
      Bits live = leaf.reader().getLiveDocs();
      for (int i = 0; values != null && i < values.size(); i++) {
        int doc = values.ordToDoc(i);
        if ((live == null || live.get(doc))
            && leaf.reader().storedFields().document(doc).getField("id").numericValue().intValue()
                < below) {
          scores.add(VectorSimilarityFunction.EUCLIDEAN.compare(target, values.vectorValue(i)));
        }
      }
    }
    scores.sort(null);
    int from = Math.max(0, scores.size() - K);
    float[] best = new float[scores.size() - from];
    for (int i = 0; i < best.length; i++) {
      best[i] = scores.get(from + i);
    }
    return best;
  }

  /** The reader's files go away while a search is in them; it ends, or says so. */
  private Void closeUnderSearch(IndexWriter writer) throws Exception {
    writer.commit();
    DirectoryReader reader = DirectoryReader.open(writer.getDirectory());
    Random random = RANDOM.get();
    float[] target = VersionedDocuments.vector(random.nextInt(IDS), 1);
    Thread closer =
        new Thread(
            () -> {
              try {
                LockSupport.parkNanos(300_000);
                reader.close();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    closer.start();
    try {
      IndexSearcher searcher = new IndexSearcher(reader);
      while (true) {
        searcher.search(new KnnFloatVectorQuery("vector", target, K, null, new EfSearch(300)), K);
      }
    } catch (AlreadyClosedException e) {
      closedUnder.incrementAndGet();
    } catch (NullPointerException e) {
      if (!isOfClosedInput(e)) {
        throw e;
      }
      closedUnder.incrementAndGet();
    } finally {
      joinThroughInterrupts(closer);
    }
    LockSupport.parkNanos(20_000_000);
    return null;
  }

  /**
   * Whether Lucene's mapped input itself came upon what its closing had just taken away: it checks
   * whether it is open first, and slices afterwards.
   */
  private static boolean isOfClosedInput(NullPointerException e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length > 0
        && trace[0].getClassName().startsWith("org.apache.lucene.store.MemorySegmentIndexInput");
  }

  /**
   * The JVM itself interrupts a thread now and then when it takes away mapped memory that the
   * thread is reading: neither Lucene nor Cairn does.
   */
  private void joinThroughInterrupts(Thread thread) {
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupts.incrementAndGet();
      }
    }
    if (Thread.interrupted()) {
      interrupts.incrementAndGet();
    }
  }

  private static long openFiles() throws IOException {
    Path files = Path.of("/proc/self/fd");
    if (!Files.isDirectory(files)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(files)) {
      return open.count();
    }
  }

  private static long mapped(Path path) throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.exists(maps)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(maps)) {
      return lines.filter(line -> line.contains(path.toString())).count();
    }
  }

  private static int threads() {
    return Thread.activeCount();
  }
}
