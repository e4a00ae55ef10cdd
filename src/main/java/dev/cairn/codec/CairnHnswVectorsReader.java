/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static dev.cairn.codec.CairnHnswVectorsFormat.DATA_CODEC_NAME;
import static dev.cairn.codec.CairnHnswVectorsFormat.DATA_EXTENSION;
import static dev.cairn.codec.CairnHnswVectorsFormat.FLAT_FORMAT;
import static dev.cairn.codec.CairnHnswVectorsFormat.META_CODEC_NAME;
import static dev.cairn.codec.CairnHnswVectorsFormat.META_EXTENSION;
import static dev.cairn.codec.CairnHnswVectorsFormat.VERSION_CURRENT;
import static dev.cairn.codec.CairnHnswVectorsFormat.VERSION_START;

import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.internal.hppc.IntObjectHashMap;
import org.apache.lucene.internal.hppc.IntObjectHashMap.IntObjectCursor;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.FileDataHint;
import org.apache.lucene.store.FileTypeHint;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;

/** Reads the graphs and raw vectors of a segment and searches them. */
final class CairnHnswVectorsReader extends KnnVectorsReader {
  private final FieldInfos fieldInfos;
  private final IntObjectHashMap<FieldGraph> graphs = new IntObjectHashMap<>();
  private FlatVectorsReader flat;
  private IndexInput data;
  private volatile boolean isClosed;

  CairnHnswVectorsReader(SegmentReadState state) throws IOException {
    this.fieldInfos = state.fieldInfos;
    try {
      flat = FLAT_FORMAT.fieldsReader(state);
      data = openData(state);
      readMeta(state);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, this);
      throw t;
    }
  }

  private static IndexInput openData(SegmentReadState state) throws IOException {
    IndexInput in =
        state.directory.openInput(
            fileName(state, DATA_EXTENSION),
            state.context.withHints(
                FileTypeHint.DATA, FileDataHint.KNN_VECTORS, DataAccessHint.RANDOM));
    try {
      CodecUtil.checkIndexHeader(
          in,
          DATA_CODEC_NAME,
          VERSION_START,
          VERSION_CURRENT,
          state.segmentInfo.getId(),
          state.segmentSuffix);
      CodecUtil.retrieveChecksum(in);
      return in;
    } catch (EOFException e) {
      IOUtils.closeWhileSuppressingExceptions(e, in);
      throw new CorruptIndexException("ends too early", in, e);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, in);
      throw t;
    }
  }

  private static String fileName(SegmentReadState state, String extension) {
    return IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
  }

  private void readMeta(SegmentReadState state) throws IOException {
    try (ChecksumIndexInput meta =
        state.directory.openChecksumInput(fileName(state, META_EXTENSION))) {
      Throwable failure = null;
      try {
        CodecUtil.checkIndexHeader(
            meta,
            META_CODEC_NAME,
            VERSION_START,
            VERSION_CURRENT,
            state.segmentInfo.getId(),
            state.segmentSuffix);
        readFields(meta, CodecUtil.indexHeaderLength(DATA_CODEC_NAME, state.segmentSuffix));
      } catch (EOFException e) {
        failure = new CorruptIndexException("ends too early", meta, e);
      } catch (Throwable t) {
        failure = t;
      } finally {
        CodecUtil.checkFooter(meta, failure);
      }
    }
  }

  /** Reads all fields; their blocks must fill the data file from the end of its header on. */
  private void readFields(IndexInput meta, long dataStart) throws IOException {
    long end = dataStart;
    for (int number = meta.readInt(); number != -1; number = meta.readInt()) {
      FieldInfo info = number < 0 ? null : fieldInfos.fieldInfo(number);
      if (info == null || !info.hasVectorValues() || graphs.containsKey(number)) {
        throw new CorruptIndexException("invalid field number: " + number, meta);
      }
      FieldGraph graph = new FieldGraph(FieldMeta.read(meta, info), info, data, flat, end);
      graphs.put(number, graph);
      end = graph.end();
    }
    if (end != data.length() - CodecUtil.footerLength()) {
      throw new CorruptIndexException(
          "blocks end at " + end + " of " + data.length() + " bytes", data);
    }
  }

  /** The graph of a field, or null when this segment has none. */
  FieldGraph graph(String field) {
    FieldInfo info = fieldInfos.fieldInfo(field);
    return info == null ? null : graphs.get(info.number);
  }

  private FieldGraph graph(String field, VectorEncoding encoding, int dimension) {
    FieldGraph graph = graph(field);
    if (graph == null) {
      throw new IllegalArgumentException("field \"" + field + "\" has no vectors");
    }
    FieldMeta meta = graph.meta();
    if (meta.encoding() != encoding) {
      throw new IllegalArgumentException(
          "field \"" + field + "\" holds " + meta.encoding() + " vectors, not " + encoding);
    }
    if (meta.dimension() != dimension) {
      throw new IllegalArgumentException(
          "field \""
              + field
              + "\" has "
              + meta.dimension()
              + " dimensions, the query vector "
              + dimension);
    }
    return graph;
  }

  @Override
  public void search(String field, float[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    search(field, TargetVector.of(target), collector, acceptDocs);
  }

  @Override
  public void search(String field, byte[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    search(field, TargetVector.of(target), collector, acceptDocs);
  }

  private void search(
      String field, TargetVector target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    FieldGraph graph = graph(field, target.encoding(), target.dimension());
    if (collector instanceof GraphRequest request) {
      request.answer(graph, target.components(), acceptDocs);
      return;
    }
    if (graph.meta().size() == 0 || wantsNothing(collector)) {
      return;
    }
    SearchContext context = graph.acquire();
    context.set(target);
    run(graph, context, collector, acceptDocs);
    graph.release(context);
  }

  /** The {@code k()} of a collector that is not a bounded top-k says nothing. */
  private static boolean wantsNothing(KnnCollector collector) {
    return collector.k() == 0 && collector.minCompetitiveSimilarity() == Float.NEGATIVE_INFINITY;
  }

  private void run(
      FieldGraph graph, SearchContext context, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    try {
      GraphSearch.run(graph, context, collector, acceptDocs);
    } catch (AlreadyClosedException e) {
      throw e;
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | EOFException
        | AssertionError e) {
      // where assertions are on, bit sets have them in the place of exceptions
      if (!isClosed) {
        context.graph().throwIfDamaged(e);
      }
      throw e;
    } catch (IllegalStateException e) {
      // a compound file is closed before its readers are, other files after the flag is set
      if (isClosed || !context.isMapped()) {
        throw new AlreadyClosedException("Already closed: " + data, e);
      }
      throw e;
    }
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String field) throws IOException {
    FieldGraph graph = graph(field);
    if (graph == null || graph.meta().encoding() != VectorEncoding.FLOAT32) {
      // which says what is wrong
      return flat.getFloatVectorValues(field);
    }
    return new LazyFloatValues(flat, field, graph.meta());
  }

  @Override
  public ByteVectorValues getByteVectorValues(String field) throws IOException {
    return flat.getByteVectorValues(field);
  }

  @Override
  public void checkIntegrity() throws IOException {
    flat.checkIntegrity();
    CodecUtil.checksumEntireFile(data);
    for (IntObjectCursor<FieldGraph> graph : graphs) {
      graph.value.checkBlocks(null);
    }
  }

  @Override
  public KnnVectorsReader getMergeInstance() throws IOException {
    flat.getMergeInstance();
    return this;
  }

  @Override
  public void finishMerge() throws IOException {
    flat.finishMerge();
  }

  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo fieldInfo) {
    FieldGraph graph = graph(fieldInfo.name);
    if (graph == null) {
      throw new IllegalArgumentException("field \"" + fieldInfo.name + "\" has no vectors");
    }
    return KnnVectorsReader.mergeOffHeapByteSizeMaps(
        flat.getOffHeapByteSize(fieldInfo), Map.of(DATA_EXTENSION, graph.bytes()));
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    IOUtils.close(flat, data);
  }
}
