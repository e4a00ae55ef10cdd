/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import dev.cairn.simd.BeamKernels;
import java.util.Arrays;
import org.junit.Test;

/** What enters a beam, what it hands out, and when it is settled. */
public class BeamTest {
  private final Beam beam = new Beam();
  private final VisitedSet visited = new VisitedSet();
  private final int[] taken = new int[5];

  /** Open entries of nodes, whose keys are their numbers. */
  private static long[] open(int... nodes) {
    long[] entries = new long[nodes.length + BeamKernels.MARGIN];
    for (int i = 0; i < nodes.length; i++) {
      entries[i] = PackedKey.pack(nodes[i], nodes[i]);
    }
    return entries;
  }

  private void begin(int width, boolean isStrict, int... nodes) {
    visited.reset(1000);
    beam.reset(width, isStrict);
    beam.merge(open(nodes), nodes.length);
  }

  private void comeBack(float key, int node) {
    long[] entries = new long[1 + BeamKernels.MARGIN];
    entries[0] = Beam.expandedEntry(key, node);
    beam.mergeExpanded(entries, 1, 1);
  }

  @Test
  public void keepsTheBest() {
    begin(4, false, 9, 3, 7);
    assertEquals(Float.POSITIVE_INFINITY, beam.threshold(), 0);
    beam.merge(open(5, 8, 1), 3);
    assertEquals(7, beam.threshold(), 0);
    assertEquals(5, PackedKey.key(beam.entryAt(2)), 0);
    assertEquals(Long.MAX_VALUE, beam.entryAt(4));
    assertEquals(1, PackedKey.node(beam.take()));
    assertEquals(3, PackedKey.node(beam.take()));
  }

  @Test
  public void takenNodesKeepTheirRoom() {
    begin(4, false, 1, 2, 3, 4);
    assertEquals(2, beam.take(2, 4, 0, visited, taken));
    assertArrayEquals(new int[] {1, 2}, Arrays.copyOf(taken, 2));
    // two are open, and room for the two that come back is not for worse ones
    assertEquals(4, beam.threshold(), 0);
    comeBack(1.5f, 1);
    assertEquals(4, beam.threshold(), 0);
    comeBack(9, 2);
    assertEquals(9, beam.threshold(), 0);
  }

  @Test
  public void nodesTakenTogetherComeBackTogetherOrInParts() {
    for (int first = 1; first <= 3; first++) {
      begin(4, false, 1, 2, 3, 4);
      assertEquals(3, beam.take(3, 4, 0, visited, taken));
      for (int[] part : new int[][] {{0, first}, {first, 3}}) {
        int count = part[1] - part[0];
        long[] entries = new long[count + BeamKernels.MARGIN];
        for (int i = 0; i < count; i++) {
          entries[i] = Beam.expandedEntry(10 + part[0] + i, part[0] + i);
        }
        beam.mergeExpanded(entries, count, count);
        // those that are still to come have their room
        assertEquals(9 + part[1], beam.threshold(), 0);
      }
    }
  }

  @Test
  public void whatABatchFoundWaitsUntilItIsManyOrAll() {
    begin(100, false, 1, 2, 3);
    assertEquals(3, beam.take(3, 4, 0, visited, taken));
    long[] entries = new long[Beam.MANY + 1 + BeamKernels.MARGIN];
    for (int i = 0; i <= Beam.MANY; i++) {
      entries[i] = PackedKey.pack(10 + i, 10 + i);
    }
    assertEquals(Beam.MANY, beam.mergeBatch(entries, Beam.MANY, false));
    assertEquals(Long.MAX_VALUE, beam.entryAt(0));
    assertEquals(0, beam.mergeBatch(entries, Beam.MANY + 1, false));
    assertEquals(10 + Beam.MANY, PackedKey.key(beam.entryAt(Beam.MANY)), 0);
    entries[0] = PackedKey.pack(1, 1);
    assertEquals(0, beam.mergeBatch(entries, 1, true));
    assertEquals(1, PackedKey.key(beam.entryAt(0)), 0);
  }

  @Test
  public void otherEstimatesOfVisitedNodesAreDropped() {
    for (boolean isStrict : new boolean[] {false, true}) {
      begin(3, isStrict, 1, 2, 3);
      visited.add(1);
      assertEquals(1, beam.take(1, 3, 0, visited, taken));
      assertEquals(2, taken[0]);
      // what was too far to enter before is too far still where the beam is strict
      assertEquals(isStrict ? 3 : Float.POSITIVE_INFINITY, beam.threshold(), 0);
    }
  }

  @Test
  public void isSettledWhenTheBestAreExpanded() {
    begin(6, true, 1, 2, 3, 4);
    assertEquals(2, beam.take(2, 2, 0, visited, taken));
    comeBack(1, 1);
    comeBack(3.5f, 2);
    assertEquals(1, beam.take(5, 2, 0, visited, taken));
    assertEquals(3, taken[0]);
    comeBack(3, 3);
    assertEquals(3, beam.expandedBelow(beam.entryAt(3)));
    assertEquals("none is needed", 0, beam.take(5, 2, 0, visited, taken));
    assertEquals("but one may be wanted", 1, beam.take(5, 2, 1, visited, taken));
  }

  @Test
  public void narrowsAndWidens() {
    begin(8, true, 1, 2, 3, 4, 5, 6);
    beam.resize(3);
    assertEquals(3, beam.threshold(), 0);
    beam.resize(5);
    assertEquals(Float.POSITIVE_INFINITY, beam.threshold(), 0);
    beam.merge(open(7, 8, 9), 3);
    assertEquals(8, beam.threshold(), 0);
  }
}
