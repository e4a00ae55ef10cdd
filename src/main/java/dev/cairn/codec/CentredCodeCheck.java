/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.Layer;
import dev.cairn.quantization.CentredEncoder;
import dev.cairn.quantization.CentredLayout;
import dev.cairn.simd.SegmentLayouts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Computes centred codes of a sample of nodes again from their own codes. Signs are the same under
 * all kernels; factors are compared within the rounding of their sums.
 */
final class CentredCodeCheck {
  /** Rounding of sums of floats, amply. */
  private static final double ROUNDING = 1e-4;

  private final FieldGraph graph;
  private final Layer[] layers;
  private final Predicate<String> report;

  /**
   * A check.
   *
   * @param layers of the graph, with cursors that are free
   * @param report takes a problem, and says whether to go on
   */
  CentredCodeCheck(FieldGraph graph, Layer[] layers, Predicate<String> report) {
    this.graph = graph;
    this.layers = layers;
    this.report = report;
  }

  /** Checks some nodes, or all where there are no more; nothing where there are no codes. */
  void run(int samples, long seed) throws IOException {
    if (graph.codes() == null) {
      return;
    }
    float[] centroid = graph.codes().centroid();
    for (float component : centroid) {
      if (!Float.isFinite(component)
          && !report.test("component " + component + " of the centroid")) {
        return;
      }
    }
    CentredEncoder encoder = new CentredEncoder(Keys.metric(graph.meta().similarity()), centroid);
    byte[] expected = new byte[CentredLayout.rowBytes(centroid.length)];
    Layer bottom = layers[0];
    BlockSource rows = graph.codes().openRows();
    double length = length(centroid);
    PrimitiveIterator.OfInt sample = GraphCheck.sample(bottom.size(), samples, new Random(seed));
    while (sample.hasNext()) {
      int node = sample.nextInt();
      bottom.blocks().seek(node);
      encoder.encode(
          bottom.layout(), bottom.blocks().segment(), bottom.blocks().offset(), expected);
      rows.seek(node);
      if (!isSame(rows.segment(), rows.offset(), expected, centroid.length, length)
          && !report.test("node " + node + ": centred code")) {
        return;
      }
    }
  }

  private static double length(float[] vector) {
    double squared = 0;
    for (float x : vector) {
      squared += (double) x * x;
    }
    return Math.sqrt(squared);
  }

  /**
   * Whether a row is what it should be.
   *
   * @param centroidLength Euclidean length of the centroid
   */
  private static boolean isSame(
      MemorySegment stored, long row, byte[] expected, int codeLength, double centroidLength) {
    ByteBuffer bytes = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
    int signs = codeLength / Byte.SIZE;
    for (int i = 0; i < expected.length; i++) {
      boolean isFactor = i >= signs && i < signs + 2 * Float.BYTES;
      if (!isFactor && stored.get(SegmentLayouts.BYTE, row + i) != expected[i]) {
        return false;
      }
    }
    float add = bytes.getFloat(signs);
    float scale = bytes.getFloat(signs + Float.BYTES);
    // an inner product with the centroid may be small beside its summands
    double summands = scale * centroidLength * Math.sqrt(codeLength);
    return isNear(stored.get(SegmentLayouts.FLOAT, row + signs), add, summands)
        && isNear(stored.get(SegmentLayouts.FLOAT, row + signs + Float.BYTES), scale, 0);
  }

  private static boolean isNear(float found, float expected, double summands) {
    return Float.compare(found, expected) == 0
        || Math.abs(found - expected)
            <= ROUNDING * (Math.abs(expected) + summands) + Float.MIN_NORMAL;
  }
}
