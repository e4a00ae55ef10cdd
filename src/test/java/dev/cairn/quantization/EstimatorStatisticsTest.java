/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.EnumSet;
import java.util.Random;
import org.junit.Test;

/**
 * Errors of estimates at fixed seeds. An error is measured in units of 2 rho |w| (of rho |w| for
 * inner products), where rho is the length of the edge and w the part of the query's residual that
 * is orthogonal to it: the unit in which its standard deviation is, whatever the data, about
 * sqrt(pi/2 - 1) / sqrt(D - 1) for codes of D bits (RaBitQ, SIGMOD 2024, theorem 3.2).
 */
public class EstimatorStatisticsTest {
  private static final int TRIALS = 3200;
  private static final int NEIGHBOURS = 32;

  private final Random random = new Random(20_250);

  /** Mean absolute and worst error that 3,200 estimates may have, by dimension. */
  private enum Bound {
    D16(16, 0.080, 0.50),
    D64(64, 0.080, 0.50),
    D100(100, 0.057, 0.35),
    D384(384, 0.033, 0.20),
    D768(768, 0.023, 0.14),
    D1536(1536, 0.0165, 0.10);

    private final int dimension;
    private final double mean;
    private final double worst;

    Bound(int dimension, double mean, double worst) {
      this.dimension = dimension;
      this.mean = mean;
      this.worst = worst;
    }
  }

  /** What the errors of many estimates add up to. */
  private static final class Errors {
    private int count;
    private double sum;
    private double absolute;
    private double squares;
    private double worst;

    void add(double error) {
      assertTrue("error " + error, Double.isFinite(error));
      count++;
      sum += error;
      absolute += Math.abs(error);
      squares += error * error;
      worst = Math.max(worst, Math.abs(error));
    }

    double deviation() {
      return Math.sqrt(squares / count);
    }

    void check(String name, Bound bound, double allowance) {
      int codeLength = Rotation.codeLength(bound.dimension);
      double expected = Math.sqrt((Math.PI / 2 - 1) / (codeLength - 1));
      String all =
          "%s: mean %.5f, mean absolute %.4f, worst %.4f, deviation %.4f, expected %.4f"
              .formatted(name, sum / count, absolute / count, worst, deviation(), expected);
      assertTrue(all, count > TRIALS * 3 / 4);
      assertEquals(all, 0, sum / count, 4 * expected / Math.sqrt(count));
      assertEquals(all, expected, deviation(), (allowance - 0.9) * expected);
      assertTrue(all, absolute / count <= allowance * bound.mean);
      assertTrue(all, worst <= allowance * bound.worst);
    }
  }

  /** Makes a vector near another one; null stands for the origin. */
  private interface Source {
    float[] near(float[] center, double spread);
  }

  private float[] gaussian(int dimension, float[] center, double spread) {
    float[] x = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      x[i] = (float) ((center == null ? 0 : center[i]) + spread * random.nextGaussian());
    }
    return x;
  }

  private static float[] unit(float[] x) {
    double length = Math.sqrt(-CodedNeighbours.key(Metric.INNER_PRODUCT, x, x));
    float[] unit = x.clone();
    for (int i = 0; i < x.length; i++) {
      unit[i] = (float) (x[i] / length);
    }
    return unit;
  }

  private void checkStatistics(Metric metric, Bound bound, double queryScale, Source source) {
    checkStatistics(metric, bound, queryScale, source, 1);
  }

  private void checkStatistics(
      Metric metric, Bound bound, double queryScale, Source source, double allowance) {
    Errors errors = new Errors();
    try (CodedNeighbours node = new CodedNeighbours(metric, bound.dimension, NEIGHBOURS)) {
      for (int trial = 0; trial < TRIALS / NEIGHBOURS; trial++) {
        float[] p = source.near(null, 1);
        node.setNode(p);
        float[][] neighbours = new float[NEIGHBOURS][];
        for (int i = 0; i < NEIGHBOURS; i++) {
          neighbours[i] = source.near(p, 0.7);
          node.add(neighbours[i]);
        }
        float[] q = source.near(p, 1);
        for (int i = 0; i < q.length; i++) {
          q[i] *= (float) queryScale;
        }
        float[] estimates = node.estimate(q);
        for (int i = 0; i < NEIGHBOURS; i++) {
          double exact = CodedNeighbours.key(metric, q, neighbours[i]);
          double unit = unitOfError(metric, p, neighbours[i], q);
          if (unit > 0) {
            errors.add((estimates[i] - exact) / unit);
          }
        }
      }
    }
    errors.check(metric + ", " + bound + ", queries times " + queryScale, bound, allowance);
  }

  /**
   * The unit; 0 where the query lies in the direction of the edge, and so only rounding is left.
   */
  private static double unitOfError(Metric metric, float[] p, float[] o, float[] q) {
    double beta =
        metric.isInnerProduct()
            ? CodedNeighbours.key(metric, q, p) / CodedNeighbours.key(metric, p, p)
            : 1;
    double rho = 0;
    double along = 0;
    double squared = 0;
    for (int i = 0; i < p.length; i++) {
      double residual = (double) o[i] - p[i];
      double w = q[i] - beta * p[i];
      rho += residual * residual;
      along += residual * w;
      squared += w * w;
    }
    double orthogonal = Math.sqrt(squared - along * along / rho);
    if (orthogonal < 0.3 * Math.sqrt(squared)) {
      return 0;
    }
    return (metric.isInnerProduct() ? 1 : 2) * Math.sqrt(rho) * orthogonal;
  }

  @Test
  public void distances() {
    for (Bound bound : Bound.values()) {
      Source source = (center, spread) -> gaussian(bound.dimension, center, spread);
      checkStatistics(Metric.SQUARED_L2, bound, 1, source);
    }
  }

  @Test
  public void angles() {
    for (Bound bound : Bound.values()) {
      double scale = 1 / Math.sqrt(bound.dimension);
      Source source = (center, spread) -> unit(gaussian(bound.dimension, center, spread * scale));
      checkStatistics(Metric.ANGULAR, bound, 1, source);
    }
  }

  /** Were beta fixed at 1, the error of short queries would not shrink with them. */
  @Test
  public void innerProductsWhateverTheLengthOfTheQuery() {
    for (Bound bound : Bound.values()) {
      Source source = (center, spread) -> gaussian(bound.dimension, center, spread);
      for (double queryScale : new double[] {1e-3, 1, 1e3}) {
        checkStatistics(Metric.INNER_PRODUCT, bound, queryScale, source);
      }
    }
  }

  /** Two components differ and no more: residuals as far from Gaussian as can be. */
  @Test
  public void sparseResiduals() {
    for (Bound bound : EnumSet.range(Bound.D64, Bound.D1536)) {
      Source source =
          (center, spread) -> {
            float[] x = center == null ? gaussian(bound.dimension, null, 1) : center.clone();
            x[random.nextInt(x.length / 2)] += (float) (10 * (1 + random.nextDouble()));
            x[x.length / 2 + random.nextInt(x.length / 2)] -= (float) (9 * random.nextDouble());
            return x;
          };
      checkStatistics(Metric.SQUARED_L2, bound, 1, source);
    }
  }

  /**
   * Factors and tables are rounded in proportion to the vectors themselves, not to their residuals;
   * ten times as far from the origin as from each other that makes errors a tenth larger.
   */
  @Test
  public void vectorsFarFromTheOrigin() {
    for (Bound bound : Bound.values()) {
      Source source =
          (center, spread) -> {
            float[] x = gaussian(bound.dimension, center, spread);
            for (int i = 0; i < x.length && center == null; i++) {
              x[i] += 10;
            }
            return x;
          };
      checkStatistics(Metric.SQUARED_L2, bound, 1, source, 1.1);
    }
  }
}
