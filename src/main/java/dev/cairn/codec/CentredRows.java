/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.Centroid;
import dev.cairn.graph.Layer;
import dev.cairn.quantization.CentredEncoder;
import dev.cairn.quantization.CentredLayout;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;

/**
 * {@link CentredCodes} of a graph that is being written: computed as the blocks go by, because
 * their memory may be given back behind them, and kept off the heap until the blocks are written.
 */
final class CentredRows {
  /** Nodes whose mean is the centroid. */
  private static final int SAMPLE = 1024;

  /** Rows written at a time. */
  private static final int ROWS = 128;

  private final FusedBlockLayout layout;
  private final float[] centroid;
  private final CentredEncoder encoder;
  private final byte[] row;
  private final MemorySegment rows;
  private long used;

  /**
   * No rows yet.
   *
   * @param arena owns the memory of as many rows as the layer has nodes
   * @param bottom the layer of all nodes, whose blocks are all still there
   */
  CentredRows(Arena arena, Layer bottom, Metric metric) throws IOException {
    layout = bottom.layout();
    centroid = Centroid.of(bottom, SAMPLE);
    encoder = new CentredEncoder(metric, centroid);
    row = new byte[CentredLayout.rowBytes(centroid.length)];
    rows = arena.allocate((long) row.length * bottom.size(), Long.BYTES);
  }

  /** Adds the node whose block is at an offset of a segment. */
  void add(MemorySegment segment, long block) {
    encoder.encode(layout, segment, block, row);
    MemorySegment.copy(row, 0, rows, ValueLayout.JAVA_BYTE, used, row.length);
    used += row.length;
  }

  /**
   * Writes the centroid and all rows, in the order in which they were added.
   *
   * @param abortCheck run every few rows; may throw
   */
  void write(IndexOutput out, IORunnable abortCheck) throws IOException {
    for (float component : centroid) {
      out.writeInt(Float.floatToIntBits(component));
    }
    byte[] bytes = new byte[ROWS * row.length];
    for (long at = 0; at < used; at += bytes.length) {
      abortCheck.run();
      int length = (int) Math.min(bytes.length, used - at);
      MemorySegment.copy(rows, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
      out.writeBytes(bytes, length);
    }
  }
}
