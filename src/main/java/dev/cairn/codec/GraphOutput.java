/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BuiltGraph;
import dev.cairn.graph.Layer;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;

/** Writes a graph that was built, for flush, sorted flush and merge alike. */
final class GraphOutput {
  /** What the layers' places are multiples of. */
  static final int ALIGNMENT = 64;

  /** Blocks between two checks for an abort. */
  private static final int CHECK_INTERVAL = 1024;

  private GraphOutput() {}

  /**
   * Writes the blocks of all layers, and centred codes of all nodes. The graph is used up: where
   * that is possible, its memory goes back to the system as it is written.
   *
   * @param newToOld the ordinal under which each node was built, by the ordinal it is written with;
   *     null where ordinals stay
   * @param abortCheck run every few blocks; may throw
   * @return the metadata to write
   */
  static FieldMeta write(
      IndexOutput data,
      FieldInfo field,
      CairnHnswParameters parameters,
      BuiltGraph graph,
      int[] newToOld,
      IORunnable abortCheck)
      throws IOException {
    int[] oldToNew = invert(newToOld);
    int levels = graph.levels();
    int[] sizes = new int[levels];
    long[] offsets = new long[levels];
    if (levels > 0) {
      Metric metric = Keys.metric(field.getVectorSimilarityFunction());
      try (Arena arena = Arena.ofConfined()) {
        CentredRows rows = new CentredRows(arena, graph.layer(0), metric);
        for (int level = 0; level < levels; level++) {
          sizes[level] = graph.layer(level).size();
          offsets[level] = data.alignFilePointer(ALIGNMENT);
          writeLayer(data, graph, level, newToOld, oldToNew, rows, abortCheck);
        }
        data.alignFilePointer(ALIGNMENT);
        rows.write(data, abortCheck);
      }
    }
    int entry = graph.entry();
    if (levels == 1 && oldToNew != null) {
      entry = oldToNew[entry];
    }
    return new FieldMeta(
        field.number,
        field.getVectorEncoding(),
        field.getVectorSimilarityFunction(),
        field.getVectorDimension(),
        parameters,
        entry,
        sizes,
        offsets,
        levels > 0);
  }

  private static int[] invert(int[] newToOld) {
    if (newToOld == null) {
      return null;
    }
    int[] oldToNew = new int[newToOld.length];
    for (int i = 0; i < newToOld.length; i++) {
      oldToNew[newToOld[i]] = i;
    }
    return oldToNew;
  }

  private static void writeLayer(
      IndexOutput data,
      BuiltGraph graph,
      int level,
      int[] newToOld,
      int[] oldToNew,
      CentredRows rows,
      IORunnable abortCheck)
      throws IOException {
    Layer layer = graph.layer(level);
    FusedBlockLayout layout = layer.layout();
    byte[] bytes = new byte[layout.bytes()];
    MemorySegment copy = Arena.ofAuto().allocate(oldToNew == null ? 0 : bytes.length);
    boolean inOrder = level > 0 || newToOld == null;
    for (int i = 0; i < layer.size(); i++) {
      if (i % CHECK_INTERVAL == 0) {
        abortCheck.run();
        if (inOrder) {
          graph.release(level, i);
        }
      }
      layer.blocks().seek(inOrder ? i : newToOld[i]);
      MemorySegment block = layer.blocks().segment();
      long at = layer.blocks().offset();
      if (level == 0) {
        rows.add(block, at);
      }
      if (oldToNew != null) {
        MemorySegment.copy(block, at, copy, 0, bytes.length);
        renumber(layout, copy, level, oldToNew);
        block = copy;
        at = 0;
      }
      MemorySegment.copy(block, ValueLayout.JAVA_BYTE, at, bytes, 0, bytes.length);
      data.writeBytes(bytes, bytes.length);
    }
  }

  /**
   * Indices are ordinals on layer 0 alone; upper layers keep the order in which they were built.
   */
  private static void renumber(
      FusedBlockLayout layout, MemorySegment block, int level, int[] oldToNew) {
    int ordinal = oldToNew[layout.ordinal(block, 0)];
    int below = layout.below(block, 0);
    layout.setNode(
        block,
        0,
        ordinal,
        level == 0 ? ordinal : level == 1 ? oldToNew[below] : below,
        layout.nodeFactor(block, 0));
    if (level == 0) {
      int count = layout.count(block, 0);
      for (int slot = 0; slot < count; slot++) {
        layout.setNeighbour(block, 0, slot, oldToNew[layout.neighbour(block, 0, slot)]);
      }
    }
  }
}
