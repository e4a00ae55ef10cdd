/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** What is written into a block is read back, and nothing else changes. */
public class FusedBlockLayoutTest {
  private static final int[] DEGREES = {1, 4, 8, 31, 32, 33, 48, 64, 96, 1024};
  private static final int[] CODE_LENGTHS = {64, 128, 384, 1536, 4096};

  private final Random random = new Random(17);

  /** An edge as a test remembers it. */
  private record Edge(int neighbour, float key, boolean isDiverse, EdgeCode code) {}

  private Edge randomEdge(int codeLength) {
    EdgeCode code = new EdgeCode(codeLength);
    for (int i = 0; i < code.bits.length; i++) {
      code.bits[i] = random.nextLong();
    }
    code.add = BFloat16.toFloat(BFloat16.round((float) random.nextGaussian()));
    code.scale = BFloat16.toFloat(BFloat16.round((float) random.nextGaussian()));
    return new Edge(
        random.nextInt(Integer.MAX_VALUE), random.nextFloat(), random.nextBoolean(), code);
  }

  @Test
  public void sizesAreWholePassesAndCacheLines() {
    for (int degree : DEGREES) {
      for (int codeLength : CODE_LENGTHS) {
        FusedBlockLayout layout = new FusedBlockLayout(degree, codeLength);
        assertEquals(0, layout.slots() % 32);
        assertTrue(layout.slots() >= degree && layout.slots() < degree + 32);
        assertEquals(0, layout.bytes() % 64);
        assertEquals(0, layout.buildBytes() % Float.BYTES);
        assertEquals(codeLength, layout.codeLength());
        assertEquals(codeLength / 4, layout.groups());
        // what stands in it needs so much: codes, a neighbour and two factors of 16 bits a slot
        assertTrue(layout.bytes() >= layout.slots() * (codeLength / 8 + 8));
      }
    }
  }

  @Test
  public void everySlotIsReadBackAfterAllAreWritten() {
    for (int degree : DEGREES) {
      for (int codeLength : new int[] {64, 384}) {
        checkRoundTrip(new FusedBlockLayout(degree, codeLength));
      }
    }
    for (int codeLength : CODE_LENGTHS) {
      checkRoundTrip(new FusedBlockLayout(48, codeLength));
    }
  }

  private void checkRoundTrip(FusedBlockLayout layout) {
    try (Arena arena = Arena.ofConfined()) {
      // the middle one of three blocks, among bytes that must stay
      int stride = (layout.buildBytes() + 63) / 64 * 64;
      MemorySegment segment = arena.allocate(3L * stride, 64);
      segment.fill((byte) 0x77);
      segment.asSlice(stride, layout.buildBytes()).fill((byte) 0);
      layout.setNode(segment, stride, 123_456, 77, 0.125f);
      List<Edge> edges = new ArrayList<>();
      for (int slot = 0; slot < layout.slots(); slot++) {
        edges.add(randomEdge(layout.codeLength()));
        write(layout, segment, stride, slot, edges.get(slot));
        layout.setCount(segment, stride, slot + 1);
      }
      for (int i = 0; i < layout.slots(); i++) {
        int slot = random.nextInt(layout.slots());
        edges.set(slot, randomEdge(layout.codeLength()));
        write(layout, segment, stride, slot, edges.get(slot));
      }
      assertEquals(123_456, layout.ordinal(segment, stride));
      assertEquals(77, layout.below(segment, stride));
      assertEquals(0.125f, layout.nodeFactor(segment, stride), 0);
      assertEquals(layout.slots(), layout.count(segment, stride));
      for (int slot = 0; slot < layout.slots(); slot++) {
        check(layout, segment, stride, slot, edges.get(slot));
      }
      for (long i = 0; i < stride; i++) {
        assertEquals(0x77, segment.get(ValueLayout.JAVA_BYTE, i));
        assertEquals(0x77, segment.get(ValueLayout.JAVA_BYTE, 2L * stride + i));
      }
    }
  }

  private static void write(
      FusedBlockLayout layout, MemorySegment segment, long block, int slot, Edge edge) {
    layout.setEdge(segment, block, slot, edge.neighbour, edge.key, edge.code);
    layout.setDiverse(segment, block, slot, edge.isDiverse);
  }

  private static void check(
      FusedBlockLayout layout, MemorySegment segment, long block, int slot, Edge edge) {
    assertEquals(edge.neighbour, layout.neighbour(segment, block, slot));
    assertEquals(edge.key, layout.edgeKey(segment, block, slot), 0);
    assertEquals(edge.isDiverse, layout.isDiverse(segment, block, slot));
    assertEquals(edge.code.add, layout.add(segment, block, slot), 0);
    assertEquals(edge.code.scale, layout.scale(segment, block, slot), 0);
    long[] bits = new long[edge.code.bits.length];
    layout.code(segment, block, slot, bits);
    assertArrayEquals("slot " + slot, edge.code.bits, bits);
  }

  /** Neighbours of the second and third pass are estimated from their own codes and factors. */
  @Test
  public void passesAreEstimatedApart() {
    int dimension = 200;
    for (Metric metric : Metric.values()) {
      try (CodedNeighbours all = new CodedNeighbours(metric, dimension, 96);
          CodedNeighbours single = new CodedNeighbours(metric, dimension, 1)) {
        float[] p = vector(dimension);
        float[] q = vector(dimension);
        float[][] neighbours = new float[70][];
        all.setNode(p);
        for (int i = 0; i < neighbours.length; i++) {
          neighbours[i] = vector(dimension);
          all.add(neighbours[i]);
        }
        float[] estimates = all.estimate(q);
        for (int i = 0; i < neighbours.length; i++) {
          single.setNode(p);
          single.add(neighbours[i]);
          assertEquals(single.estimate(q)[0], estimates[i], 0);
        }
      }
    }
  }

  private float[] vector(int dimension) {
    float[] x = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      x[i] = (float) (random.nextGaussian() / Math.sqrt(dimension));
    }
    return x;
  }
}
