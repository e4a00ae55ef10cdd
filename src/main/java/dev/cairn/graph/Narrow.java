/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/** How much is searched for a node whose old neighbours are known. */
final class Narrow {
  /** Old neighbours that a search starts from. */
  static final int STARTS = 4;

  /** Width of that search. */
  static final int WIDTH = 48;

  /** Neighbours of deleted neighbours that are looked at, the best by estimate. */
  static final int REPLACEMENTS = 32;

  private Narrow() {}
}
