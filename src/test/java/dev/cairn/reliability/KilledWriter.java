/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** The process that {@link KillTest} kills: changes, commits and merges without end. */
final class KilledWriter {
  static final String BATCH = "batch";

  private KilledWriter() {}

  static IndexWriterConfig config() {
    TieredMergePolicy merges = new TieredMergePolicy();
    merges.setSegmentsPerTier(2);
    merges.setNoCFSRatio(0.3);
    return new IndexWriterConfig()
        .setCodec(new CairnCodec(new CairnHnswVectorsFormat(6, 30)))
        .setMaxBufferedDocs(10)
        .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH)
        .setCommitOnClose(false)
        .setMergePolicy(merges);
  }

  /** The batch that the last commit ends with. */
  static int batch(Map<String, String> userData) {
    return Integer.parseInt(userData.getOrDefault(BATCH, "0"));
  }

  /** Arguments: the index, and the file that acknowledged commits are written to. */
  public static void main(String[] arguments) throws IOException {
    VersionedDocuments documents = new VersionedDocuments();
    try (Directory directory = FSDirectory.open(Path.of(arguments[0]));
        FileChannel acknowledged =
            FileChannel.open(
                Path.of(arguments[1]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (DirectoryReader.indexExists(directory)) {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          int last = batch(reader.getIndexCommit().getUserData());
          while (documents.batch() < last) {
            documents.next(null);
          }
        }
      }
      try (IndexWriter writer = new IndexWriter(directory, config())) {
        System.out.println("ready");
        while (true) {
          documents.next(writer);
          if (documents.batch() % 7 == 0) {
            writer.forceMerge(1, false);
          }
          writer.setLiveCommitData(Map.of(BATCH, "" + documents.batch()).entrySet());
          writer.commit();
          ByteBuffer number = ByteBuffer.allocate(Integer.BYTES).putInt(0, documents.batch());
          acknowledged.write(number, 0);
          acknowledged.force(false);
        }
      }
    }
  }
}
