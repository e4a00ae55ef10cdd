/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/** A graph in memory, to be written. */
public interface BuiltGraph {
  /** Number of layers. */
  int levels();

  /** Index of the entry point in the highest layer, or -1 where there is no layer. */
  int entry();

  /** A layer, with a cursor of its own. */
  Layer layer(int level);

  /**
   * Gives memory back before the whole graph is given up, where there are pages of one layer alone:
   * layers that grew side by side share theirs.
   *
   * @param level a layer
   * @param end nodes of it before this one are not read again
   */
  default void release(int level, int end) {}
}
