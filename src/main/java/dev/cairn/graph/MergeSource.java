/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;

/**
 * A graph that is merged into another one.
 *
 * @param layers opens its layers
 * @param newOrdinals the ordinal of each of its nodes in the merged graph, by its own; -1 where it
 *     was deleted
 */
public record MergeSource(Opener layers, int[] newOrdinals) {
  /** Opens the layers of a graph. */
  @FunctionalInterface
  public interface Opener {
    /** The layers, lowest first, with cursors of their own. */
    Layer[] open() throws IOException;
  }

  /** Number of nodes that were not deleted. */
  int liveCount() {
    int count = 0;
    for (int ordinal : newOrdinals) {
      count += ordinal >= 0 ? 1 : 0;
    }
    return count;
  }
}
