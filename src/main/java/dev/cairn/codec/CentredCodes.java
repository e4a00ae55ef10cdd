/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.quantization.CentredLayout;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.store.IndexInput;

/**
 * One-bit codes of all nodes relative to one point near the middle of all, in the order of
 * ordinals, as they stand in a file after the layers of a field. They belong to the nodes and not
 * to edges, so that any set of nodes can be looked at without going through the graph.
 */
final class CentredCodes {
  private final IndexInput data;
  private final String field;
  private final long start;
  private final long end;
  private final int codeLength;
  private final StoredBlocks rows;
  private volatile float[] centroid;

  /**
   * Codes in a file.
   *
   * @param start where they start
   */
  CentredCodes(FieldMeta meta, FieldInfo field, IndexInput data, long start) throws IOException {
    this.data = data;
    this.field = field.name;
    this.start = start;
    this.codeLength = Rotation.codeLength(meta.dimension());
    int rowBytes = CentredLayout.rowBytes(codeLength);
    long first = start + (long) codeLength * Float.BYTES;
    this.end = first + (long) meta.size() * rowBytes;
    if (end > data.length()) {
      throw new CorruptIndexException(
          "field \"" + field.name + "\": centred codes end after the file", data);
    }
    this.rows =
        new StoredBlocks(
            data.slice("centred codes of " + field.name, first, end - first), rowBytes);
  }

  /** Where they end. */
  long end() {
    return end;
  }

  /** Bytes of all of it. */
  long bytes() {
    return end - start;
  }

  /** A cursor over the codes, for one search at a time. */
  BlockSource openRows() {
    return rows.cursor();
  }

  /** The point that codes are relative to, rotated. */
  float[] centroid() throws IOException {
    float[] known = centroid;
    if (known == null) {
      known = new float[codeLength];
      try (IndexInput in =
          data.slice("centroid of " + field, start, (long) codeLength * Float.BYTES)) {
        in.readFloats(known, 0, codeLength);
      }
      centroid = known;
    }
    return known;
  }
}
