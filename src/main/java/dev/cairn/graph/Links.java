/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;

/**
 * The links of a graph that was built elsewhere, by ordinal. On each level links lead to nodes of
 * that level alone. Safe for use by several threads at once.
 */
public interface Links {
  /** The node that searches start from: one with the highest level. */
  int entry();

  /** The highest level of a node. */
  int level(int ordinal) throws IOException;

  /** The most neighbours that a node has on a level. */
  int degree(int level);

  /**
   * Reads the neighbours of a node, none of them twice and none the node itself.
   *
   * @param into receives them; has room for {@link #degree}
   * @return how many there are
   */
  int neighbours(int ordinal, int level, int[] into) throws IOException;
}
