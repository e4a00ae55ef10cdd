/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.Test;

/** Keys by centred codes against keys in double precision. */
public class CentredQueryTest {
  private static final int NODES = 2000;

  private final Random random = new Random(7);

  @Test
  public void rowsLieInAsFewCacheLinesAsTheyCan() {
    assertEquals(16, CentredLayout.rowBytes(64));
    assertEquals(32, CentredLayout.rowBytes(128));
    assertEquals(32, CentredLayout.rowBytes(192));
    assertEquals(64, CentredLayout.rowBytes(256));
    assertEquals(64, CentredLayout.rowBytes(384));
    assertEquals(64, CentredLayout.rowBytes(448));
    assertEquals(128, CentredLayout.rowBytes(512));
    assertEquals(128, CentredLayout.rowBytes(768));
    assertEquals(576, CentredLayout.rowBytes(4096));
  }

  /** Nearly all keys are above what is said to be the least, and not by much. */
  @Test
  public void leastKeysAreBelowKeys() {
    for (Metric metric : Metric.values()) {
      for (int length : new int[] {64, 128, 384, 1024}) {
        for (float offset : new float[] {0, 3}) {
          check(metric, length, offset);
        }
      }
    }
  }

  private void check(Metric metric, int length, float offset) {
    float[] centroid = new float[length];
    for (int i = 0; i < length; i++) {
      centroid[i] = offset * (float) random.nextGaussian() / (float) Math.sqrt(length);
    }
    FusedBlockLayout layout = new FusedBlockLayout(32, length);
    EdgeEncoder own = new EdgeEncoder(metric, length);
    CentredEncoder encoder = new CentredEncoder(metric, centroid);
    int rowBytes = CentredLayout.rowBytes(length);
    byte[] row = new byte[rowBytes];
    float[][] nodes = new float[NODES][];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment block = arena.allocate(layout.buildBytes(), 64);
      MemorySegment rows = arena.allocate((long) NODES * rowBytes, 64);
      for (int i = 0; i < NODES; i++) {
        nodes[i] = near(centroid, metric);
        own.setRotatedNode(nodes[i]);
        layout.setOwn(block, 0, own.own());
        encoder.encode(layout, block, 0, row);
        MemorySegment.copy(row, 0, rows, ValueLayout.JAVA_BYTE, (long) i * rowBytes, rowBytes);
      }
      float[] target = near(centroid, metric);
      CentredQuery query = new CentredQuery(metric, centroid);
      query.set(target);
      int[] ordinals = random.ints(NODES, 0, NODES).toArray();
      float[] least = new float[NODES];
      query.leastKeys(rows, ordinals, NODES, least);
      int above = 0;
      double excess = 0;
      double spread = 0;
      for (int i = 0; i < NODES; i++) {
        float[] node = nodes[ordinals[i]];
        double key = key(metric, target, node);
        double lower = query.base() + least[i];
        above += key >= lower ? 1 : 0;
        excess += key - lower;
        spread += distance(target, centroid) * distance(node, centroid);
      }
      String of = metric + ", " + length + ", offset " + offset;
      assertTrue(of + ": " + above, above >= 0.98 * NODES);
      // an estimate's error, its mean being what is taken off
      double deviations = excess / spread * Math.sqrt(length) / (metric.isInnerProduct() ? 1 : 2);
      assertTrue(of + ": " + deviations, deviations > 1 && deviations < 3);
    }
  }

  private float[] near(float[] centroid, Metric metric) {
    float[] vector = new float[centroid.length];
    double squared = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] = centroid[i] + (float) (random.nextGaussian() / Math.sqrt(vector.length));
      squared += vector[i] * vector[i];
    }
    for (int i = 0; i < vector.length && metric == Metric.ANGULAR; i++) {
      vector[i] /= (float) Math.sqrt(squared);
    }
    return vector;
  }

  private static double key(Metric metric, float[] q, float[] o) {
    double sum = 0;
    for (int i = 0; i < q.length; i++) {
      double d = (double) q[i] - o[i];
      sum += metric.isInnerProduct() ? -(double) q[i] * o[i] : d * d;
    }
    return sum;
  }

  private static double distance(float[] a, float[] b) {
    return Math.sqrt(key(Metric.SQUARED_L2, a, b));
  }
}
