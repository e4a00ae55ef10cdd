/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Exceptions at random operations of the directory, and disks that are full: while flushing,
 * merging and adding indices. Nothing is left open, no file is left over, and what was committed is
 * there. The directory of Lucene's test framework sees to the first two when it is closed.
 */
public class FaultsTest extends LuceneTestCase {
  private static final String NOT_KEPT = "added, not to be kept";

  private static IndexWriterConfig config() {
    return KilledWriter.config().setMergeScheduler(new SerialMergeScheduler());
  }

  /** Something that may fail. */
  private interface Faults {
    void begin(MockDirectoryWrapper directory) throws IOException;
  }

  public void testRandomExceptions() throws IOException {
    int met = 0;
    for (int i = 0; i < 15 * Tally.factor(); i++) {
      double rate = random().nextDouble() * 0.02;
      met +=
          run(
              directory -> {
                directory.setRandomIOExceptionRate(rate);
                directory.setRandomIOExceptionRateOnOpen(rate);
              });
    }
    assertTrue(met > 0);
    Tally.add("I/O exceptions injected and met", met);
  }

  public void testDisksThatAreFull() throws IOException {
    int met = 0;
    for (int i = 0; i < 15 * Tally.factor(); i++) {
      // at any write of a flush or merge
      int room = random().nextInt(150_000);
      met += run(directory -> directory.setMaxSizeInBytes(directory.sizeInBytes() + room));
    }
    assertTrue(met > 0);
    Tally.add("disks filled and met", met);
  }

  /** Commits, then goes on under faults until one is met; returns 1 if one was. */
  private int run(Faults faults) throws IOException {
    int met = 0;
    VersionedDocuments documents = new VersionedDocuments();
    try (MockDirectoryWrapper directory =
            new MockDirectoryWrapper(random(), new ByteBuffersDirectory());
        Directory other = new ByteBuffersDirectory()) {
      directory.setAllowRandomFileNotFoundException(false);
      write(directory, documents, 1 + random().nextInt(4));
      VersionedDocuments more = new VersionedDocuments();
      write(other, more, 2);
      int committed = documents.batch();
      faults.begin(directory);
      boolean isAdding = random().nextInt(3) == 0;
      try (DirectoryReader source = DirectoryReader.open(other);
          IndexWriter writer = new IndexWriter(directory, config())) {
        try {
          for (int i = 0; i < 6; i++) {
            if (isAdding) {
              addAndRemove(writer, source);
            }
            documents.next(writer);
            if (i % 3 == 2) {
              writer.forceMerge(1);
            }
            writer.setLiveCommitData(Map.of(KilledWriter.BATCH, "" + documents.batch()).entrySet());
            writer.commit();
            committed = documents.batch();
          }
        } catch (IOException | IllegalStateException e) {
          met = NOT_KEPT.equals(e.getMessage()) ? 0 : 1;
          end(directory);
          writer.rollback();
        }
        end(directory);
      } catch (IOException | AlreadyClosedException e) {
        met = 1; // while the writer was opened
      }
      end(directory);
      check(directory, committed);
      // usable again
      write(directory, read(directory), 1);
    }
    return met;
  }

  private static void addAndRemove(IndexWriter writer, DirectoryReader source) throws IOException {
    for (LeafReaderContext leaf : source.leaves()) {
      writer.addIndexes((CodecReader) leaf.reader());
    }
    throw new IOException(NOT_KEPT);
  }

  private static void end(MockDirectoryWrapper directory) {
    directory.setRandomIOExceptionRate(0);
    directory.setRandomIOExceptionRateOnOpen(0);
    directory.setMaxSizeInBytes(0);
  }

  private static void write(Directory directory, VersionedDocuments documents, int batches)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config())) {
      for (int i = 0; i < batches; i++) {
        documents.next(writer);
      }
      writer.setLiveCommitData(Map.of(KilledWriter.BATCH, "" + documents.batch()).entrySet());
      writer.commit();
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
      assertEquals(Map.of(), documents.lost(reader, 20));
      return documents;
    }
  }

  private static void check(Directory directory, int committed) throws IOException {
    int batch = read(directory).batch();
    // a commit may have succeeded before what failed after it
    assertTrue(
        "batch " + batch + ", committed " + committed,
        batch == committed || batch == committed + 1);
  }

  /** Formats as parameters go: one that always builds over several layers. */
  public void testManyFieldsUnderFaults() throws IOException {
    for (int i = 0; i < 5 * Tally.factor(); i++) {
      double rate = random().nextDouble() * 0.01;
      try (MockDirectoryWrapper directory =
          new MockDirectoryWrapper(random(), new ByteBuffersDirectory())) {
        directory.setRandomIOExceptionRate(rate);
        IndexWriterConfig config =
            new IndexWriterConfig()
                .setCodec(new CairnCodec(new CairnHnswVectorsFormat(2, 10)))
                .setCommitOnClose(false)
                .setMergeScheduler(new SerialMergeScheduler());
        try (IndexWriter writer = new IndexWriter(directory, config)) {
          for (int id = 0; id < 100; id++) {
            var document = VersionedDocuments.document(id, 0);
            document.add(
                new org.apache.lucene.document.KnnByteVectorField(
                    "bytes" + id % 5, new byte[] {1}));
            writer.addDocument(document);
            if (id % 30 == 0) {
              writer.flush();
            }
          }
          writer.forceMerge(1);
          writer.commit();
        } catch (IOException | IllegalStateException e) {
          Tally.add("I/O exceptions injected and met", 1);
        }
        end(directory);
      }
    }
  }
}
