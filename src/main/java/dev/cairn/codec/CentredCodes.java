/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.Centroid;
import dev.cairn.graph.Layer;
import dev.cairn.quantization.CentredEncoder;
import dev.cairn.quantization.CentredLayout;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;

/**
 * One-bit codes of all nodes relative to one point near the middle of all, in the order of
 * ordinals, as they stand in a file after the layers of a field. They belong to the nodes and not
 * to edges, so that any set of nodes can be looked at without going through the graph.
 */
final class CentredCodes {
  /** Nodes whose mean is the centroid. */
  private static final int SAMPLE = 1024;

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

  /**
   * Writes codes.
   *
   * @param out stands where they are to start
   * @param bottom the layer of all nodes
   * @param newToOld the index of each node, by the ordinal it is written with; null where they are
   *     the same
   * @param abortCheck run every few nodes; may throw
   */
  static void write(
      IndexOutput out, Layer bottom, Metric metric, int[] newToOld, IORunnable abortCheck)
      throws IOException {
    float[] centroid = Centroid.of(bottom, SAMPLE);
    for (float component : centroid) {
      out.writeInt(Float.floatToIntBits(component));
    }
    CentredEncoder encoder = new CentredEncoder(metric, centroid);
    byte[] row = new byte[CentredLayout.rowBytes(centroid.length)];
    BlockSource blocks = bottom.blocks();
    for (int ordinal = 0; ordinal < bottom.size(); ordinal++) {
      if (ordinal % GraphOutput.CHECK_INTERVAL == 0) {
        abortCheck.run();
      }
      blocks.seek(newToOld == null ? ordinal : newToOld[ordinal]);
      encoder.encode(bottom.layout(), blocks.segment(), blocks.offset(), row);
      out.writeBytes(row, row.length);
    }
  }
}
