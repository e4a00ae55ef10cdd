/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;

/** Told of each node that a search expands, with its key. */
@FunctionalInterface
public interface ExpansionListener {
  /**
   * Called once for each expanded node.
   *
   * @param index index of the node in the layer searched
   * @param ordinal ordinal of the node
   * @param key its key by its own code, whose error is some thousandths of the distance
   * @param nodeFactor the factor that its block holds
   * @return whether the search goes on
   */
  boolean expanded(int index, int ordinal, float key, float nodeFactor) throws IOException;
}
