/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import java.util.Arrays;

/** Durations of many queries, up to two seconds each. */
final class Durations {
  private int[] nanos = new int[1024];
  private int count;

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = (int) Math.min(duration, Integer.MAX_VALUE);
  }

  void addAll(Durations other) {
    for (int i = 0; i < other.count; i++) {
      add(other.nanos[i]);
    }
  }

  /** The duration in microseconds that the given share of the queries did not exceed. */
  double micros(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    int[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1, Math.ceil(share * count) - 1)] / 1e3;
  }
}
