/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import org.apache.lucene.util.InfoStream;

/**
 * How indexes are built, the same for all systems.
 *
 * @param m neighbours of a node on upper layers, twice as many on the lowest
 * @param efConstruction candidates considered for them
 * @param segments what to flush before all is merged into one
 * @param ingestion whether to merge all the while as an ordinary writer does
 * @param ramBufferMb what an ordinary writer holds before it flushes
 * @param mergeWorkers threads that build the graph of one merged segment
 * @param infoStream is told what Lucene's writer does
 */
public record BuildPlan(
    int m,
    int efConstruction,
    SegmentSizes segments,
    boolean ingestion,
    double ramBufferMb,
    int mergeWorkers,
    InfoStream infoStream) {

  /** The same, built in one flush. */
  public BuildPlan atOnce() {
    return new BuildPlan(
        m, efConstruction, SegmentSizes.ONE, false, ramBufferMb, mergeWorkers, infoStream);
  }

  /** The same for other segments. */
  public BuildPlan withSegments(SegmentSizes other) {
    return new BuildPlan(
        m, efConstruction, other, ingestion, ramBufferMb, mergeWorkers, infoStream);
  }
}
