/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.LongAdder;

/**
 * Memory in pages of 2 MiB, by {@code mmap} and {@code madvise}: on Linux, and where native access
 * is enabled ({@code --enable-native-access}), so that the JVM has nothing to warn of. Java's own
 * memory off the heap is filled with zeros when it is allocated, one page of 4 KiB after the other.
 */
final class HugePages {
  /** Bytes of a page. */
  static final long BYTES = 1L << 21;

  // the same on x86-64 and aarch64
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_HUGEPAGE = 14;
  private static final long MAP_FAILED = -1;

  private static final MethodHandle MMAP =
      function("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle MADVISE =
      function("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  private static final LongAdder MAPPED = new LongAdder();

  private HugePages() {}

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    String architecture = System.getProperty("os.arch");
    if (!System.getProperty("os.name").equals("Linux")
        || !(architecture.equals("amd64") || architecture.equals("aarch64"))
        || !HugePages.class.getModule().isNativeAccessEnabled()) {
      return null;
    }
    java.lang.foreign.Linker linker = java.lang.foreign.Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(at -> linker.downcallHandle(at, FunctionDescriptor.of(result, parameters)))
        .orElse(null);
  }

  /** Whether {@link #map} can be called. */
  static boolean areAvailable() {
    return MMAP != null && MUNMAP != null && MADVISE != null;
  }

  /**
   * Memory that is all zero and takes room only where it is written to.
   *
   * @param arena owns it
   * @param bytes how many, a multiple of {@link #BYTES}
   * @return null where the system gives none
   */
  static MemorySegment map(Arena arena, long bytes) {
    try {
      // one page more, to begin where a page does
      long mappedBytes = bytes + BYTES;
      MemorySegment mapped =
          (MemorySegment)
              MMAP.invokeExact(
                  MemorySegment.NULL, mappedBytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (mapped.address() == MAP_FAILED) {
        return null;
      }
      MemorySegment owned;
      try {
        owned = mapped.reinterpret(mappedBytes, arena, HugePages::release);
      } catch (RuntimeException e) {
        unmap(mapped.reinterpret(mappedBytes));
        throw e;
      }
      MAPPED.add(mappedBytes);
      MemorySegment pages = owned.asSlice(-owned.address() & BYTES - 1, bytes);
      // where the system has no huge pages this fails, and the memory is of small ones
      advise(pages, MADV_HUGEPAGE);
      return pages;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Gives memory back to the system, unless it is locked; read again, it is all zero.
   *
   * @param pages of what {@link #map} gave
   */
  static void discard(MemorySegment pages) {
    advise(pages, MADV_DONTNEED);
  }

  /** Tells the system about memory; what it makes of that does not matter. */
  private static void advise(MemorySegment pages, int advice) {
    try {
      int ignored = (int) MADVISE.invokeExact(pages, pages.byteSize(), advice);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Bytes that are mapped now. */
  static long mappedBytes() {
    return MAPPED.sum();
  }

  private static void release(MemorySegment mapped) {
    MAPPED.add(-mapped.byteSize());
    unmap(mapped);
  }

  private static void unmap(MemorySegment mapped) {
    try {
      int failed = (int) MUNMAP.invokeExact(mapped, mapped.byteSize());
      assert failed == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
