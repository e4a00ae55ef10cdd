/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.EdgeCode;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.OwnCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One layer under construction. */
final class BuildLayer {
  private static final int BLOCKS_PER_CHUNK_SHIFT = 5;

  final FusedBlockLayout layout;
  private final NativeBlocks blocks;
  private final BlockSource cursor;
  private int size;

  BuildLayer(Arena arena, FusedBlockLayout layout) {
    this.layout = layout;
    this.blocks = new NativeBlocks(arena, layout.buildBytes(), BLOCKS_PER_CHUNK_SHIFT);
    this.cursor = blocks.cursor();
  }

  int size() {
    return size;
  }

  long bytesUsed() {
    return blocks.bytesUsed();
  }

  /** The layer as a search sees it now. */
  Layer view() {
    return new Layer(layout, blocks.cursor(), size);
  }

  /** Adds a node without neighbours and returns its index. */
  int append(int ordinal, int below, float nodeFactor, OwnCode own) throws IOException {
    int index = size;
    blocks.ensure(index);
    cursor.seek(index);
    layout.setNode(cursor.segment(), cursor.offset(), ordinal, below, nodeFactor);
    layout.setOwn(cursor.segment(), cursor.offset(), own);
    size++;
    return index;
  }

  BlockSource seek(int index) throws IOException {
    cursor.seek(index);
    return cursor;
  }

  void setEdge(
      MemorySegment segment,
      long block,
      int slot,
      int neighbour,
      float key,
      boolean isDiverse,
      EdgeCode code) {
    layout.setEdge(segment, block, slot, neighbour, key, code);
    layout.setDiverse(segment, block, slot, isDiverse);
  }
}
