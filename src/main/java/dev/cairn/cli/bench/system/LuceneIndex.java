/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.data.Progress;
import dev.cairn.codec.CairnCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/** An index of Lucene's, in a mapped directory, with a format of choice for its vectors. */
final class LuceneIndex implements BuiltIndex {
  static final String VECTOR = "vector";

  /** The row of the data set that a document holds; merges may change the order of documents. */
  private static final String ROW = "row";

  /** Nearly what one segment may hold in memory, so that only the plan decides when to flush. */
  private static final double UNLIMITED_MB = 2000;

  private final MMapDirectory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final int[] rows;
  private final BuildCost cost;

  private LuceneIndex(MMapDirectory directory, BuildCost cost) throws IOException {
    this.directory = directory;
    this.cost = cost;
    DirectoryReader opened = null;
    try {
      opened = DirectoryReader.open(directory);
      rows = rows(opened);
    } catch (Throwable failure) {
      IOUtils.closeWhileSuppressingExceptions(failure, opened, directory);
      throw failure;
    }
    reader = opened;
    searcher = new IndexSearcher(reader);
    // no query is asked twice but to measure it
    searcher.setQueryCache(null);
  }

  static LuceneIndex open(Path path, BuildCost cost) throws IOException {
    return new LuceneIndex(new MMapDirectory(path), cost);
  }

  static LuceneIndex build(
      IndexKind kind, Dataset data, Path path, BuildPlan plan, Progress.Factory progress)
      throws IOException {
    ExecutorService workers =
        plan.mergeWorkers() > 1 ? Executors.newFixedThreadPool(plan.mergeWorkers()) : null;
    MMapDirectory directory = new MMapDirectory(path);
    BuildCost cost;
    try {
      IndexWriterConfig config =
          new IndexWriterConfig()
              .setCodec(new CairnCodec(kind.format(plan, workers)))
              .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
              .setUseCompoundFile(false)
              .setInfoStream(plan.infoStream());
      cost =
          plan.ingestion()
              ? ingest(
                  kind, data, directory, config.setRAMBufferSizeMB(plan.ramBufferMb()), progress)
              : flushAndMerge(kind, data, directory, config, plan, progress);
    } catch (Throwable failure) {
      IOUtils.closeWhileSuppressingExceptions(failure, directory);
      throw failure;
    } finally {
      if (workers != null) {
        workers.shutdown();
      }
    }
    return new LuceneIndex(directory, cost);
  }

  /** Flushes segments of the planned sizes, merging none, and then merges all of them at once. */
  private static BuildCost flushAndMerge(
      IndexKind kind,
      Dataset data,
      MMapDirectory directory,
      IndexWriterConfig config,
      BuildPlan plan,
      Progress.Factory progress)
      throws IOException {
    config
        .setRAMBufferSizeMB(UNLIMITED_MB)
        .setMergePolicy(NoMergePolicy.INSTANCE)
        .setMergeScheduler(new SerialMergeScheduler());
    config.setRAMPerThreadHardLimitMB((int) UNLIMITED_MB + 40);
    try (IndexWriter writer = new IndexWriter(directory, config);
        Progress bar = progress.start("Indexing " + kind.label(), 0, data.size())) {
      Stopwatch watch = new Stopwatch();
      int row = 0;
      for (int size : plan.segments().of(data.size())) {
        for (int end = row + size; row < end; row++) {
          writer.addDocument(document(data, row));
          bar.step();
        }
        bar.note("writing");
        writer.flush();
      }
      writer.commit();
      Stopwatch.Lap index = watch.lap();
      int segments = segmentCount(writer);
      Stopwatch.Lap merge = new Stopwatch.Lap(0, 0);
      if (segments > 1) {
        bar.note("merging " + segments + " segments");
        writer.getConfig().setMergePolicy(allAtOnce(segments));
        writer.forceMerge(1);
        writer.commit();
        merge = watch.lap();
      }
      return new BuildCost(
          index.seconds(), index.cpuSeconds(), merge.seconds(), merge.cpuSeconds(), segments);
    }
  }

  /** Lets the writer flush and merge as it does by default, and merges what is left to one. */
  private static BuildCost ingest(
      IndexKind kind,
      Dataset data,
      MMapDirectory directory,
      IndexWriterConfig config,
      Progress.Factory progress)
      throws IOException {
    config.setMergePolicy(new TieredMergePolicy());
    Stopwatch watch = new Stopwatch();
    Stopwatch.Lap index;
    int segments;
    try (Progress bar = progress.start("Ingesting " + kind.label(), 0, data.size())) {
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int row = 0; row < data.size(); row++) {
          writer.addDocument(document(data, row));
          bar.step();
        }
        bar.note("waiting for merges");
        writer.commit();
        segments = segmentCount(writer);
      }
      index = watch.lap();
      bar.note("merging to one segment");
      IndexWriterConfig last =
          new IndexWriterConfig()
              .setCodec(config.getCodec())
              .setUseCompoundFile(false)
              .setInfoStream(config.getInfoStream())
              .setMergePolicy(new TieredMergePolicy());
      try (IndexWriter writer = new IndexWriter(directory, last)) {
        writer.forceMerge(1);
        writer.commit();
      }
    }
    Stopwatch.Lap merge = watch.lap();
    return new BuildCost(
        index.seconds(), index.cpuSeconds(), merge.seconds(), merge.cpuSeconds(), segments);
  }

  private static int segmentCount(IndexWriter writer) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      return reader.leaves().size();
    }
  }

  private static MergePolicy allAtOnce(int segments) {
    LogDocMergePolicy policy = new LogDocMergePolicy();
    policy.setMergeFactor(segments);
    policy.setNoCFSRatio(0);
    return policy;
  }

  private static Document document(Dataset data, int row) {
    Field vector =
        data.isBytes()
            ? new KnnByteVectorField(VECTOR, data.byteDocument(row), data.similarity())
            : new KnnFloatVectorField(VECTOR, data.documents().row(row), data.similarity());
    Document document = new Document();
    document.add(vector);
    document.add(new NumericDocValuesField(ROW, row));
    return document;
  }

  private static int[] rows(DirectoryReader reader) throws IOException {
    int[] rows = new int[reader.maxDoc()];
    List<LeafReaderContext> leaves = reader.leaves();
    for (LeafReaderContext leaf : leaves) {
      NumericDocValues values = leaf.reader().getNumericDocValues(ROW);
      for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
        if (!values.advanceExact(doc)) {
          throw new IOException("a document of " + reader.directory() + " has no row");
        }
        rows[leaf.docBase + doc] = Math.toIntExact(values.longValue());
      }
    }
    return rows;
  }

  /** The row of the data set that a document holds. */
  int row(int doc) {
    return rows[doc];
  }

  @Override
  public BuildCost cost() {
    return cost;
  }

  @Override
  public SortedMap<String, Long> bytesByPart() throws IOException {
    SortedMap<String, Long> bytes = new TreeMap<>();
    for (String file : directory.listAll()) {
      if (!file.equals(IndexWriter.WRITE_LOCK_NAME)) {
        bytes.merge(Parts.ofFile(file), directory.fileLength(file), Long::sum);
      }
    }
    return bytes;
  }

  @Override
  public Searcher newSearcher(SearchStyle style, Dataset data) {
    return new LuceneSearcher(this, searcher, style, data);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
  }
}
