/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;

/**
 * The vectors that a graph is built over, by ordinal, as rows of floats: bytes widened, and of unit
 * length where the metric is angular. Not safe for use by several threads at once.
 */
public interface VectorSource {
  /** Number of components. */
  int dimension();

  /**
   * Copies a row.
   *
   * @param ordinal ordinal of the vector
   * @param row receives {@link #dimension} components
   */
  void load(int ordinal, float[] row) throws IOException;

  /** The number that estimates need of a node beside its key (see the block layout). */
  float nodeFactor(int ordinal) throws IOException;
}
