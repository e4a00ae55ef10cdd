/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;

/** Exact keys of vectors against one query. */
public interface NodeScorer {
  /**
   * The raw key, smaller is nearer.
   *
   * @param ordinal ordinal of the vector
   * @param nodeFactor the node factor that its block holds
   */
  float key(int ordinal, float nodeFactor) throws IOException;
}
