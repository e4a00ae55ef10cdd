/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;

import java.util.Random;
import org.junit.Test;

public class PackedKeyTest {
  private static final float[] ASCENDING = {
    Float.NEGATIVE_INFINITY,
    -Float.MAX_VALUE,
    -1,
    -Float.MIN_VALUE,
    0,
    Float.MIN_VALUE,
    1,
    1.0000001f,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY
  };

  @Test
  public void packedKeysAreOrderedLikeKeys() {
    Random random = new Random(4);
    for (int i = 0; i < ASCENDING.length; i++) {
      for (int j = 0; j < ASCENDING.length; j++) {
        int order =
            Long.compare(
                PackedKey.pack(ASCENDING[i], random.nextInt(Integer.MAX_VALUE)),
                PackedKey.pack(ASCENDING[j], random.nextInt(Integer.MAX_VALUE)));
        if (i != j) {
          assertEquals(Integer.compare(i, j), Integer.signum(order));
        }
      }
    }
  }

  @Test
  public void keyAndNodeAreRecovered() {
    for (float key : ASCENDING) {
      for (int node : new int[] {0, 1, 77, Integer.MAX_VALUE}) {
        long packed = PackedKey.pack(key, node);
        assertEquals(node, PackedKey.node(packed));
        assertEquals(key, PackedKey.key(packed), 0);
      }
    }
  }
}
