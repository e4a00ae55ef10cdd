/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;

public class BlockMemoryTest {
  private static final int CHUNK = 32 * 2368;

  /** Chunks until several regions have been reserved. */
  private static List<MemorySegment> chunks(BlockMemory memory) {
    List<MemorySegment> chunks = new ArrayList<>();
    for (long bytes = 0; bytes < 40 * HugePages.BYTES; bytes += CHUNK) {
      chunks.add(memory.allocate(CHUNK));
    }
    return chunks;
  }

  @Test
  public void isZeroAlignedAndApart() {
    try (Arena arena = Arena.ofConfined()) {
      List<MemorySegment> chunks = chunks(new BlockMemory(arena));
      for (int i = 0; i < chunks.size(); i++) {
        MemorySegment chunk = chunks.get(i);
        assertEquals(CHUNK, chunk.byteSize());
        assertEquals(0, chunk.address() & 63);
        for (long at = 0; at < CHUNK; at += Long.BYTES) {
          assertEquals(0, chunk.get(ValueLayout.JAVA_LONG, at));
        }
        chunk.fill((byte) (i + 1));
      }
      for (int i = 0; i < chunks.size(); i++) {
        assertEquals((byte) (i + 1), chunks.get(i).get(ValueLayout.JAVA_BYTE, 0));
        assertEquals((byte) (i + 1), chunks.get(i).get(ValueLayout.JAVA_BYTE, CHUNK - 1));
      }
    }
  }

  @Test
  public void givesMoreThanARegionAtOnce() {
    try (Arena arena = Arena.ofConfined()) {
      BlockMemory memory = new BlockMemory(arena);
      long bytes = 50 * HugePages.BYTES + 64;
      MemorySegment much = memory.allocate(bytes);
      assertEquals(bytes, much.byteSize());
      much.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 7);
      assertEquals(0, memory.allocate(64).get(ValueLayout.JAVA_BYTE, 0));
    }
  }

  @Test
  public void isGivenBackWithTheArena() {
    assumeTrue("huge pages are available", HugePages.areAvailable());
    long before = HugePages.mappedBytes();
    try (Arena arena = Arena.ofShared()) {
      for (MemorySegment chunk : chunks(new BlockMemory(arena))) {
        chunk.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      }
      assertTrue(HugePages.mappedBytes() - before >= 39 * HugePages.BYTES);
    }
    assertEquals(before, HugePages.mappedBytes());
  }

  @Test
  public void givesBackPagesOfWhichNothingIsInUse() {
    assumeTrue("huge pages are available", HugePages.areAvailable());
    try (Arena arena = Arena.ofConfined()) {
      BlockMemory memory = new BlockMemory(arena);
      List<MemorySegment> chunks = chunks(memory);
      chunks.forEach(chunk -> chunk.fill((byte) 1));
      int kept = chunks.size() / 2;
      for (int i = 0; i < chunks.size(); i++) {
        if (i != kept) {
          memory.release(chunks.get(i));
        }
      }
      int zero = 0;
      for (MemorySegment chunk : chunks) {
        zero += chunk.get(ValueLayout.JAVA_BYTE, CHUNK / 2) == 0 ? 1 : 0;
      }
      int perPage = (int) (HugePages.BYTES / CHUNK);
      // but for the last page of each region, and what is not in regions
      assertTrue(zero + " of " + chunks.size(), zero >= chunks.size() - 6 * perPage);
      assertEquals(-1, chunks.get(kept).mismatch(MemorySegment.ofArray(ones())));
    }
  }

  private static byte[] ones() {
    byte[] ones = new byte[CHUNK];
    Arrays.fill(ones, (byte) 1);
    return ones;
  }

  @Test
  public void pagesAreThereOnLinux() {
    String architecture = System.getProperty("os.arch");
    assumeTrue(System.getProperty("os.name").equals("Linux"));
    assumeTrue(architecture.equals("amd64") || architecture.equals("aarch64"));
    assumeTrue(BlockMemory.class.getModule().isNativeAccessEnabled());
    assertTrue(HugePages.areAvailable());
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(0, HugePages.map(arena, HugePages.BYTES).address() % HugePages.BYTES);
      assertNull("more than there can be", HugePages.map(arena, 1L << 60));
    }
  }
}
