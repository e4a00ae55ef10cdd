/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.Test;

/** Sets of nodes, by words and by a test, against {@link BitSet}. */
public class NodeSetTest {
  private final Random random = new Random(3);

  @Test
  public void fillNamesAllFromOneOnBelowALimit() {
    for (int round = 0; round < 2000; round++) {
      int size = 1 + random.nextInt(300);
      BitSet bits = new BitSet();
      int rarity = 1 + random.nextInt(70);
      for (int i = 0; i < size; i++) {
        bits.set(i, random.nextInt(rarity) == 0);
      }
      long[] words = Arrays.copyOf(bits.toLongArray(), (size + 63) / 64);
      NodeSet listed = NodeSet.of(words);
      NodeSet tested = NodeSet.of(bits::get);
      assertTrue(listed.isListed());
      assertFalse(tested.isListed());
      int from = random.nextInt(size);
      int limit = from + random.nextInt(size - from + 1);
      int room = 1 + random.nextInt(100);
      int[] expected = bits.stream().filter(i -> i >= from && i < limit).limit(room).toArray();
      for (NodeSet set : new NodeSet[] {listed, tested}) {
        int[] nodes = new int[room];
        int count = set.fill(from, limit, nodes);
        assertArrayEquals(expected, Arrays.copyOf(nodes, count));
        assertEquals(expected.length == 0 ? limit : expected[0], set.next(from, limit));
      }
    }
  }
}
