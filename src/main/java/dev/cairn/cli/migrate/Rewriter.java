/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import dev.cairn.cli.data.Progress;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.search.Sort;
import org.apache.lucene.store.Directory;

/**
 * Writes the segments of one index into another, one for one and in the same order, without the
 * documents that are deleted. Each segment is committed, so that an interrupted run goes on after
 * the last whole one.
 */
final class Rewriter {
  /** In the commits on the way: how many segments of the source are in. */
  private static final String DONE = "cairn.migrated.segments";

  private final DirectoryReader source;
  private final KnnVectorsFormat format;
  private final Progress progress;
  private long left;

  Rewriter(DirectoryReader source, KnnVectorsFormat format, Progress progress) {
    this.source = source;
    this.format = format;
    this.progress = progress;
  }

  /** Refuses what the vectors format cannot hold, before hours go into it. */
  static void check(DirectoryReader source) {
    for (FieldInfo field : FieldInfos.getMergedFieldInfos(source)) {
      if (field.getVectorDimension() > CairnHnswVectorsFormat.MAX_DIMENSIONS) {
        throw new IllegalArgumentException(
            "field \""
                + field.name
                + "\" has "
                + field.getVectorDimension()
                + " dimensions; at most "
                + CairnHnswVectorsFormat.MAX_DIMENSIONS
                + " can be migrated");
      }
    }
  }

  /** How many steps of progress there are. */
  static long steps(DirectoryReader source) throws IOException {
    long steps = 0;
    for (LeafReaderContext leaf : source.leaves()) {
      steps += steps((CodecReader) leaf.reader());
    }
    return steps;
  }

  /** One for each document, and one for each vector, which take the time. */
  private static long steps(CodecReader segment) throws IOException {
    long steps = segment.numDocs();
    for (FieldInfo field : segment.getFieldInfos()) {
      if (field.hasVectorValues()) {
        steps += Verifier.vectors(segment, field).size();
      }
    }
    return steps;
  }

  /** Writes what is not in the target yet; returns how many segments were in it. */
  int run(Directory target) throws IOException {
    Map<String, String> userData = source.getIndexCommit().getUserData();
    int done = done(target);
    if (done > source.leaves().size()) {
      return source.leaves().size(); // the last commit was made
    }
    try (IndexWriter writer = new IndexWriter(target, config(Math.max(0, done)))) {
      try {
        int from = Math.max(0, done);
        List<LeafReaderContext> leaves = source.leaves();
        for (int i = 0; i < leaves.size(); i++) {
          CodecReader segment = (CodecReader) leaves.get(i).reader();
          if (i >= from) {
            add(writer, segment, (i + 1) + " of " + leaves.size());
            Map<String, String> data = new HashMap<>(userData);
            data.put(DONE, String.valueOf(i + 1));
            commit(writer, data);
          } else {
            advance(steps(segment));
          }
        }
        commit(writer, new HashMap<>(userData));
        return from;
      } catch (Throwable failure) {
        try {
          writer.rollback();
        } catch (Throwable second) {
          failure.addSuppressed(second);
        }
        throw failure;
      }
    }
  }

  private static void commit(IndexWriter writer, Map<String, String> data) throws IOException {
    writer.setLiveCommitData(data.entrySet());
    writer.commit();
  }

  /** How many segments are in: -1 for no index yet, more than there are for a finished one. */
  private static int done(Directory target) throws IOException {
    if (!DirectoryReader.indexExists(target)) {
      return -1;
    }
    String done = SegmentInfos.readLatestCommit(target).getUserData().get(DONE);
    return done == null ? Integer.MAX_VALUE : Integer.parseInt(done);
  }

  private IndexWriterConfig config(int done) throws IOException {
    FieldInfos fields = FieldInfos.getMergedFieldInfos(source);
    IndexWriterConfig config =
        new IndexWriterConfig(null)
            .setCodec(KeepingCodec.of(source, format))
            .setMergePolicy(new OneByOne())
            .setMergeScheduler(new SerialMergeScheduler())
            .setUseCompoundFile(false)
            .setCommitOnClose(false)
            .setOpenMode(
                done > 0 ? IndexWriterConfig.OpenMode.APPEND : IndexWriterConfig.OpenMode.CREATE);
    if (done == 0) {
      config.setIndexCreatedVersionMajor(
          SegmentInfos.readLatestCommit(source.directory()).getIndexCreatedVersionMajor());
    }
    if (fields.getSoftDeletesField() != null) {
      config.setSoftDeletesField(fields.getSoftDeletesField());
    }
    if (fields.getParentField() != null) {
      config.setParentField(fields.getParentField());
    }
    for (LeafReaderContext leaf : source.leaves()) {
      Sort sort = leaf.reader().getMetaData().sort();
      if (sort != null) {
        config.setIndexSort(sort);
      }
    }
    return config;
  }

  private void add(IndexWriter writer, CodecReader segment, String name) throws IOException {
    progress.note("segment " + name);
    left = steps(segment);
    if (segment.numDocs() > 0) {
      writer.addIndexes(segment);
    }
    advance(left);
  }

  private void advance(long steps) {
    for (long i = 0; i < steps; i++) {
      progress.step();
    }
  }

  /** Merges nothing, but tells how far the writing of a segment is. */
  private final class OneByOne extends FilterMergePolicy {
    private OneByOne() {
      super(NoMergePolicy.INSTANCE);
    }

    @Override
    public MergeSpecification findMerges(CodecReader... readers) throws IOException {
      MergeSpecification specification = new MergeSpecification();
      specification.add(
          new OneMerge(readers) {
            @Override
            public void checkAborted() throws MergeAbortedException {
              super.checkAborted();
              // asked for each vector, roughly
              if (left > 0) {
                left--;
                progress.step();
              }
            }
          });
      return specification;
    }
  }
}
