/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.codec;

import java.util.concurrent.atomic.LongAdder;

/** What writing the vectors of one index has cost on this node since it was opened here. */
public final class GraphWork {
  private final LongAdder flushes = new LongAdder();
  private final LongAdder flushNanos = new LongAdder();
  private final LongAdder merges = new LongAdder();
  private final LongAdder mergedVectors = new LongAdder();
  private final LongAdder mergeNanos = new LongAdder();

  /**
   * A moment's figures.
   *
   * @param flushes segments flushed
   * @param flushMillis time of the flushes; graphs of new documents are built while they are
   *     indexed, not here
   * @param merges fields merged
   * @param mergedVectors vectors that went into those merges, deleted ones included
   * @param mergeMillis time of the merges: copying vectors and building graphs
   */
  public record Snapshot(
      long flushes, long flushMillis, long merges, long mergedVectors, long mergeMillis) {}

  void flushed(long nanos) {
    flushes.increment();
    flushNanos.add(nanos);
  }

  void mergeStarted(long vectors, long nanos) {
    merges.increment();
    mergedVectors.add(vectors);
    mergeNanos.add(nanos);
  }

  void mergeContinued(long nanos) {
    mergeNanos.add(nanos);
  }

  /** The figures now. */
  public Snapshot snapshot() {
    return new Snapshot(
        flushes.sum(),
        flushNanos.sum() / 1_000_000,
        merges.sum(),
        mergedVectors.sum(),
        mergeNanos.sum() / 1_000_000);
  }
}
