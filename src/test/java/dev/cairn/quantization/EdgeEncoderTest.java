/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.Test;

/** Codes of single edges: what they are, and that odd vectors get good ones. */
public class EdgeEncoderTest {
  private static final int[] DIMENSIONS = {1, 2, 3, 16, 63, 64, 65, 100, 128, 384, 1000, 4096};

  private final Random random = new Random(99);

  private float[] gaussian(int dimension) {
    float[] x = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Small integers, of which two vectors differ in few: rotated residuals hold exact zeros. */
  private float[] nearInteger(float[] center) {
    float[] x = center.clone();
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.round(x[i]);
    }
    x[random.nextInt(x.length)] += 2;
    return x;
  }

  @Test
  public void codeIsTheSignsOfTheRotatedResidual() {
    for (int dimension : DIMENSIONS) {
      float[] p = gaussian(dimension);
      float[] o = gaussian(dimension);
      float[] residual = new float[dimension];
      for (int i = 0; i < dimension; i++) {
        residual[i] = o[i] - p[i];
      }
      double[] rotated = NaiveRotation.rotate(residual);
      try (CodedNeighbours node = new CodedNeighbours(Metric.SQUARED_L2, dimension, 32)) {
        node.setNode(p);
        node.add(o);
        long[] code = node.code(0);
        assertEquals(rotated.length / 64, code.length);
        for (int i = 0; i < rotated.length; i++) {
          if (Math.abs(rotated[i]) > 1e-4) {
            boolean isSet = (code[i / 64] >>> (i % 64) & 1) != 0;
            assertEquals("bit " + i + " of " + dimension, rotated[i] > 0, isSet);
          }
        }
      }
    }
  }

  /** An edge keeps its code through merges, so it must not depend on what was encoded before. */
  @Test
  public void codesDependOnTheTwoVectorsAlone() {
    for (Metric metric : Metric.values()) {
      for (int dimension : DIMENSIONS) {
        float[] p = gaussian(dimension);
        float[] o = gaussian(dimension);
        try (CodedNeighbours used = new CodedNeighbours(metric, dimension, 32);
            CodedNeighbours fresh = new CodedNeighbours(metric, dimension, 32)) {
          used.setNode(gaussian(dimension));
          used.add(gaussian(dimension));
          used.setNode(p);
          used.add(gaussian(dimension));
          used.add(o);
          fresh.setNode(p);
          fresh.add(o);
          assertArrayEquals(fresh.code(0), used.code(1));
          assertArrayEquals(fresh.factors(0), used.factors(1), 0);
        }
      }
    }
  }

  /** Both ends of an edge get the same code of it, whichever of them was inserted last. */
  @Test
  public void backwardCodeIsTheForwardCodeOfTheOtherEnd() {
    for (Metric metric : Metric.values()) {
      for (int dimension : DIMENSIONS) {
        for (int round = 0; round < 20; round++) {
          float[] p = gaussian(dimension);
          float[] o = round % 2 == 0 ? gaussian(dimension) : nearInteger(p = nearInteger(p));
          checkBackward(metric, p, o);
        }
      }
    }
  }

  private static void checkBackward(Metric metric, float[] p, float[] o) {
    try (CodedNeighbours node = new CodedNeighbours(metric, p.length, 32)) {
      node.setNode(p);
      node.add(o);
      node.addBackward(o);
      assertArrayEquals(node.code(0), node.code(1));
      float[] forward = node.factors(0);
      float[] backward = node.factors(1);
      // one unit in the last of 8 bits, or what cancels in the sum that both of them round
      double length = Math.sqrt(-CodedNeighbours.key(Metric.INNER_PRODUCT, p, p));
      double rho = Math.sqrt(CodedNeighbours.key(Metric.SQUARED_L2, p, o));
      assertEquals(forward[0], backward[0], 0x1p-7 * Math.abs(forward[0]) + 1e-5 * rho * length);
      assertEquals(forward[1], backward[1], 0x1p-7 * Math.abs(forward[1]));
    }
  }

  @Test
  public void duplicatesAreEstimatedExactly() {
    for (Metric metric : Metric.values()) {
      for (int dimension : DIMENSIONS) {
        try (CodedNeighbours node = new CodedNeighbours(metric, dimension, 32)) {
          float[] p = gaussian(dimension);
          node.setNode(p);
          node.add(gaussian(dimension));
          node.add(p.clone());
          node.addBackward(p.clone());
          assertArrayEquals(new float[] {0, 0}, node.factors(1), 0);
          assertArrayEquals(new float[] {0, 0}, node.factors(2), 0);
          float[] q = gaussian(dimension);
          float exact = (float) CodedNeighbours.key(metric, q, p);
          float[] estimates = node.estimate(q);
          assertEquals(exact, estimates[1], 0);
          assertEquals(exact, estimates[2], 0);
        }
      }
    }
  }

  /** The node itself as the query: the error vanishes, for it is in proportion to |q - p|. */
  @Test
  public void distancesFromTheNodeItselfAreExact() {
    for (int dimension : DIMENSIONS) {
      try (CodedNeighbours node = new CodedNeighbours(Metric.SQUARED_L2, dimension, 32)) {
        float[] p = gaussian(dimension);
        float[] o = gaussian(dimension);
        node.setNode(p);
        node.add(o);
        double exact = CodedNeighbours.key(Metric.SQUARED_L2, p, o);
        double length = Math.sqrt(-CodedNeighbours.key(Metric.INNER_PRODUCT, p, p));
        // factors have 8 bits, the query's table too
        double tolerance = 0.01 * (exact + Math.sqrt(exact) * length);
        assertEquals(dimension + " dimensions", exact, node.estimate(p)[0], tolerance);
      }
    }
  }

  @Test
  public void zeroVectors() {
    for (Metric metric : Metric.values()) {
      for (int dimension : DIMENSIONS) {
        float[] zero = new float[dimension];
        float[] o = gaussian(dimension);
        try (CodedNeighbours node = new CodedNeighbours(metric, dimension, 32)) {
          node.setNode(zero);
          node.add(o);
          node.add(zero);
          node.addBackward(o);
          float[] q = gaussian(dimension);
          checkWithin(metric, dimension, q, o, zero, node.estimate(q)[0]);
          assertEquals(CodedNeighbours.key(metric, q, zero), node.estimate(q)[1], 1e-5 * dimension);
          checkWithin(metric, dimension, q, o, zero, node.estimate(q)[2]);
          // a zero query knows all exactly but for rounding
          double exact = CodedNeighbours.key(metric, zero, o);
          assertEquals(exact, node.estimate(zero)[0], 0.01 * Math.abs(exact));
          node.setNode(o);
          node.add(zero);
          checkWithin(metric, dimension, q, zero, o, node.estimate(q)[0]);
        }
      }
    }
  }

  /** Within what one bit a dimension can be wrong by at all. */
  private static void checkWithin(
      Metric metric, int dimension, float[] q, float[] o, float[] p, float estimate) {
    double exact = CodedNeighbours.key(metric, q, o);
    double rho = Math.sqrt(CodedNeighbours.key(Metric.SQUARED_L2, p, o));
    double toQuery = Math.sqrt(CodedNeighbours.key(Metric.SQUARED_L2, p, q));
    double lengths = Math.sqrt(-CodedNeighbours.key(Metric.INNER_PRODUCT, q, q)) + toQuery + rho;
    double deviation = 0.76 / Math.sqrt(Rotation.codeLength(dimension) - 1);
    double tolerance = 2 * rho * lengths * (5.5 * deviation + 0.02);
    assertEquals(metric + ", " + dimension + " dimensions", exact, estimate, tolerance);
  }

  /** Whatever finite numbers a vector holds, nothing that is not finite reaches a block. */
  @Test
  public void factorsAreAlwaysFinite() {
    float[] magnitudes = {
      Float.MIN_VALUE, 1e-42f, Float.MIN_NORMAL, 1e-25f, 1e-19f, 1, 1e15f, 1e19f, 1e25f, 3e38f
    };
    for (Metric metric : Metric.values()) {
      for (int dimension : new int[] {1, 7, 64, 384}) {
        for (float magnitude : magnitudes) {
          for (float other : magnitudes) {
            checkFinite(metric, filled(dimension, magnitude), filled(dimension, other));
            checkFinite(metric, filled(dimension, magnitude), filled(dimension, -other));
            checkFinite(metric, mixed(dimension, magnitude), mixed(dimension, other));
            checkFinite(metric, mixed(dimension, magnitude), new float[dimension]);
          }
        }
      }
    }
  }

  private static float[] filled(int dimension, float value) {
    float[] x = new float[dimension];
    Arrays.fill(x, value);
    return x;
  }

  private float[] mixed(int dimension, float magnitude) {
    float[] x = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      x[i] = (2 * random.nextFloat() - 1) * magnitude;
    }
    return x;
  }

  private static void checkFinite(Metric metric, float[] p, float[] o) {
    try (CodedNeighbours node = new CodedNeighbours(metric, p.length, 32)) {
      node.setNode(p);
      node.add(o);
      node.addBackward(o);
      for (float factor : node.ownFactors()) {
        assertTrue(metric + ": own code of " + p[0], Float.isFinite(factor));
      }
      for (int slot = 0; slot < 2; slot++) {
        for (float factor : node.factors(slot)) {
          assertTrue(metric + ": " + p[0] + " to " + o[0], Float.isFinite(factor));
        }
      }
    }
  }

  @Test
  public void bfloat16RoundsToNearestAndNeverToInfinity() {
    assertEquals(1, BFloat16.toFloat(BFloat16.round(1)), 0);
    assertEquals(0, BFloat16.toFloat(BFloat16.round(0)), 0);
    assertEquals(-3.5f, BFloat16.toFloat(BFloat16.round(-3.5f)), 0);
    // 1 + 2^-8 lies between 1 and 1 + 2^-7: ties go to the even one
    assertEquals(1, BFloat16.toFloat(BFloat16.round(1 + 0x1p-8f)), 0);
    assertEquals(1 + 0x1p-6f, BFloat16.toFloat(BFloat16.round(1 + 0x1.8p-7f)), 0);
    assertEquals(0, BFloat16.toFloat(BFloat16.round(Float.NaN)), 0);
    for (float huge : new float[] {Float.MAX_VALUE, Float.POSITIVE_INFINITY}) {
      assertFalse(Float.isInfinite(BFloat16.toFloat(BFloat16.round(huge))));
      assertTrue(BFloat16.toFloat(BFloat16.round(huge)) > 3.3e38f);
      assertTrue(BFloat16.toFloat(BFloat16.round(-huge)) < -3.3e38f);
    }
    for (int i = 0; i < 10_000; i++) {
      float x = (float) (random.nextGaussian() * Math.exp(20 * random.nextGaussian()));
      float rounded = BFloat16.toFloat(BFloat16.round(x));
      assertEquals(x, rounded, 0x1p-8 * Math.abs(x));
    }
  }
}
