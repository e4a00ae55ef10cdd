/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import java.util.Arrays;

/**
 * The mean recall of a sample of queries, and between what numbers the mean over all queries lies,
 * at 95% confidence. Wilson's interval; but hits of one query stand or fall together, so they count
 * for fewer than they are.
 *
 * @param mean mean of the sample
 * @param low lower end
 * @param high upper end
 * @param together by how much hits of one query stand or fall together: 1 for not at all, k for
 *     fully (the design effect of a cluster sample); more where each number is itself uncertain
 */
record Interval(double mean, double low, double high, double together) {
  private static final double Z = 1.959964;

  /**
   * The interval of a sample.
   *
   * @param recalls one number of each query; single ones may be above 1
   * @param k how many answers each number is a share of
   * @param least what {@code together} is at least, for samples with few misses do not tell
   */
  static Interval of(double[] recalls, int k, double least) {
    int n = recalls.length;
    double average = Arrays.stream(recalls).average().orElseThrow();
    double mean = Math.clamp(average, 0, 1);
    double squares = Arrays.stream(recalls).map(r -> (r - average) * (r - average)).sum();
    double independent = mean * (1 - mean) / k;
    double together = independent > 0 && n > 1 ? squares / (n - 1) / independent : 1;
    together = Math.max(together, Math.max(1, least));
    double trials = n * k / together;
    double middle = (mean + Z * Z / (2 * trials)) / (1 + Z * Z / trials);
    double half =
        Z
            / (1 + Z * Z / trials)
            * Math.sqrt(mean * (1 - mean) / trials + Z * Z / (4 * trials * trials));
    return new Interval(
        mean,
        Math.min(mean, Math.max(0, middle - half)),
        Math.max(mean, Math.min(1, middle + half)),
        together);
  }

  /** For a mean that may be off, down or up, by what no sample tells. */
  Interval widenedBy(double down, double up) {
    return new Interval(mean, Math.max(0, low - down), Math.min(1, high + up), together);
  }
}
