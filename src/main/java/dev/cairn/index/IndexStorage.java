/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/** Where an index lives, how its files are written, and copies of it. */
final class IndexStorage implements Closeable {
  private static final double MIN_BUFFER_MB = 16;
  private static final double MAX_BUFFER_MB = 1900;

  /** Fewer segments than Lucene's default: each one is another graph to search. */
  private static final double SEGMENTS_PER_TIER = 4;

  /** Segments smaller than this count as equally small when merges are chosen. */
  private static final double FLOOR_MB = 1;

  /** Every graph may grow as large as it will, as hnswlib's one does. */
  private static final double MAX_SEGMENT_MB = 1 << 20;

  private final Path path;
  private final Directory directory;
  private final boolean isTemporary;

  private IndexStorage(Path path, Directory directory, boolean isTemporary) {
    this.path = path;
    this.directory = directory;
    this.isTemporary = isTemporary;
  }

  /** A directory that holds an index, or will. */
  static IndexStorage at(Path path) throws IOException {
    return new IndexStorage(path.toAbsolutePath().normalize(), new MMapDirectory(path), false);
  }

  /** A directory that must hold an index: nothing is created. */
  static IndexStorage existing(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException("no index in " + path + ": it is not a directory");
    }
    return at(path);
  }

  /**
   * A home for an index without a path: files in a temporary directory, mapped into memory, never
   * synced, gone when it is closed or the process ends. Lucene's heap directory would do without
   * files, but a graph must be searched in place, not copied block by block.
   */
  static IndexStorage inMemory() throws IOException {
    Path path = TemporaryDirectories.create();
    Directory unsynced =
        new FilterDirectory(new MMapDirectory(path)) {
          @Override
          public void sync(Collection<String> names) {}

          @Override
          public void syncMetaData() {}
        };
    return new IndexStorage(path, unsynced, true);
  }

  Directory directory() {
    return directory;
  }

  boolean isTemporary() {
    return isTemporary;
  }

  /** Whether a path leads here, by whatever name. */
  boolean isAt(Path other) throws IOException {
    return !isTemporary
        && (path.equals(other.toAbsolutePath().normalize())
            || Files.exists(other) && Files.isSameFile(path, other));
  }

  boolean hasIndex() throws IOException {
    return DirectoryReader.indexExists(directory);
  }

  /** What the last commit says of the index. */
  IndexSettings readSettings() throws IOException {
    if (!hasIndex()) {
      throw new IllegalArgumentException("no index in " + path);
    }
    Map<String, String> data = SegmentInfos.readLatestCommit(directory).getUserData();
    if (!IndexSettings.isIn(data)) {
      throw new IllegalArgumentException("the index in " + path + " was not made by HnswIndex");
    }
    return IndexSettings.fromCommitData(data);
  }

  /** A writer to the index. */
  IndexWriter openWriter(IndexSettings settings, Analyzer analyzer, OpenMode mode)
      throws IOException {
    return openWriter(config(settings, analyzer).setOpenMode(mode));
  }

  /** A writer of a new index whose merges are worked on by several threads, small ones too. */
  IndexWriter openImportWriter(IndexSettings settings, int threads, ExecutorService executor)
      throws IOException {
    var format =
        new CairnHnswVectorsFormat(settings.parameters(), threads, threads > 1 ? executor : null);
    return openWriter(
        config(settings, new StandardAnalyzer(), new QuietMerges())
            .setCodec(new CairnCodec(format))
            .setOpenMode(OpenMode.CREATE));
  }

  /** Prints no failure: whoever adds the indexes is told of it. */
  private static final class QuietMerges extends ConcurrentMergeScheduler {
    @Override
    protected void handleMergeException(Throwable failure) {
      // thrown by addIndexes too
    }
  }

  private IndexWriter openWriter(IndexWriterConfig config) throws IOException {
    try {
      return new IndexWriter(directory, config);
    } catch (LockObtainFailedException e) {
      throw new IllegalStateException(
          "the index in " + path + " is in use, by another process or in this one", e);
    }
  }

  private static IndexWriterConfig config(IndexSettings settings, Analyzer analyzer) {
    return config(settings, analyzer, new ConcurrentMergeScheduler());
  }

  private static IndexWriterConfig config(
      IndexSettings settings, Analyzer analyzer, ConcurrentMergeScheduler scheduler) {
    TieredMergePolicy tiers = new TieredMergePolicy();
    tiers.setSegmentsPerTier(SEGMENTS_PER_TIER);
    tiers.setFloorSegmentMB(FLOOR_MB);
    tiers.setMaxMergedSegmentMB(MAX_SEGMENT_MB);
    tiers.setNoCFSRatio(0);
    scheduler.disableAutoIOThrottle();
    return new IndexWriterConfig(analyzer)
        .setCodec(new CairnCodec(format(settings)))
        .setSoftDeletesField(Fields.DELETED)
        .setMergePolicy(keeping(tiers))
        .setMergeScheduler(scheduler)
        .setUseCompoundFile(false)
        .setRAMBufferSizeMB(bufferMegabytes());
  }

  /** Large merges are worked on by the threads that the merge scheduler offers. */
  private static CairnHnswVectorsFormat format(IndexSettings settings) {
    int threads = Runtime.getRuntime().availableProcessors();
    return new CairnHnswVectorsFormat(settings.parameters(), threads, null);
  }

  /** Keeps elements that are marked deleted. */
  private static MergePolicy keeping(MergePolicy policy) {
    return new SoftDeletesRetentionMergePolicy(
        Fields.DELETED, () -> MatchAllDocsQuery.INSTANCE, policy);
  }

  /**
   * Half of the heap: vectors take about half of what is buffered, graphs are off the heap. As much
   * as possible, for what is flushed together is one graph.
   */
  private static double bufferMegabytes() {
    double half = Runtime.getRuntime().maxMemory() / 2.0 / (1 << 20);
    return Math.clamp(half, MIN_BUFFER_MB, MAX_BUFFER_MB);
  }

  /** Writes the last commit to another directory: what is there stays until all of it is. */
  void copyTo(Path target, IndexSettings settings, Analyzer analyzer) throws IOException {
    try (IndexStorage copy = at(target)) {
      if (copy.hasIndex()) {
        copy.readSettings(); // anything else is not ours to overwrite
      }
      IndexWriter writer =
          copy.openWriter(
              config(settings, analyzer)
                  .setOpenMode(OpenMode.CREATE)
                  .setMergePolicy(NoMergePolicy.INSTANCE));
      try (Directory source = new UnlockedDirectory(directory)) {
        writer.addIndexes(source);
        writer.setLiveCommitData(settings.toCommitData().entrySet());
        writer.close();
      } catch (Throwable t) {
        // closing would commit what there is of the copy, in place of the old index
        IOUtils.closeWhileSuppressingExceptions(t, writer::rollback);
        throw t;
      }
    }
  }

  /** The directory of a writer of our own, whose commits stay as they are while it is read. */
  private static final class UnlockedDirectory extends FilterDirectory {
    private UnlockedDirectory(Directory in) {
      super(in);
    }

    @Override
    public Lock obtainLock(String name) {
      return new Lock() {
        @Override
        public void close() {}

        @Override
        public void ensureValid() {}
      };
    }

    @Override
    public void close() {}
  }

  @Override
  public void close() throws IOException {
    if (isTemporary) {
      IOUtils.close(directory, () -> TemporaryDirectories.delete(path));
    } else {
      directory.close();
    }
  }
}
