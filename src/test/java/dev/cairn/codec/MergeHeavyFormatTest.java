/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.util.IORunnable;

/**
 * Lucene's tests of a vectors format, with small segments and so merges upon merges: the writer
 * claims far more memory for each vector than it uses, and Lucene flushes after some dozens.
 */
public class MergeHeavyFormatTest extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new CairnCodec(new HungryFormat(new CairnHnswVectorsFormat(8, 40)));
  }

  /** Byte fields have no float view. */
  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }

  private static final class HungryFormat extends KnnVectorsFormat {
    private static final long CLAIMED_BYTES_A_VECTOR = 400 << 10;

    private final KnnVectorsFormat delegate;

    private HungryFormat(KnnVectorsFormat delegate) {
      super(delegate.getName());
      this.delegate = delegate;
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return delegate.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String fieldName) {
      return delegate.getMaxDimensions(fieldName);
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      KnnVectorsWriter writer = delegate.fieldsWriter(state);
      return new KnnVectorsWriter() {
        private long added;

        @Override
        public KnnFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
          return counting(writer.addField(fieldInfo));
        }

        private <T> KnnFieldVectorsWriter<T> counting(KnnFieldVectorsWriter<T> field) {
          return new KnnFieldVectorsWriter<>() {
            @Override
            public void addValue(int docID, T vector) throws IOException {
              field.addValue(docID, vector);
              added++;
            }

            @Override
            public T copyValue(T vector) {
              return field.copyValue(vector);
            }

            @Override
            public long ramBytesUsed() {
              return field.ramBytesUsed();
            }
          };
        }

        @Override
        public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
          writer.flush(maxDoc, sortMap);
        }

        @Override
        public void finish() throws IOException {
          writer.finish();
        }

        @Override
        public IORunnable mergeOneField(FieldInfo fieldInfo, MergeState mergeState)
            throws IOException {
          return writer.mergeOneField(fieldInfo, mergeState);
        }

        @Override
        public long ramBytesUsed() {
          return added * CLAIMED_BYTES_A_VECTOR + writer.ramBytesUsed();
        }

        @Override
        public void close() throws IOException {
          writer.close();
        }
      };
    }
  }
}
