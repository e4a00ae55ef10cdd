/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.cairn.cli.bench.system.BenchSystem;
import java.util.List;
import org.junit.Test;

/** Speeds between measured points. */
public class InterpolationTest {
  static Point point(BenchSystem system, int ef, double recall, double qps) {
    return new Point(system, ef, 1, recall, qps, qps / 2, 1e6 / qps, 2e6 / qps, Double.NaN);
  }

  private static Interpolation curve(double... recallAndSpeed) {
    Point[] points = new Point[recallAndSpeed.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = point(BenchSystem.CAIRN, i, recallAndSpeed[2 * i], recallAndSpeed[2 * i + 1]);
    }
    return new Interpolation(List.of(points), Point::qpsBest);
  }

  @Test
  public void isLinearInTheLogarithm() {
    Interpolation curve = curve(.9, 1000, .94, 100, .96, 10);
    assertEquals(1000, curve.at(.9).qps(), 1e-6);
    assertEquals(Math.sqrt(1000 * 100), curve.at(.92).qps(), 1e-6);
    assertEquals(Math.pow(10, 1.5), curve.at(.95).qps(), 1e-6);
    assertEquals(10, curve.at(.96).qps(), 1e-6);
    assertFalse(curve.at(.95).isLeast());
  }

  @Test
  public void tellsWhatWasNotReached() {
    assertTrue(Double.isNaN(curve(.9, 1000, .94, 100).at(.95).qps()));
    assertTrue(Double.isNaN(curve().at(.5).qps()));
  }

  @Test
  public void tellsWhatIsALeastValue() {
    Interpolation.Speed speed = curve(.9, 1000, .94, 100).at(.8);
    assertEquals(1000, speed.qps(), 0);
    assertTrue(speed.isLeast());
  }

  @Test
  public void beatenPointsCountForNothing() {
    // the second point is slower and worse than the third, the last slower than its equal
    Interpolation curve = curve(.9, 1000, .91, 50, .94, 100, .94, 60);
    assertEquals(Math.sqrt(1000 * 100), curve.at(.92).qps(), 1e-6);
    assertEquals(100, curve.at(.94).qps(), 1e-6);
  }
}
