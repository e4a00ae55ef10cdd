/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Kernels of sign bits against their plain meaning, bit by bit. */
public class SignKernelTest {
  private static final int ROWS = 37;
  private static final SignKernels SCALAR = new ScalarSignKernels();

  private final Random random = new Random(42);

  @Test
  public void integersAreThoseNearestAndTheSameUnderAllKernels() {
    for (int length : KernelInputs.CODE_LENGTHS) {
      float[] vector = KernelInputs.floats(random, length);
      SignQuery query = new SignQuery(length);
      SCALAR.quantize(vector, query);
      int sum = 0;
      int largest = 0;
      for (int i = 0; i < length; i++) {
        int integer = integer(query, i);
        assertEquals(vector[i] / query.unit(), integer, .5001);
        sum += integer;
        largest = Math.max(largest, Math.abs(integer));
      }
      assertEquals(sum, query.sum());
      assertTrue("largest " + largest, largest >= SignQuery.MOST);
      checkAllKernels(vector);
      checkAllKernels(new float[length]);
      for (float special :
          new float[] {
            Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 1e30f
          }) {
        float[] with = vector.clone();
        with[random.nextInt(length)] = special;
        checkAllKernels(with);
      }
      for (float factor : new float[] {1e-30f, 1e-38f, 1e-40f, Float.MIN_VALUE, 1e37f}) {
        float[] scaled = vector.clone();
        for (int i = 0; i < length; i++) {
          scaled[i] *= factor;
        }
        checkAllKernels(scaled);
      }
    }
  }

  /** A query is used again and again: what was there before must not show through. */
  private void checkAllKernels(float[] vector) {
    SignQuery expected = new SignQuery(vector.length);
    SCALAR.quantize(vector, expected);
    for (SignKernels kernels : List.of(SCALAR, SignKernels.best())) {
      SignQuery actual = new SignQuery(vector.length);
      kernels.quantize(KernelInputs.floats(random, vector.length), actual);
      kernels.quantize(vector, actual);
      assertArrayEquals(expected.planes, actual.planes);
      assertEquals(expected.unit(), actual.unit(), 0);
      assertEquals(expected.sum(), actual.sum());
    }
  }

  /** The integer of a dimension, as the planes have it. */
  private static int integer(SignQuery query, int dimension) {
    int integer = 0;
    for (int plane = 0; plane < SignQuery.PLANES; plane++) {
      long word = query.planes[plane * query.planeWords + dimension / 64];
      int bit = (int) (word >>> dimension & 1);
      integer += plane == SignQuery.PLANES - 1 ? -(bit << plane) : bit << plane;
    }
    return integer;
  }

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
      SignQuery query = new SignQuery(length);
      SCALAR.quantize(KernelInputs.floats(random, length), query);
      query.weigh(1.2f, 0.37f, -1.5f);
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
          sum += (rows[at + j / 8] >> j % 8 & 1) * integer(query, j);
        }
        float add = numbers.getFloat(at + length / 8);
        float scale = numbers.getFloat(at + length / 8 + 4);
        assertEquals(1.2f * add - scale * (0.37f * sum - 1.5f), expected[i], 0);
      }
    }
  }
}
