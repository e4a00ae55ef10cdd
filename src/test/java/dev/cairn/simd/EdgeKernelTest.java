/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.Test;

/** The kernels of building graphs, against their definitions and against the scalar ones. */
public class EdgeKernelTest {
  private static final EdgeKernels SCALAR = new ScalarEdgeKernels();
  private static final EdgeKernels BEST = EdgeKernels.best();

  private final Random random = new Random(17);

  @Test
  public void decode() {
    try (Arena arena = Arena.ofConfined()) {
      for (int n : KernelInputs.CODE_LENGTHS) {
        for (boolean isWide : new boolean[] {false, true}) {
          byte[] bytes = KernelInputs.bytes(random, isWide ? 2 * n : n);
          int offset = KernelInputs.OFFSETS[n / 64 % KernelInputs.OFFSETS.length];
          MemorySegment segment = KernelInputs.copy(arena, bytes, offset);
          float[] expected = new float[n];
          float[] actual = new float[n];
          SCALAR.decode(segment, offset, n, isWide, 0.37f, expected);
          BEST.decode(segment, offset, n, isWide, 0.37f, actual);
          assertArrayEquals(expected, actual, 0);
          int last = isWide ? bytes[2 * n - 1] << 8 | bytes[2 * n - 2] & 0xFF : bytes[n - 1];
          assertEquals(last * 0.37f, actual[n - 1], 0);
        }
      }
    }
  }

  @Test
  public void residual() {
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] p = KernelInputs.floats(random, n);
      float[] o = KernelInputs.floats(random, n);
      o[random.nextInt(n)] = p[0];
      o[0] = p[0];
      long[][] bits = new long[4][n >> 6];
      float[] expected = new float[EdgeKernels.SUMS];
      float[] actual = new float[EdgeKernels.SUMS];
      SCALAR.residual(p, o, n, bits[0], bits[1], expected);
      BEST.residual(p, o, n, bits[2], bits[3], actual);
      assertArrayEquals(bits[0], bits[2]);
      assertArrayEquals(bits[1], bits[3]);
      assertEquals(
          "equal components are positive both ways", 3, (bits[2][0] & 1) + 2 * (bits[3][0] & 1));
      for (int i = 0; i < 5; i++) {
        assertEquals("sum " + i, expected[i], actual[i], KernelInputs.bound(n, 8.0 * n));
      }
      double squared = 0;
      double inner = 0;
      for (int i = 0; i < n; i++) {
        squared += Math.pow((double) o[i] - p[i], 2);
        inner += p[i] * ((double) o[i] - p[i]);
      }
      assertEquals(squared, actual[EdgeKernels.SQUARED], KernelInputs.bound(n, 8.0 * n));
      assertEquals(inner, actual[EdgeKernels.INNER], KernelInputs.bound(n, 8.0 * n));
    }
  }

  @Test
  public void distancesFourAtATime() {
    for (int n : KernelInputs.CODE_LENGTHS) {
      float[] a = KernelInputs.floats(random, n);
      float[][] others = new float[7][];
      for (int i = 0; i < others.length; i++) {
        others[i] = KernelInputs.floats(random, n);
      }
      int first = random.nextInt(4);
      for (EdgeKernels kernels : new EdgeKernels[] {SCALAR, BEST}) {
        float[] squares = new float[EdgeKernels.BATCH];
        kernels.squaredL2(a, others, first, n, squares);
        for (int j = 0; j < EdgeKernels.BATCH; j++) {
          double square = 0;
          for (int i = 0; i < n; i++) {
            square += Math.pow((double) a[i] - others[first + j][i], 2);
          }
          assertEquals(square, squares[j], KernelInputs.bound(n, 8.0 * n));
        }
      }
    }
  }

  @Test
  public void compareEdges() {
    try (Arena arena = Arena.ofConfined()) {
      for (int round = 0; round < 20_000; round++) {
        float[] between = KernelInputs.floats(random, VectorKernels.PASS + 3);
        float[] keys = KernelInputs.floats(random, VectorKernels.PASS);
        if (round % 3 == 0) {
          between[3 + random.nextInt(VectorKernels.PASS)] = keys[random.nextInt(keys.length)];
        }
        MemorySegment edges = arena.allocateFrom(ValueLayout.JAVA_FLOAT, keys);
        float key = round % 5 == 0 ? keys[7] : (float) random.nextGaussian();
        float slack = random.nextBoolean() ? 0 : 2;
        assertEquals(
            SCALAR.compareEdges(between, 3, edges, 0, key, slack, 1.15f, 1e-5f),
            BEST.compareEdges(between, 3, edges, 0, key, slack, 1.15f, 1e-5f));
      }
    }
  }

  @Test
  public void filterHasAllThatWasAddedAndLittleElse() {
    int wrong = 0;
    int others = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(4 * VectorKernels.PASS + 64L);
      for (int round = 0; round < 20_000; round++) {
        int[] filter = new int[EdgeKernels.FILTER_WORDS];
        Set<Integer> added = new HashSet<>();
        for (int i = random.nextInt(VectorKernels.PASS); i >= 0; i--) {
          int v = random.nextInt(Integer.MAX_VALUE);
          added.add(v);
          filter[v & EdgeKernels.FILTER_WORDS - 1] |= 1 << (v >>> 4);
        }
        Integer[] known = added.toArray(new Integer[0]);
        long offset = 4L * random.nextInt(8) + round % 4;
        int expected = 0;
        for (int j = 0; j < VectorKernels.PASS; j++) {
          int v =
              random.nextBoolean()
                  ? known[random.nextInt(known.length)]
                  : random.nextInt(Integer.MAX_VALUE);
          segment.set(SegmentLayouts.INT, offset + 4L * j, v);
          expected |= added.contains(v) ? 1 << j : 0;
        }
        int found = BEST.filter(segment, offset, filter);
        assertEquals(SCALAR.filter(segment, offset, filter), found);
        assertEquals(expected, expected & found);
        others += VectorKernels.PASS - Integer.bitCount(expected);
        wrong += Integer.bitCount(found & ~expected);
      }
    }
    // on average 16 of 512 bits are set
    assertEquals(16 / 512.0, wrong / (double) others, 0.01);
  }
}
