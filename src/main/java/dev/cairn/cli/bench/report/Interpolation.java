/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Queries a second at a given recall, between the measured points: the logarithm of the speed is
 * taken to be linear in the recall. Points that another one beats in both count for nothing.
 */
public final class Interpolation {
  private final List<Point> front = new ArrayList<>();
  private final ToDoubleFunction<Point> speed;

  /**
   * A curve.
   *
   * @param points of one system
   * @param speed which speed to take
   */
  public Interpolation(List<Point> points, ToDoubleFunction<Point> speed) {
    this.speed = speed;
    List<Point> fromBestRecall = new ArrayList<>(points);
    fromBestRecall.sort(
        Comparator.comparingDouble(Point::recall).thenComparingDouble(speed).reversed());
    for (Point point : fromBestRecall) {
      if (front.isEmpty() || speed.applyAsDouble(point) > speed.applyAsDouble(front.getFirst())) {
        front.addFirst(point);
      }
    }
  }

  /**
   * A speed.
   *
   * @param qps queries a second, or NaN where the recall was not reached
   * @param isLeast whether every measured point had a higher recall, so that a narrower beam would
   *     have been faster
   */
  public record Speed(double qps, boolean isLeast) {}

  /** The speed at a recall. */
  public Speed at(double recall) {
    if (front.isEmpty() || front.getLast().recall() < recall) {
      return new Speed(Double.NaN, false);
    }
    Point lower = front.getFirst();
    if (lower.recall() >= recall) {
      return new Speed(speed.applyAsDouble(lower), lower.recall() > recall);
    }
    for (Point upper : front) {
      if (upper.recall() >= recall) {
        double share = (recall - lower.recall()) / (upper.recall() - lower.recall());
        double from = Math.log(speed.applyAsDouble(lower));
        double to = Math.log(speed.applyAsDouble(upper));
        return new Speed(Math.exp(from + share * (to - from)), false);
      }
      lower = upper;
    }
    throw new AssertionError("the last point reaches " + recall);
  }
}
