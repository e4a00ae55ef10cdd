/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.Test;

/** Kernels of sign bits against their plain meaning, bit by bit. */
public class SignKernelTest {
  private static final int ROWS = 37;
  private static final SignKernels SCALAR = new ScalarSignKernels();

  private final Random random = new Random(42);

  @Test
  public void keysAreWhatTheyMeanAndTheSameUnderAllKernels() {
    for (int length : KernelInputs.CODE_LENGTHS) {
      int least = length / 8 + 8;
      int rowBytes = least < 64 ? Integer.highestOneBit(least - 1) << 1 : (least + 63) / 64 * 64;
      byte[] rows = KernelInputs.bytes(random, ROWS * rowBytes);
      ByteBuffer numbers = ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = 0; row < ROWS; row++) {
        numbers.putFloat(row * rowBytes + length / 8, (float) random.nextGaussian());
        numbers.putFloat(row * rowBytes + length / 8 + 4, random.nextFloat());
      }
      byte[] integers = new byte[length];
      for (int i = 0; i < length; i++) {
        integers[i] =
            (byte) (SignQuery.LEAST + random.nextInt(SignQuery.MOST - SignQuery.LEAST + 1));
      }
      SignQuery query = new SignQuery(length);
      query.set(integers, 1.2f, 0.37f, -1.5f);
      int[] ordinals = random.ints(2 * ROWS, 0, ROWS).toArray();
      int from = random.nextInt(3);
      int to = ordinals.length - random.nextInt(3);
      float[] expected = new float[ordinals.length];
      try (Arena arena = Arena.ofConfined()) {
        // ends where the last row ends, so that a read beyond it fails
        MemorySegment segment = KernelInputs.copy(arena, rows, 0);
        SCALAR.keys(segment, rowBytes, ordinals, from, to, query, new int[to - from], expected);
        float[] actual = new float[ordinals.length];
        SignKernels best = SignKernels.best();
        best.keys(segment, rowBytes, ordinals, from, to, query, new int[to - from], actual);
        assertArrayEquals("length " + length, expected, actual, 0);
      }
      for (int i = from; i < to; i++) {
        int at = ordinals[i] * rowBytes;
        int sum = 0;
        for (int j = 0; j < length; j++) {
          sum += (rows[at + j / 8] >> j % 8 & 1) * integers[j];
        }
        float add = numbers.getFloat(at + length / 8);
        float scale = numbers.getFloat(at + length / 8 + 4);
        assertEquals(1.2f * add - scale * (0.37f * sum - 1.5f), expected[i], 0);
      }
    }
  }
}
