/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.Test;

/** Sums over sign codes and the estimates made of them, against plain loops over bits. */
public class FastScanKernelTest {
  private final Random random = new Random(7);

  @Test
  public void sumsOfRandomCodes() {
    try (Arena arena = Arena.ofConfined()) {
      for (int length : KernelInputs.CODE_LENGTHS) {
        for (int offset : KernelInputs.OFFSETS) {
          int groups = length / VectorKernels.GROUP_DIMENSIONS;
          checkSums(
              arena,
              KernelInputs.bytes(random, groups * VectorKernels.GROUP_BYTES),
              KernelInputs.entries(random, groups * 16),
              offset);
        }
      }
    }
  }

  /** Often enough that the compiled code is what is tested. */
  @Test
  public void sumsOfManyCodes() {
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < 4000; i++) {
        checkSums(
            arena,
            KernelInputs.bytes(random, 64 * 16),
            KernelInputs.entries(random, 64 * 16),
            i % 7);
      }
    }
  }

  /** The largest sums there are: every table entry as large as may be. */
  @Test
  public void sumsDoNotOverflow() {
    try (Arena arena = Arena.ofConfined()) {
      for (int length : KernelInputs.CODE_LENGTHS) {
        byte[] table = new byte[4 * length];
        Arrays.fill(table, (byte) VectorKernels.MAX_ENTRY);
        checkSums(arena, KernelInputs.bytes(random, 4 * length), table, 0);
        checkSums(arena, new byte[4 * length], table, 5);
      }
    }
  }

  private static void checkSums(Arena arena, byte[] codes, byte[] table, int offset) {
    int groups = codes.length / VectorKernels.GROUP_BYTES;
    int[] expected = new int[VectorKernels.PASS];
    for (int j = 0; j < VectorKernels.PASS; j++) {
      for (int g = 0; g < groups; g++) {
        int code = codes[VectorKernels.GROUP_BYTES * g + VectorKernels.codeByte(j)];
        expected[j] += table[16 * g + (code >> VectorKernels.codeShift(j) & 15)];
      }
    }
    MemorySegment segment = KernelInputs.copy(arena, codes, offset);
    for (VectorKernels kernels : KernelInputs.all()) {
      int[] sums = new int[VectorKernels.PASS];
      short[] scratch = new short[VectorKernels.PASS];
      Arrays.fill(sums, -1);
      Arrays.fill(scratch, (short) -1);
      kernels.accumulate(segment, offset, groups, table, sums, scratch);
      assertArrayEquals(kernels.name() + ", " + groups + " groups", expected, sums);
    }
  }

  /** In one, from a block that begins anywhere, as in two. */
  @Test
  public void scans() {
    for (int length : KernelInputs.CODE_LENGTHS) {
      byte[] table = KernelInputs.entries(random, 4 * length);
      byte[] codes = KernelInputs.bytes(random, 4 * length);
      float[] factors = KernelInputs.floats(random, 2 * VectorKernels.PASS);
      checkScan(codes, table, factors, 0);
      checkScan(codes, table, factors, 3);
    }
  }

  private void checkScan(byte[] codes, byte[] table, float[] factors, int offset) {
    VectorKernels specification = new ScalarKernels();
    int groups = codes.length / VectorKernels.GROUP_BYTES;
    long add = (long) offset + codes.length;
    long scale = add + VectorKernels.PASS * Short.BYTES;
    int[] sums = new int[VectorKernels.PASS];
    short[] scratch = new short[VectorKernels.PASS];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment block = arena.allocate(scale + VectorKernels.PASS * Short.BYTES);
      MemorySegment.copy(MemorySegment.ofArray(codes), 0, block, offset, codes.length);
      for (int i = 0; i < factors.length; i++) {
        short high = (short) (Float.floatToRawIntBits(factors[i]) >>> 16);
        block.set(SegmentLayouts.SHORT, add + (long) i * Short.BYTES, high);
      }
      float[] expected = new float[VectorKernels.PASS];
      specification.accumulate(block, offset, groups, table, sums, scratch);
      specification.estimate(sums, block, add, scale, 3, 2, 0.01f, -1, 1e9f, expected);
      float threshold = expected[random.nextInt(VectorKernels.PASS)];
      int mask =
          specification.estimate(sums, block, add, scale, 3, 2, 0.01f, -1, threshold, expected);
      for (VectorKernels kernels : KernelInputs.all()) {
        float[] keys = new float[VectorKernels.PASS];
        assertEquals(
            kernels.name(),
            mask,
            kernels.scan(
                block, offset, groups, table, add, scale, 3, 2, 0.01f, -1, threshold, keys, sums,
                scratch));
        assertArrayEquals(kernels.name() + ", " + groups + " groups", expected, keys, 0);
      }
    }
  }

  /** Each neighbour's nibble has a place of its own. */
  @Test
  public void nibblesOfAGroupDoNotOverlap() {
    boolean[] isTaken = new boolean[2 * VectorKernels.GROUP_BYTES];
    for (int j = 0; j < VectorKernels.PASS; j++) {
      int place = 2 * VectorKernels.codeByte(j) + VectorKernels.codeShift(j) / 4;
      assertTrue("neighbour " + j, !isTaken[place]);
      isTaken[place] = true;
    }
  }

  @Test
  public void sizes() {
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] x = KernelInputs.floats(random, n);
      x[random.nextInt(n)] *= 10;
      float widest = new ScalarKernels().widestGroup(x, n);
      for (VectorKernels kernels : KernelInputs.all()) {
        assertEquals(kernels.name(), widest, kernels.widestGroup(x, n), 0);
      }
      for (int i = 0; i < n; i++) {
        assertTrue(Math.abs(x[i]) <= widest);
      }
      float[] small = KernelInputs.floats(random, n);
      double sum = 0;
      for (float value : small) {
        sum += Math.abs(value);
      }
      for (VectorKernels kernels : KernelInputs.all()) {
        float actual = kernels.sumOfSizes(small, n);
        assertEquals(kernels.name(), sum, actual, KernelInputs.bound(n, sum));
      }
    }
  }

  @Test
  public void tables() {
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] x = KernelInputs.floats(random, n);
      float widest = 0;
      for (int i = 0; i < n; i += 4) {
        float sum = 0;
        for (int d = i; d < i + 4; d++) {
          sum += Math.abs(x[d]);
        }
        widest = Math.max(widest, sum);
      }
      checkTable(x, VectorKernels.MAX_ENTRY / widest);
      checkTable(x, 0);
      checkTable(new float[n], 1);
    }
  }

  private static void checkTable(float[] x, float factor) {
    byte[] expected = new byte[4 * x.length];
    new ScalarKernels().fillTable(x, x.length, factor, expected);
    for (int entry = 0; entry < expected.length; entry++) {
      double value = 0;
      for (int d = 0; d < 4; d++) {
        double scaled = (double) factor * x[entry / 16 * 4 + d];
        value += Math.max(0, -scaled) + ((entry >> d & 1) != 0 ? scaled : 0);
      }
      // rounding may go either way where the sum is nearly in the middle
      assertEquals("entry " + entry, value, expected[entry], 0.5001);
    }
    for (VectorKernels kernels : KernelInputs.all()) {
      byte[] table = new byte[expected.length];
      kernels.fillTable(x, x.length, factor, table);
      assertArrayEquals(kernels.name(), expected, table);
    }
  }

  @Test
  public void estimates() {
    try (Arena arena = Arena.ofConfined()) {
      for (int round = 0; round < 5000; round++) {
        int[] sums = random.ints(VectorKernels.PASS, 0, 64_513).toArray();
        float[] add = KernelInputs.floats(random, VectorKernels.PASS);
        float[] scale = KernelInputs.floats(random, VectorKernels.PASS);
        float magnitude = (float) Math.exp(10 * random.nextGaussian());
        for (int j = 0; j < VectorKernels.PASS; j++) {
          add[j] = truncate(add[j] * magnitude);
          scale[j] = truncate(scale[j] * magnitude);
        }
        Arrays.fill(scale, 27, 30, 0);
        float base = random.nextFloat() * magnitude;
        float beta = round % 3 == 0 ? 1 : (float) random.nextGaussian();
        float step = random.nextFloat() / 1000;
        float bias = -10 * random.nextFloat();
        checkEstimates(arena, sums, add, scale, base, beta, step, bias, round % 64);
      }
    }
  }

  private static float truncate(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0xffff0000);
  }

  private void checkEstimates(
      Arena arena,
      int[] sums,
      float[] add,
      float[] scale,
      float base,
      float beta,
      float step,
      float bias,
      int gap) {
    double[] expected = new double[VectorKernels.PASS];
    double[] magnitudes = new double[VectorKernels.PASS];
    for (int j = 0; j < VectorKernels.PASS; j++) {
      expected[j] =
          (double) base + (double) beta * add[j] + scale[j] * ((double) step * sums[j] + bias);
      magnitudes[j] =
          Math.abs(base)
              + Math.abs((double) beta * add[j])
              + Math.abs(scale[j]) * ((double) step * sums[j] + Math.abs(bias));
    }
    int addOffset = gap;
    int scaleOffset = addOffset + 2 * VectorKernels.PASS + gap;
    ByteBuffer factors =
        ByteBuffer.allocate(scaleOffset + 2 * VectorKernels.PASS).order(ByteOrder.LITTLE_ENDIAN);
    for (int j = 0; j < VectorKernels.PASS; j++) {
      factors.putShort(addOffset + 2 * j, (short) (Float.floatToRawIntBits(add[j]) >>> 16));
      factors.putShort(scaleOffset + 2 * j, (short) (Float.floatToRawIntBits(scale[j]) >>> 16));
    }
    MemorySegment segment = KernelInputs.copy(arena, factors.array(), 0);
    float threshold = (float) expected[random.nextInt(VectorKernels.PASS)];
    for (VectorKernels kernels : KernelInputs.all()) {
      float[] keys = new float[VectorKernels.PASS];
      int mask =
          kernels.estimate(
              sums, segment, addOffset, scaleOffset, base, beta, step, bias, threshold, keys);
      for (int j = 0; j < VectorKernels.PASS; j++) {
        String message = kernels.name() + ", neighbour " + j;
        assertEquals(message, expected[j], keys[j], KernelInputs.bound(6, magnitudes[j]));
        assertEquals(message, keys[j] < threshold, (mask >>> j & 1) != 0);
      }
    }
  }

  /** Nothing is below minus infinity, and everything that is finite is below infinity. */
  @Test
  public void infiniteThresholds() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment factors = KernelInputs.copy(arena, new byte[4 * VectorKernels.PASS], 0);
      int[] sums = new int[VectorKernels.PASS];
      float[] keys = new float[VectorKernels.PASS];
      long scaleOffset = 2L * VectorKernels.PASS;
      for (VectorKernels kernels : KernelInputs.all()) {
        float all = Float.POSITIVE_INFINITY;
        assertEquals(-1, kernels.estimate(sums, factors, 0, scaleOffset, 1, 1, 1, 0, all, keys));
        assertEquals(0, kernels.estimate(sums, factors, 0, scaleOffset, 1, 1, 1, 0, -all, keys));
        assertEquals(0, kernels.estimate(sums, factors, 0, scaleOffset, 1, 1, 1, 0, 1, keys));
      }
    }
  }
}
