/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.MemorySegment;

/**
 * Says that a memory segment is off the heap, so that the compiler knows its class.
 *
 * <p>Each access to a segment asks it where it is. Which class answers the compiler learns from
 * what the JDK's own methods have met, whoever called them. Arrays are always among that: the JDK
 * makes segments of them for vectors that are not compiled yet. With mapped files and allocated
 * memory these are more classes than it tells apart, and every access calls a virtual method or
 * two; a scan of 32 neighbours then takes five times as long. After a cast it knows. The cast must
 * be in the method that reads, for that may be compiled by itself.
 */
public final class OffHeap {
  /** The class of allocated memory, of which that of mapped files is a subclass. */
  private static final Class<? extends MemorySegment> CLASS = MemorySegment.NULL.getClass();

  private OffHeap() {}

  /**
   * The same segment.
   *
   * @throws ClassCastException if it is an array's
   */
  public static MemorySegment of(MemorySegment segment) {
    return CLASS.cast(segment);
  }
}
