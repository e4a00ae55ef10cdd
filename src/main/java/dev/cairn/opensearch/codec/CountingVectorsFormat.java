/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.codec;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.util.IORunnable;

/**
 * Cairn's format, under its own name, with the work of writing counted. Readers never see it:
 * segments name the format, and Lucene finds that itself.
 */
final class CountingVectorsFormat extends KnnVectorsFormat {
  private final CairnHnswVectorsFormat format;
  private final GraphWork work;

  CountingVectorsFormat(CairnHnswParameters parameters, GraphWork work) {
    super(CairnHnswVectorsFormat.NAME);
    this.format = new CairnHnswVectorsFormat(parameters);
    this.work = work;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new CountingWriter(format.fieldsWriter(state), work);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return format.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return format.getMaxDimensions(field);
  }

  @Override
  public String toString() {
    return format.toString();
  }

  private static final class CountingWriter extends KnnVectorsWriter {
    private final KnnVectorsWriter writer;
    private final GraphWork work;

    CountingWriter(KnnVectorsWriter writer, GraphWork work) {
      this.writer = writer;
      this.work = work;
    }

    @Override
    public KnnFieldVectorsWriter<?> addField(FieldInfo field) throws IOException {
      return writer.addField(field);
    }

    @Override
    public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
      long start = System.nanoTime();
      writer.flush(maxDoc, sortMap);
      work.flushed(System.nanoTime() - start);
    }

    @Override
    public IORunnable mergeOneField(FieldInfo field, MergeState state) throws IOException {
      long start = System.nanoTime();
      IORunnable rest = writer.mergeOneField(field, state);
      work.mergeStarted(vectorsIn(state, field), System.nanoTime() - start);
      if (rest == null) {
        return null;
      }
      return () -> {
        long restStart = System.nanoTime();
        rest.run();
        work.mergeContinued(System.nanoTime() - restStart);
      };
    }

    private static long vectorsIn(MergeState state, FieldInfo field) throws IOException {
      long vectors = 0;
      for (int i = 0; i < state.knnVectorsReaders.length; i++) {
        FieldInfo source = state.fieldInfos[i].fieldInfo(field.name);
        if (state.knnVectorsReaders[i] == null || source == null || !source.hasVectorValues()) {
          continue;
        }
        var values =
            field.getVectorEncoding() == VectorEncoding.BYTE
                ? state.knnVectorsReaders[i].getByteVectorValues(field.name)
                : state.knnVectorsReaders[i].getFloatVectorValues(field.name);
        vectors += values == null ? 0 : values.size();
      }
      return vectors;
    }

    @Override
    public void finish() throws IOException {
      writer.finish();
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }

    @Override
    public long ramBytesUsed() {
      return writer.ramBytesUsed();
    }
  }
}
