/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.Test;

public class VisitedSetTest {
  @Test
  public void behavesLikeASetFromResetToReset() {
    Random random = new Random(8);
    VisitedSet visited = new VisitedSet();
    for (int round = 0; round < 200; round++) {
      int limit = 1 + random.nextInt(round % 5 == 0 ? 100_000 : 300);
      visited.reset(limit);
      Set<Integer> expected = new HashSet<>();
      int adds = random.nextInt(round % 3 == 0 ? 5000 : 20);
      for (int i = 0; i < adds; i++) {
        int member = random.nextInt(limit);
        assertEquals(expected.contains(member), visited.contains(member));
        assertEquals(expected.add(member), visited.add(member));
      }
      for (int member = 0; member < limit; member += 1 + limit / 1000) {
        assertEquals(expected.contains(member), visited.contains(member));
      }
    }
  }

  @Test
  public void resetForgetsTheLastMember() {
    VisitedSet visited = new VisitedSet();
    visited.reset(1);
    visited.add(0);
    visited.reset(1);
    assertFalse(visited.contains(0));
  }
}
