/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/** How much is searched for a node whose old neighbours are known: see docs/merging.md. */
final class Narrow {
  /** Old neighbours that a search starts from. */
  static final int STARTS = 4;

  /** Width of that search. */
  static final int WIDTH = 48;

  /** Nodes that the search has in mind beside those it expands; they become candidates too. */
  static final int ROOM = 32;

  /** Neighbours of deleted neighbours that are looked at, the best by estimate. */
  static final int REPLACEMENTS = 32;

  /** A node is searched for anew when one in so many of its neighbours is deleted. */
  static final int LOST = 3;

  private Narrow() {}
}
