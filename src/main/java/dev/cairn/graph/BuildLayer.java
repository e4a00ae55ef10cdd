/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.OwnCode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** One layer under construction. */
final class BuildLayer {
  /** Few blocks at a time where it is not known how many will come. */
  private static final int SHORT_CHUNK_SHIFT = 5;

  private static final int LONG_CHUNK_SHIFT = 10;

  final FusedBlockLayout layout;
  private final NativeBlocks blocks;
  private int size;

  /** An empty layer that grows. */
  BuildLayer(BlockMemory memory, FusedBlockLayout layout) {
    this.layout = layout;
    this.blocks = new NativeBlocks(memory, layout.buildBytes(), SHORT_CHUNK_SHIFT);
  }

  /** A layer of a known number of nodes, their blocks all zero. */
  BuildLayer(BlockMemory memory, FusedBlockLayout layout, int size) {
    int shift = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    this.layout = layout;
    this.blocks = new NativeBlocks(memory, layout.buildBytes(), Math.min(shift, LONG_CHUNK_SHIFT));
    this.size = size;
    blocks.ensure(size - 1);
  }

  int size() {
    return size;
  }

  long bytesUsed() {
    return blocks.bytesUsed();
  }

  /** The layer as a search sees it now, with a cursor of its own. */
  Layer view() {
    return new Layer(layout, blocks.cursor(), size);
  }

  /** Gives back the memory of nodes before an index, which are not read again. */
  void release(int index) {
    blocks.release(index);
  }

  /** A cursor over the blocks. */
  BlockSource cursor() {
    return blocks.cursor();
  }

  /** Adds a node without neighbours and returns its index. */
  int append(int ordinal, int below, float nodeFactor, OwnCode own) throws IOException {
    int index = size;
    blocks.ensure(index);
    set(blocks.cursor(), index, ordinal, below, nodeFactor, own);
    size++;
    return index;
  }

  /** Sets what belongs to a node alone. */
  void set(BlockSource cursor, int index, int ordinal, int below, float nodeFactor, OwnCode own)
      throws IOException {
    cursor.seek(index);
    MemorySegment segment = cursor.segment();
    layout.setNode(segment, cursor.offset(), ordinal, below, nodeFactor);
    layout.setOwn(segment, cursor.offset(), own);
  }
}
