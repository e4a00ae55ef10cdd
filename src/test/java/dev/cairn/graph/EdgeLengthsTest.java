/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.Test;

/** Lengths of edges from their factors, for residuals of many kinds. */
public class EdgeLengthsTest {
  private final Random random = new Random(5);

  /** What an edge's other end differs by. */
  private interface Residual {
    float at(int component, int edge);
  }

  @Test
  public void lengthsAreNearlyRight() throws IOException {
    check("of all components", (i, edge) -> (float) random.nextGaussian());
    check("tiny", (i, edge) -> 1e-3f * (float) random.nextGaussian());
    check("along one axis", (i, edge) -> i == edge ? 3 : 0);
    check("of two steps", (i, edge) -> i == edge || i == 2 * edge + 1 ? 1 : 0);
    check("of one size everywhere", (i, edge) -> random.nextBoolean() ? edge + 1 : -edge - 1);
  }

  private void check(String what, Residual residual) throws IOException {
    for (Metric metric : Metric.values()) {
      for (int dimension : new int[] {64, 100, 384, 1536}) {
        checkEdges(what, residual, metric, dimension);
      }
    }
  }

  private void checkEdges(String what, Residual residual, Metric metric, int dimension)
      throws IOException {
    int codeLength = Rotation.codeLength(dimension);
    FusedBlockLayout layout = GraphBuilder.layout(0, 16, dimension);
    EdgeLengths lengths = new EdgeLengths(metric);
    EdgeEncoder encoder = new EdgeEncoder(metric, dimension);
    float[] node = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      node[i] = (float) random.nextGaussian();
    }
    encoder.setNode(node);
    double errors = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment block = arena.allocate(layout.buildBytes(), 64);
      for (int slot = 0; slot < layout.slots(); slot++) {
        float[] other = node.clone();
        double squared = 0;
        for (int i = 0; i < dimension; i++) {
          other[i] += residual.at(i, slot);
          squared += Math.pow((double) other[i] - node[i], 2);
        }
        encoder.encode(other);
        layout.setEdge(block, 0, slot, slot, Float.NaN, encoder.forward());
        double error = lengths.squared(layout, block, 0, slot) / squared - 1;
        errors += error * error / layout.slots();
      }
      encoder.encode(node.clone());
      layout.setEdge(block, 0, 0, 0, Float.NaN, encoder.forward());
      assertEquals("an equal vector", 0, lengths.squared(layout, block, 0, 0), 0);
    }
    double expected = 0.54 / Math.sqrt(codeLength) + 0.003;
    assertTrue(
        what + ", " + metric + ", " + dimension + " dimensions: " + Math.sqrt(errors),
        Math.sqrt(errors) < 1.5 * expected);
  }
}
