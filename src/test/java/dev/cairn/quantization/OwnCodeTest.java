/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Random;
import org.junit.Test;

/** Keys from a node's own code, by which searches go. */
public class OwnCodeTest {
  private static final int[] DIMENSIONS = {1, 2, 16, 64, 65, 128, 129, 384, 768, 4096};

  private final Random random = new Random(31);

  private float[] gaussian(int dimension, double deviation) {
    float[] x = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      x[i] = (float) (deviation * random.nextGaussian());
    }
    return x;
  }

  /**
   * The error is in proportion to the two vectors, in whose squared lengths it is measured here: of
   * 8 bits a component, and of 16 where dimensions are few.
   */
  @Test
  public void keysAreNearlyExact() {
    for (Metric metric : Metric.values()) {
      for (int dimension : DIMENSIONS) {
        double worst = 0;
        double sum = 0;
        int trials = 500;
        try (CodedNeighbours node = new CodedNeighbours(metric, dimension, 32)) {
          for (int trial = 0; trial < trials; trial++) {
            float[] p = gaussian(dimension, 1);
            float[] q = gaussian(dimension, 3);
            node.setNode(p);
            double exact = CodedNeighbours.key(metric, q, p);
            double lengths =
                -CodedNeighbours.key(Metric.INNER_PRODUCT, p, p)
                    - CodedNeighbours.key(Metric.INNER_PRODUCT, q, q);
            double error = (node.ownKey(q) - exact) / lengths;
            worst = Math.max(worst, Math.abs(error));
            sum += error;
          }
        }
        String message = metric + ", " + dimension + ": worst " + worst + ", mean " + sum / trials;
        double bound = dimension <= 128 ? 0.0002 : 0.005;
        assertTrue(message, worst < bound);
        assertEquals(message, 0, sum / trials, bound / 5);
      }
    }
  }

  @Test
  public void componentsAreRounded() {
    for (int length : new int[] {64, 768}) {
      OwnCode code = new OwnCode(length);
      int most = length == 64 ? Short.MAX_VALUE : Byte.MAX_VALUE;
      for (double deviation : new double[] {1, 1e-20, 1e20}) {
        float[] x = gaussian(length, deviation);
        x[length / 2] = (float) (-9 * deviation);
        code.set(x);
        for (int i = 0; i < length; i++) {
          assertEquals(x[i] * (most / (9 * deviation)), code.components[i], 0.5 + most * 1e-6);
        }
      }
      for (float odd : new float[] {1e-40f, Float.POSITIVE_INFINITY, Float.NaN}) {
        float[] x = new float[length];
        x[1] = odd;
        x[2] = -odd;
        code.set(x);
        boolean isNumber = odd < 1;
        assertEquals(isNumber ? most : 0, code.components[1]);
        assertEquals(isNumber ? -most : 0, code.components[2]);
        assertEquals(0, code.components[3]);
      }
    }
  }

  /**
   * Exact along the node's own vector, so that near nodes are told apart however long vectors are.
   */
  @Test
  public void keyOfTheNodeItselfIsExact() {
    for (int dimension : DIMENSIONS) {
      for (double deviation : new double[] {1e-10, 1, 1e8}) {
        float[] p = gaussian(dimension, deviation);
        try (CodedNeighbours distances = new CodedNeighbours(Metric.SQUARED_L2, dimension, 32);
            CodedNeighbours products = new CodedNeighbours(Metric.INNER_PRODUCT, dimension, 32)) {
          distances.setNode(p);
          products.setNode(p);
          double squared = -CodedNeighbours.key(Metric.INNER_PRODUCT, p, p);
          assertEquals(0, distances.ownKey(p) / squared, 1e-5);
          assertEquals(-1, products.ownKey(p) / squared, 1e-5);
        }
      }
    }
  }

  @Test
  public void zeroVectorsAndOverflow() {
    for (Metric metric : Metric.values()) {
      for (int dimension : DIMENSIONS) {
        try (CodedNeighbours node = new CodedNeighbours(metric, dimension, 32)) {
          float[] zero = new float[dimension];
          float[] q = gaussian(dimension, 1);
          node.setNode(zero);
          double exact = CodedNeighbours.key(metric, q, zero);
          assertEquals(exact, node.ownKey(q), 1e-5 * Math.abs(exact));
          node.setNode(q);
          exact = CodedNeighbours.key(metric, zero, q);
          assertEquals(exact, node.ownKey(zero), 1e-5 * Math.abs(exact));
          node.setNode(gaussian(dimension, 1e37));
          float key = node.ownKey(gaussian(dimension, 1e37));
          assertTrue(metric + ": " + key, Math.abs(key) <= Float.MAX_VALUE);
        }
      }
    }
  }
}
