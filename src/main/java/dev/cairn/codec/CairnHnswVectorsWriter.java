/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static dev.cairn.codec.CairnHnswVectorsFormat.DATA_CODEC_NAME;
import static dev.cairn.codec.CairnHnswVectorsFormat.DATA_EXTENSION;
import static dev.cairn.codec.CairnHnswVectorsFormat.FLAT_FORMAT;
import static dev.cairn.codec.CairnHnswVectorsFormat.META_CODEC_NAME;
import static dev.cairn.codec.CairnHnswVectorsFormat.META_EXTENSION;
import static dev.cairn.codec.CairnHnswVectorsFormat.VERSION_CURRENT;

import dev.cairn.graph.BuiltGraph;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;

/** Writes raw vectors through Lucene's flat format and graphs beside them. */
final class CairnHnswVectorsWriter extends KnnVectorsWriter {
  private static final long SHALLOW_SIZE =
      RamUsageEstimator.shallowSizeOfInstance(CairnHnswVectorsWriter.class);

  private final SegmentWriteState state;
  private final CairnHnswParameters parameters;
  private final int mergeWorkers;
  private final Executor mergeExecutor;
  private final List<GraphFieldWriter<?>> fields = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private FlatVectorsWriter flat;
  private IndexOutput meta;
  private IndexOutput data;
  private FlatVectorsReader mergedVectors;
  private boolean isFlatFinished;
  private boolean isFinished;
  private boolean isClosed;

  /**
   * A writer of one segment.
   *
   * @param mergeWorkers most threads that build the graph of a merged field
   * @param mergeExecutor where they run, or null for what the merge scheduler offers
   */
  CairnHnswVectorsWriter(
      SegmentWriteState state,
      CairnHnswParameters parameters,
      int mergeWorkers,
      Executor mergeExecutor)
      throws IOException {
    this.state =
        new SegmentWriteState(
            state.infoStream,
            new PagedDirectory(state.directory),
            state.segmentInfo,
            state.fieldInfos,
            state.segUpdates,
            state.context,
            state.segmentSuffix);
    this.parameters = parameters;
    this.mergeWorkers = mergeWorkers;
    this.mergeExecutor = mergeExecutor;
    try {
      flat = FLAT_FORMAT.fieldsWriter(this.state);
      meta = create(META_EXTENSION, META_CODEC_NAME);
      data = create(DATA_EXTENSION, DATA_CODEC_NAME);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, this);
      throw t;
    }
  }

  private IndexOutput create(String extension, String codecName) throws IOException {
    IndexOutput out =
        state.directory.createOutput(
            IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension),
            state.context);
    try {
      CodecUtil.writeIndexHeader(
          out, codecName, VERSION_CURRENT, state.segmentInfo.getId(), state.segmentSuffix);
      return out;
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, out);
      throw t;
    }
  }

  @Override
  public KnnFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
    GraphFieldWriter<?> field =
        newField(fieldInfo, (FlatFieldVectorsWriter<?>) flat.addField(fieldInfo));
    fields.add(field);
    return field;
  }

  private <T> GraphFieldWriter<T> newField(FieldInfo info, FlatFieldVectorsWriter<T> vectors) {
    return new GraphFieldWriter<>(info, vectors, parameters, arena);
  }

  @Override
  public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
    flat.flush(maxDoc, sortMap);
    for (GraphFieldWriter<?> field : fields) {
      int[] newToOld = null;
      if (sortMap != null) {
        newToOld = new int[field.docsWithField().cardinality()];
        mapOldOrdToNewOrd(field.docsWithField(), sortMap, null, newToOld, null);
      }
      write(field.field(), field.finish(), newToOld, () -> {});
    }
  }

  @Override
  public IORunnable mergeOneField(FieldInfo field, MergeState mergeState) throws IOException {
    flat.mergeOneFlatVectorField(field, mergeState);
    return () -> mergeGraph(field, mergeState);
  }

  private void write(FieldInfo field, BuiltGraph graph, int[] newToOld, IORunnable abortCheck)
      throws IOException {
    GraphOutput.write(data, field, parameters, graph, newToOld, abortCheck).write(meta);
  }

  private void mergeGraph(FieldInfo field, MergeState mergeState) throws IOException {
    StoredVectors vectors = StoredVectors.open(openMergedVectors(), field);
    MergeProgress progress =
        new MergeProgress(
            mergeState,
            state.infoStream,
            "merge " + state.segmentInfo.name + ", field \"" + field.name + "\"");
    try (Arena mergeArena = Arena.ofShared()) {
      BuiltGraph graph =
          new GraphMerge(
                  field,
                  mergeState,
                  parameters,
                  vectors,
                  MergeThreads.of(mergeWorkers, mergeExecutor, mergeState.intraMergeTaskExecutor),
                  progress)
              .run(mergeArena);
      long begin = System.nanoTime();
      write(field, graph, null, mergeState::checkAborted);
      progress.message(
          String.format(
              Locale.ROOT, "blocks written in %.3f s", (System.nanoTime() - begin) / 1e9));
    }
  }

  /** What was merged is read back from its file, so that merging needs no heap for vectors. */
  private FlatVectorsReader openMergedVectors() throws IOException {
    if (mergedVectors == null) {
      finishFlat();
      flat.close();
      mergedVectors =
          FLAT_FORMAT.fieldsReader(
              new SegmentReadState(
                  state.directory,
                  state.segmentInfo,
                  state.fieldInfos,
                  state.context,
                  state.segmentSuffix));
    }
    return mergedVectors;
  }

  private void finishFlat() throws IOException {
    if (!isFlatFinished) {
      isFlatFinished = true;
      flat.finish();
    }
  }

  @Override
  public void finish() throws IOException {
    if (isFinished) {
      throw new IllegalStateException("already finished");
    }
    isFinished = true;
    finishFlat();
    meta.writeInt(-1);
    CodecUtil.writeFooter(meta);
    CodecUtil.writeFooter(data);
  }

  @Override
  public void close() throws IOException {
    if (!isClosed) {
      isClosed = true;
      IOUtils.close(meta, data, flat, mergedVectors, arena::close);
    }
  }

  @Override
  public long ramBytesUsed() {
    long total = SHALLOW_SIZE;
    for (GraphFieldWriter<?> field : fields) {
      total += field.ramBytesUsed();
    }
    return total;
  }
}
