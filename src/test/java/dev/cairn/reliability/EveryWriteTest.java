/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.tests.index.SuppressingConcurrentMergeScheduler;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.NamedThreadFactory;

/**
 * Disks that are full from a certain write on, or fail at one write alone: in even steps over all
 * that a flush, a merge and both kinds of {@code addIndexes} write. And merges that are abandoned.
 * After each, no file is open or left over, what was committed is there and nothing else, and the
 * index is written to again.
 */
public class EveryWriteTest extends LuceneTestCase {

  private static final long NEVER = Long.MAX_VALUE / 2;

  /** What writes. */
  private interface Work {
    void run(IndexWriter writer, VersionedDocuments documents, DirectoryReader source)
        throws IOException;
  }

  private ExecutorService workers;
  private Directory template;
  private Directory other;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    workers = Executors.newFixedThreadPool(2, new NamedThreadFactory("merging"));
    template = new ByteBuffersDirectory();
    fill(template, 4);
    other = new ByteBuffersDirectory();
    fill(other, 3);
  }

  @Override
  public void tearDown() throws Exception {
    workers.shutdown();
    assertTrue("threads end", workers.awaitTermination(1, TimeUnit.MINUTES));
    template.close();
    other.close();
    super.tearDown();
  }

  private static void fill(Directory directory, int batches) throws IOException {
    VersionedDocuments documents = new VersionedDocuments();
    IndexWriterConfig config = KilledWriter.config().setMergePolicy(NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < batches; i++) {
        documents.next(writer);
        writer.flush();
      }
      commit(writer, documents);
    }
  }

  private static void commit(IndexWriter writer, VersionedDocuments documents) throws IOException {
    writer.setLiveCommitData(Map.of(KilledWriter.BATCH, "" + documents.batch()).entrySet());
    writer.commit();
  }

  public void testFlush() throws IOException {
    tryEveryWrite("flush", false, (writer, documents, source) -> documents.next(writer));
  }

  public void testMerge() throws IOException {
    tryEveryWrite("merge", false, (writer, documents, source) -> writer.forceMerge(1));
  }

  public void testMergeByWorkers() throws IOException {
    tryEveryWrite("merge by workers", true, (writer, documents, source) -> writer.forceMerge(1));
  }

  public void testAddIndexesFromDirectories() throws IOException {
    tryEveryWrite(
        "addIndexes of directories",
        false,
        (writer, documents, source) -> {
          writer.addIndexes(other);
          writer.deleteAll();
        });
  }

  public void testAddIndexesFromReaders() throws IOException {
    tryEveryWrite(
        "addIndexes of readers",
        false,
        (writer, documents, source) -> {
          CodecReader[] readers =
              source.leaves().stream()
                  .map(LeafReaderContext::reader)
                  .map(CodecReader.class::cast)
                  .toArray(CodecReader[]::new);
          writer.addIndexes(readers);
          writer.deleteAll();
        });
  }

  private IndexWriterConfig config(boolean hasWorkers) {
    TieredMergePolicy merges = new TieredMergePolicy();
    merges.setNoCFSRatio(random().nextBoolean() ? 1 : 0);
    IndexWriterConfig config = KilledWriter.config().setMergePolicy(merges);
    if (!hasWorkers) {
      return config.setMergeScheduler(new SerialMergeScheduler());
    }
    return config
        .setCodec(new CairnCodec(new CairnHnswVectorsFormat(6, 30, 2, workers)))
        .setMergeScheduler(
            new SuppressingConcurrentMergeScheduler() {
              @Override
              protected boolean isOK(Throwable failure) {
                return failure instanceof IOException || failure instanceof AlreadyClosedException;
              }
            });
  }

  private void tryEveryWrite(String name, boolean hasWorkers, Work work) throws IOException {
    long writes = run(hasWorkers, work, NEVER, true).writes;
    int tries = (int) Math.min(writes, 10L * Tally.factor());
    int met = 0;
    for (int i = 0; i < tries; i++) {
      long at = (long) ((i + random().nextDouble()) * writes / tries);
      met += run(hasWorkers, work, at, random().nextInt(4) > 0).isMet ? 1 : 0;
    }
    assertTrue(name + ": " + met + " of " + tries + " met", met >= tries / 2);
    Tally.add("writes that failed, in " + name, met);
    Tally.add("writes there are, in " + name, writes);
  }

  private record Outcome(boolean isMet, long writes) {}

  private Outcome run(boolean hasWorkers, Work work, long at, boolean isFull) throws IOException {
    try (FullDisk disk =
        new FullDisk(new MockDirectoryWrapper(random(), new ByteBuffersDirectory()))) {
      for (String file : template.listAll()) {
        disk.copyFrom(template, file, file, IOContext.DEFAULT);
      }
      disk.sync(Arrays.asList(disk.listAll()));
      VersionedDocuments documents = read(disk);
      int committed = documents.batch();
      long before = disk.writes();
      boolean isDone = false;
      try (DirectoryReader source = DirectoryReader.open(other)) {
        IndexWriter writer = new IndexWriter(disk, config(hasWorkers));
        try {
          disk.failAt(at, isFull);
          work.run(writer, documents, source);
          if (documents.batch() == committed && writer.getDocStats().numDocs > 0) {
            documents.next(writer); // so that there is something to commit
          }
          commit(writer, documents);
          isDone = true;
        } catch (IOException | IllegalStateException e) {
          if (at == NEVER) {
            throw e;
          }
        } finally {
          writer.rollback();
        }
      }
      boolean isMet = disk.end();
      assertTrue("ends without a fault, yet undone", isDone || isMet);
      long writes = disk.writes() - before;
      check(disk, documents, isDone, committed);
      return new Outcome(isMet, writes);
    }
  }

  private static void check(
      Directory directory, VersionedDocuments documents, boolean isDone, int committed)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      if (reader.maxDoc() == 0) {
        assertTrue("emptied by what did not succeed", isDone);
        return;
      }
    }
    VersionedDocuments now = read(directory);
    // a commit that failed at its very end may be there
    assertTrue(
        now.batch() + " of " + committed + " and " + documents.batch(),
        isDone
            ? now.batch() == documents.batch()
            : now.batch() == committed || now.batch() == documents.batch());
    try (IndexWriter writer = new IndexWriter(directory, KilledWriter.config())) {
      now.next(writer);
      commit(writer, now);
    }
    assertEquals(now.batch(), read(directory).batch());
    // a writer that ends in a tragedy leaves the scene as it is; the next one tidies up
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      Set<String> files = new HashSet<>(Arrays.asList(directory.listAll()));
      files.remove(IndexWriter.WRITE_LOCK_NAME);
      assertEquals(new HashSet<>(reader.getIndexCommit().getFileNames()), files);
    }
  }

  private static VersionedDocuments read(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      int batch = KilledWriter.batch(reader.getIndexCommit().getUserData());
      VersionedDocuments documents = new VersionedDocuments();
      while (documents.batch() < batch) {
        documents.next(null);
      }
      assertNull(documents.difference(reader));
      assertEquals(Map.of(), new TreeMap<>(documents.lost(reader, 10)));
      return documents;
    }
  }

  /** The writer is rolled back at a random moment of a merge in the background. */
  public void testAbandonedMerges() throws Exception {
    int abandoned = 0;
    for (int i = 0; i < 10 * Tally.factor(); i++) {
      try (MockDirectoryWrapper directory =
          new MockDirectoryWrapper(random(), new ByteBuffersDirectory())) {
        for (String file : template.listAll()) {
          directory.copyFrom(template, file, file, IOContext.DEFAULT);
        }
        IndexWriter writer = new IndexWriter(directory, config(random().nextBoolean()));
        Thread merging =
            new Thread(
                () -> {
                  try {
                    writer.forceMerge(1);
                  } catch (IOException | IllegalStateException e) {
                    // abandoned
                  }
                });
        merging.start();
        TimeUnit.MICROSECONDS.sleep(random().nextInt(30_000));
        writer.rollback();
        merging.join();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          abandoned += reader.leaves().size() > 1 ? 1 : 0;
        }
        check(directory, read(directory), true, 0);
      }
    }
    Tally.add("merges abandoned", abandoned);
  }
}
