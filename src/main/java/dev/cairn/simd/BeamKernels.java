/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

/**
 * Keeps the best entries of a search beam in order. {@link ScalarBeamKernels} is the specification;
 * results of every other implementation are equal to it. Implementations are stateless and safe for
 * use by many threads.
 */
public interface BeamKernels {
  /**
   * How many elements arrays must have beyond those in use: they are read and written, up to so
   * many at a time. No less than a run of {@link PanamaWideMergeNetwork}.
   */
  int MARGIN = 32;

  /**
   * Merges numbers into sorted ones and keeps the least.
   *
   * @param sorted ascending; at least {@code room + MARGIN} elements, of which {@code MARGIN} from
   *     {@code size} on are {@link Long#MAX_VALUE}, and so they are from the new size on
   * @param size how many are there
   * @param room how many to keep, at least {@code size}
   * @param added the new ones in any order, less than {@link Long#MAX_VALUE}; at least {@code count
   *     + MARGIN} elements, all of which may be overwritten
   * @param count how many are new
   * @return how many are there now
   */
  int merge(long[] sorted, int size, int room, long[] added, int count);

  /** The implementation that goes with {@link VectorKernels#best}. */
  static BeamKernels best() {
    return VectorKernels.best() instanceof PanamaKernels && PanamaBeamKernels.isUsable()
        ? new PanamaBeamKernels()
        : new ScalarBeamKernels();
  }
}
