/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A cursor over the fixed-size blocks of one layer. After {@link #seek} the block stands in {@link
 * #segment} at {@link #offset} until the next call. Belongs to one search; never shared by threads.
 */
public abstract class BlockSource {
  /** Where the current block is. */
  protected MemorySegment segment;

  /** Byte offset of the current block in {@link #segment}. */
  protected long offset;

  /** For subclasses. */
  protected BlockSource() {}

  /**
   * Moves to a block.
   *
   * @param index index of the node in its layer, from 0
   */
  public abstract void seek(int index) throws IOException;

  /** The segment of the current block. */
  public final MemorySegment segment() {
    return segment;
  }

  /** The byte offset of the current block. */
  public final long offset() {
    return offset;
  }
}
