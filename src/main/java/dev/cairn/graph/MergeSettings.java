/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.Metric;

/**
 * How graphs are merged.
 *
 * @param metric what keys mean
 * @param dimension number of components of the vectors
 * @param vectors opens the vectors of the merged graph, once for each thread
 * @param maxConn M
 * @param beamWidth efConstruction, for the nodes that come without a graph
 * @param workers threads, at least 1
 * @param monitor told how the merge gets on
 */
public record MergeSettings(
    Metric metric,
    int dimension,
    Vectors vectors,
    int maxConn,
    int beamWidth,
    MergeWorkers workers,
    MergeMonitor monitor) {

  /** Opens vectors. */
  @FunctionalInterface
  public interface Vectors {
    /** A source for one thread. */
    VectorSource open();
  }
}
