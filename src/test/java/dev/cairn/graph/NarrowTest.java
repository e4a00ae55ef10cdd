/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

/** How wide joining nodes are searched for. */
public class NarrowTest {
  @Test
  public void halvesAreSearchedNarrowly() {
    assertEquals(38, Narrow.width(58_000, 58_000));
  }

  @Test
  public void theSmallerAGraphTheWiderTheSearch() {
    int before = 0;
    for (int joining = 1_000_000; joining > 0; joining /= 3) {
      int width = Narrow.width(1_000_000, joining);
      assertTrue(joining + " nodes join", width >= before);
      before = width;
    }
    assertEquals("one node joins a million", 84, before);
    assertEquals(84, Narrow.width(Integer.MAX_VALUE, 1));
    assertEquals("nothing is there", 20, Narrow.width(0, 5));
  }
}
