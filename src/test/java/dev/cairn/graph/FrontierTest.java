/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.simd.BeamKernels;
import java.util.Arrays;
import org.apache.lucene.tests.util.LuceneTestCase;

public class FrontierTest extends LuceneTestCase {

  public void testABeamForgetsAndAHeapDoesNot() {
    for (boolean isEndless : new boolean[] {false, true}) {
      Frontier frontier = new Frontier();
      frontier.reset(100, 10);
      long[] entries = new long[33 + BeamKernels.MARGIN];
      frontier.start(1000, entries);
      VisitedSet expanded = new VisitedSet();
      expanded.reset(2000);
      int[] batch = new int[5];
      assertEquals(1, frontier.take(5, Long.MAX_VALUE, expanded, batch));
      assertEquals(1000, batch[0]);
      if (isEndless) {
        frontier.setEndless();
      }
      for (int i = 0; i < 32; i++) {
        entries[i] = PackedKey.pack(32 - i, 32 - i);
      }
      entries[32] = Beam.expandedEntry(5, 1000);
      assertEquals(0, frontier.mergeBatch(entries, 33, true));
      // what lies beyond the bar is left
      assertEquals(3, frontier.take(5, PackedKey.pack(3.5f, 0), expanded, batch));
      assertArrayEquals(new int[] {1, 2, 3}, Arrays.copyOf(batch, 3));
      int count = 0;
      int last = 3;
      for (long entry = frontier.take(); entry != Long.MAX_VALUE; entry = frontier.take()) {
        assertEquals(++last, PackedKey.node(entry));
        count++;
      }
      assertTrue(count + " left", isEndless ? count == 29 : count < 10);
    }
  }

  public void testBecomesEndlessWithWhatThereIs() {
    Frontier frontier = new Frontier();
    frontier.reset(100, 10);
    long[] entries = new long[8 + BeamKernels.MARGIN];
    for (int i = 0; i < 8; i++) {
      entries[i] = PackedKey.pack(i, i);
    }
    frontier.mergeBatch(entries, 8, true);
    frontier.setEndless();
    VisitedSet expanded = new VisitedSet();
    expanded.reset(10);
    expanded.add(2);
    int[] batch = new int[10];
    assertEquals(7, frontier.take(10, Long.MAX_VALUE, expanded, batch));
    assertArrayEquals(new int[] {0, 1, 3, 4, 5, 6, 7}, Arrays.copyOf(batch, 7));
    assertEquals(Long.MAX_VALUE, frontier.take());
  }
}
