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
  /**
   * The class of allocated memory. That of mapped files is a subclass of it in the JDK, which does
   * not say so in its documentation: hence {@link #contains}.
   */
  private static final Class<? extends MemorySegment> CLASS = MemorySegment.NULL.getClass();

  private OffHeap() {}

  /** Whether a segment is, as far as this class can tell. */
  public static boolean contains(MemorySegment segment) {
    return CLASS.isInstance(segment);
  }

  /**
   * The same segment.
   *
   * @throws ClassCastException if it is not off the heap
   */
  public static MemorySegment of(MemorySegment segment) {
    return CLASS.cast(segment);
  }
}
