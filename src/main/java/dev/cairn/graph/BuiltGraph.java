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
}
