/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

/** How wide joining nodes are searched for. */
public class NarrowTest {
  @Test
  public void halvesAreSearchedNarrowly() {
    assertEquals(38, Narrow.width(58_000, 58_000, 84));
  }

  @Test
  public void theSmallerAGraphTheWiderTheSearch() {
    int before = 0;
    for (int joining = 1_000_000; joining > 0; joining /= 3) {
      int width = Narrow.width(1_000_000, joining, 84);
      assertTrue(joining + " nodes join", width >= before);
      before = width;
    }
    assertEquals("one node joins a million", 84, before);
    assertEquals(84, Narrow.width(Integer.MAX_VALUE, 1, 84));
    assertEquals("nothing is there", 20, Narrow.width(0, 5, 84));
  }

  @Test
  public void fewNodesAreSearchedForLessWidely() {
    assertEquals(84, Narrow.mostWidth(0, 5));
    assertEquals("13 equal segments", 84, Narrow.mostWidth(13_000, 169_000));
    assertEquals("a seventh joins", 84, Narrow.mostWidth(6_000, 7_000));
    assertEquals("an eighth joins", 52, Narrow.mostWidth(7_000, 8_000));
    assertEquals("ten of a hundredth", 52, Narrow.mostWidth(100_000, 110_000));
    assertEquals(52, Narrow.mostWidth(Integer.MAX_VALUE, Integer.MAX_VALUE));
    assertEquals(52, Narrow.width(100_000, 1_000, Narrow.mostWidth(100_000, 110_000)));
    assertEquals(84, Narrow.width(100_000, 1_000, Narrow.mostWidth(100_000, 120_000)));
  }
}
