/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Blocks of a layer under construction, off the heap, in chunks that never move. */
final class NativeBlocks {
  private final BlockMemory memory;
  private final int blockBytes;
  private final int shift;
  private MemorySegment[] chunks = new MemorySegment[4];
  private int chunkCount;
  private int releasedChunks;

  NativeBlocks(BlockMemory memory, int blockBytes, int blocksPerChunkShift) {
    this.memory = memory;
    this.blockBytes = blockBytes;
    this.shift = blocksPerChunkShift;
  }

  void ensure(int index) {
    while (index >> shift >= chunkCount) {
      if (chunkCount == chunks.length) {
        chunks = Arrays.copyOf(chunks, 2 * chunkCount);
      }
      chunks[chunkCount++] = memory.allocate((long) blockBytes << shift);
    }
  }

  long bytesUsed() {
    return ((long) chunkCount * blockBytes) << shift;
  }

  /** Gives back the memory of blocks before an index, which are not read again. */
  void release(int index) {
    while (releasedChunks < index >> shift) {
      memory.release(chunks[releasedChunks]);
      chunks[releasedChunks++] = null;
    }
  }

  BlockSource cursor() {
    return new Cursor(this);
  }

  private static final class Cursor extends BlockSource {
    private final NativeBlocks blocks;

    private Cursor(NativeBlocks blocks) {
      this.blocks = blocks;
    }

    @Override
    public void seek(int index) {
      segment = blocks.chunks[index >> blocks.shift];
      offset = (long) (index & (1 << blocks.shift) - 1) * blocks.blockBytes;
    }
  }
}
