/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

/**
 * What an index cost to build.
 *
 * @param indexSeconds from the first document to the last segment on disk
 * @param indexCpuSeconds processor time of the whole process in that time
 * @param mergeSeconds until all is one segment
 * @param mergeCpuSeconds processor time of the whole process in that time
 * @param segments how many there were before that
 */
public record BuildCost(
    double indexSeconds,
    double indexCpuSeconds,
    double mergeSeconds,
    double mergeCpuSeconds,
    int segments) {

  /** Both together. */
  public double totalSeconds() {
    return indexSeconds + mergeSeconds;
  }

  /** Both together. */
  public double totalCpuSeconds() {
    return indexCpuSeconds + mergeCpuSeconds;
  }
}
