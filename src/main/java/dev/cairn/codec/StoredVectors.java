/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.store.IndexInput;

/**
 * The raw vectors of a field in Lucene's flat format.
 *
 * @param values Lucene's view of them
 * @param rows the rows themselves; null for a field without vectors
 */
record StoredVectors(KnnVectorValues values, StoredBlocks rows) {

  /** Nothing to read: any access is a defect of the caller. */
  private static final BlockSource NO_ROWS =
      new BlockSource() {
        @Override
        public void seek(int index) {
          throw new IndexOutOfBoundsException(index);
        }
      };

  static StoredVectors open(KnnVectorsReader reader, FieldInfo field) throws IOException {
    KnnVectorValues values =
        switch (field.getVectorEncoding()) {
          case BYTE -> reader.getByteVectorValues(field.name);
          case FLOAT32 -> reader.getFloatVectorValues(field.name);
        };
    IndexInput slice =
        values.size() > 0 && values instanceof HasIndexSlice sliced ? sliced.getSlice() : null;
    return new StoredVectors(
        values, slice == null ? null : new StoredBlocks(slice, values.getVectorByteLength()));
  }

  /** A cursor over the rows for one search at a time. */
  BlockSource openRows() {
    return rows == null ? NO_ROWS : rows.cursor();
  }

  int size() {
    return values.size();
  }
}
