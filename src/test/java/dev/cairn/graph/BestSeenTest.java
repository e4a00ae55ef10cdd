/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;
import org.apache.lucene.tests.util.LuceneTestCase;

/** The best of many entries, against sorting them all. */
public class BestSeenTest extends LuceneTestCase {
  public void testKeepsTheBest() {
    BestSeen best = new BestSeen();
    for (int round = 0; round < 200; round++) {
      int wanted = 1 + random().nextInt(80);
      int total = random().nextInt(600);
      boolean hasEquals = random().nextBoolean();
      long[] all = new long[total];
      best.reset(wanted);
      for (int at = 0; at < total; ) {
        int more = Math.min(total - at, 1 + random().nextInt(33));
        long[] room = best.roomFor(more);
        for (int i = 0; i < more; i++) {
          float key = hasEquals ? random().nextInt(5) : random().nextFloat() - .5f;
          all[at + i] = PackedKey.pack(key, random().nextInt(1000));
          room[best.count() + i] = all[at + i];
        }
        best.grow(more);
        at += more;
        assertTrue(best.count() <= 2 * wanted);
        long[] sorted = Arrays.copyOf(all, at);
        Arrays.sort(sorted);
        if (at >= wanted) {
          assertTrue(best.bound() >= PackedKey.key(sorted[wanted - 1]));
        } else {
          assertEquals(Float.POSITIVE_INFINITY, best.bound(), 0);
        }
      }
      best.trim();
      int kept = Math.min(wanted, total);
      assertEquals(kept, best.count());
      long[] found = Arrays.copyOf(best.roomFor(0), kept);
      Arrays.sort(found);
      Arrays.sort(all);
      assertArrayEquals(Arrays.copyOf(all, kept), found);
    }
  }

  public void testKeepsMoreFromThenOn() {
    BestSeen best = new BestSeen();
    best.reset(2);
    add(best, 5, 4, 3, 2);
    assertEquals(3, best.bound(), 0);
    best.widen(1);
    assertEquals(3, best.bound(), 0);
    best.widen(4);
    assertEquals(Float.POSITIVE_INFINITY, best.bound(), 0);
    add(best, 9, 8, 7, 1);
    best.trim();
    // four and a quarter of four
    long[] kept = Arrays.copyOf(best.roomFor(0), best.count());
    Arrays.sort(kept);
    float[] keys = new float[kept.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = PackedKey.key(kept[i]);
    }
    assertArrayEquals(new float[] {1, 2, 3, 7, 8}, keys, 0);
  }

  private static void add(BestSeen best, float... keys) {
    long[] room = best.roomFor(keys.length);
    for (int i = 0; i < keys.length; i++) {
      room[best.count() + i] = PackedKey.pack(keys[i], i);
    }
    best.grow(keys.length);
  }
}
