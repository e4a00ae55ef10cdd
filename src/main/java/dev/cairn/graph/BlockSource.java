/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.simd.OffHeap;
import dev.cairn.simd.SegmentLayouts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A cursor over the fixed-size blocks of one layer. After {@link #seek} the block stands in {@link
 * #segment} at {@link #offset} until the next call. Belongs to one search; never shared by threads.
 */
public abstract class BlockSource {
  private static final int CACHE_LINE = 64;

  /** Blocks that are touched side by side. */
  private static final int TOGETHER = 5;

  /** Where the current block is, off the heap. */
  protected MemorySegment segment;

  /** Byte offset of the current block in {@link #segment}. */
  protected long offset;

  /** Of what was touched: reads whose result is kept nowhere could be optimized away. */
  private long touched;

  /** What turns neighbours of the current block into indices that {@link #seek} takes. */
  protected int base;

  /** For subclasses. */
  protected BlockSource() {}

  /**
   * Moves to a block.
   *
   * @param index index of the node in its layer, from 0
   */
  public abstract void seek(int index) throws IOException;

  /**
   * Whether all blocks are in the same segment, one after the other from its beginning, and stay
   * there when others are sought.
   */
  public boolean isInPlace() {
    return false;
  }

  /** Whether there is anything to gain from {@link #touch}: not where blocks are copied first. */
  protected boolean isTouchable() {
    return true;
  }

  /**
   * Reads one byte of each cache line of blocks that will be wanted soon, so that the lines are on
   * their way together. Of five blocks one line each is read in turn: so their pages are looked up
   * at once, and as many lines are on their way as the processor can ask for. Block by block takes
   * 1.7 times as long. The current block moves.
   *
   * @param indices indices of the nodes
   * @param first the first of these indices
   * @param end the one after the last
   * @param from byte offset in the block of what is to be read
   * @param bytes how much of the block
   */
  public void touch(int[] indices, int first, int end, int from, int bytes) throws IOException {
    if (!isTouchable()) {
      return;
    }
    long sum = 0;
    int last = end - 1;
    int i = first;
    for (; i < last; i += TOGETHER) {
      seek(indices[i]);
      MemorySegment s0 = segment;
      long o0 = offset + from;
      seek(indices[i + 1]);
      MemorySegment s1 = segment;
      long o1 = offset + from;
      // of fewer blocks the last one is read again, which costs next to nothing
      seek(indices[Math.min(i + 2, last)]);
      MemorySegment s2 = segment;
      long o2 = offset + from;
      seek(indices[Math.min(i + 3, last)]);
      MemorySegment s3 = segment;
      long o3 = offset + from;
      seek(indices[Math.min(i + 4, last)]);
      sum += touch(s0, o0, s1, o1, s2, o2, s3, o3, segment, offset + from, bytes);
    }
    if (i == last) {
      seek(indices[i]);
      sum += touch(segment, offset + from, bytes);
    }
    touched += sum;
  }

  private static long touch(
      MemorySegment s0,
      long o0,
      MemorySegment s1,
      long o1,
      MemorySegment s2,
      long o2,
      MemorySegment s3,
      long o3,
      MemorySegment s4,
      long o4,
      int bytes) {
    MemorySegment m0 = OffHeap.of(s0);
    MemorySegment m1 = OffHeap.of(s1);
    MemorySegment m2 = OffHeap.of(s2);
    MemorySegment m3 = OffHeap.of(s3);
    MemorySegment m4 = OffHeap.of(s4);
    long sum = 0;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      sum += m0.get(SegmentLayouts.BYTE, o0 + i);
      sum += m1.get(SegmentLayouts.BYTE, o1 + i);
      sum += m2.get(SegmentLayouts.BYTE, o2 + i);
      sum += m3.get(SegmentLayouts.BYTE, o3 + i);
      sum += m4.get(SegmentLayouts.BYTE, o4 + i);
    }
    return sum;
  }

  private static long touch(MemorySegment segment, long offset, int bytes) {
    MemorySegment memory = OffHeap.of(segment);
    long sum = 0;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      sum += memory.get(SegmentLayouts.BYTE, offset + i); // no more: it may be the last
    }
    return sum;
  }

  /** The segment of the current block, off the heap. */
  public final MemorySegment segment() {
    return segment;
  }

  /** The byte offset of the current block. */
  public final long offset() {
    return offset;
  }

  /**
   * The index of the first node of the graph that the current block belongs to: 0 unless several
   * graphs are searched as one. To be added to the neighbours that a block names.
   */
  public final int base() {
    return base;
  }
}
