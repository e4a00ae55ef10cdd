/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.simd.OffHeap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;

/**
 * Fixed-size blocks, or rows of raw vectors, in a file. Where the directory maps files into memory
 * blocks are read in place; elsewhere each is copied to memory off the heap, so that what follows
 * is the same, see {@link OffHeap}.
 */
final class StoredBlocks {
  private static final int ALIGNMENT = 64;

  private final IndexInput input;
  private final int blockBytes;
  private final MemorySegment mapped;

  /**
   * Blocks.
   *
   * @param input exactly the blocks
   * @param blockBytes bytes of one block
   */
  StoredBlocks(IndexInput input, int blockBytes) throws IOException {
    this.input = input;
    this.blockBytes = blockBytes;
    // null when the slice spans several mappings, as in files of more than 16 GiB
    MemorySegment slice =
        input instanceof MemorySegmentAccessInput access
            ? access.segmentSliceOrNull(0, input.length())
            : null;
    this.mapped = slice != null && OffHeap.contains(slice) ? slice : null;
  }

  /** A cursor of its own for one search at a time. */
  BlockSource cursor() {
    return mapped != null ? new Mapped(mapped, blockBytes) : new Copied(input.clone(), blockBytes);
  }

  private static final class Mapped extends BlockSource {
    private final int blockBytes;

    private Mapped(MemorySegment mapped, int blockBytes) {
      this.segment = mapped;
      this.blockBytes = blockBytes;
    }

    @Override
    public void seek(int index) {
      offset = (long) index * blockBytes;
    }

    @Override
    public boolean isInPlace() {
      return true;
    }
  }

  private static final class Copied extends BlockSource {
    private final IndexInput input;
    private final byte[] buffer;
    private int current = -1;

    private Copied(IndexInput input, int blockBytes) {
      this.input = input;
      this.buffer = new byte[blockBytes];
      this.segment = Arena.ofAuto().allocate(blockBytes, ALIGNMENT);
    }

    @Override
    public void seek(int index) throws IOException {
      if (index == current) {
        return;
      }
      input.seek((long) index * buffer.length);
      input.readBytes(buffer, 0, buffer.length);
      MemorySegment.copy(buffer, 0, segment, ValueLayout.JAVA_BYTE, 0, buffer.length);
      current = index;
    }

    @Override
    protected boolean isTouchable() {
      return false;
    }
  }
}
