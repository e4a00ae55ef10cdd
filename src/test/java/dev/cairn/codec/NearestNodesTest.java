/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.Test;

/** The nearest nodes, against a sort of all. */
public class NearestNodesTest {
  private final Random random = new Random(7);

  @Test
  public void keepsTheNearestInOrder() {
    NearestNodes nearest = new NearestNodes();
    for (int limit : new int[] {1, 7, 1000, 8, 9, 64, 65, 5000}) {
      for (int count : new int[] {0, 1, 7, 8, 9, 100, 3000}) {
        for (int round = 0; round < 3; round++) {
          check(nearest, limit, count, round);
        }
      }
    }
  }

  private void check(NearestNodes nearest, int limit, int count, int askEach) {
    float[] keys = new float[count];
    nearest.reset(limit);
    for (int i = 0; i < count; i++) {
      keys[i] = (float) random.nextGaussian();
      nearest.add(keys[i], i);
      if (askEach > 0 && i % askEach == 0) {
        assertEquals(worst(keys, i + 1, limit), nearest.worst(), 0);
      }
    }
    int[] expected = inOrder(keys, count).limit(limit).toArray();
    assertEquals(expected.length, nearest.size());
    int[] actual = new int[expected.length];
    nearest.drain(actual);
    assertArrayEquals(limit + " of " + count, expected, actual);
  }

  private static IntStream inOrder(float[] keys, int count) {
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> keys[i]))
        .mapToInt(i -> i);
  }

  private static float worst(float[] keys, int count, int limit) {
    return count < limit
        ? Float.POSITIVE_INFINITY
        : keys[inOrder(keys, count).skip(limit - 1).findFirst().orElseThrow()];
  }
}
