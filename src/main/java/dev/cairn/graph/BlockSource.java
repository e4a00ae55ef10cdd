/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.simd.SegmentLayouts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A cursor over the fixed-size blocks of one layer. After {@link #seek} the block stands in {@link
 * #segment} at {@link #offset} until the next call. Belongs to one search; never shared by threads.
 */
public abstract class BlockSource {
  private static final int CACHE_LINE = 64;

  /** Where the current block is. */
  protected MemorySegment segment;

  /** Byte offset of the current block in {@link #segment}. */
  protected long offset;

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
   * Whether every block stays where {@link #seek} found it, in the same segment, when others are
   * sought.
   */
  public boolean isInPlace() {
    return false;
  }

  /**
   * Reads one byte of each cache line of a block that will be wanted soon, so that the lines are on
   * their way while other work is done. The current block stays.
   *
   * @param index index of the node
   * @param bytes how much of the block
   * @return a number without meaning, for the caller to keep, lest the reads be optimized away
   */
  public abstract long touch(int index, int bytes);

  /**
   * The same for a part of a block.
   *
   * @param index index of the node
   * @param from where the part starts
   * @param bytes how long it is
   * @return a number without meaning, for the caller to keep
   */
  public long touch(int index, int from, int bytes) {
    return 0;
  }

  /** Touches memory. */
  protected static long touch(MemorySegment segment, long offset, int bytes) {
    long sum = 0;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      sum += segment.get(SegmentLayouts.BYTE, offset + i); // no more: it may be the last
    }
    return sum;
  }

  /** The segment of the current block. */
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
