/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/** How much is searched for a node whose old neighbours are known: see docs/merging.md. */
final class Narrow {
  /** Old neighbours that a search starts from. */
  static final int STARTS = 4;

  /** Width of the search for new neighbours of a node that has lost many. */
  static final int WIDTH_AROUND_HOLES = 48;

  /**
   * A search around a hole that sees fewer nodes than this has run out of them: it is in what is
   * left of a deleted cluster, or the layer is tiny. Larger remnants go unnoticed.
   */
  static final int ISLAND = BeamSearch.settledWidely(WIDTH_AROUND_HOLES);

  /** Nodes all over a layer from which a way out is searched for: the entry may be inside. */
  static final int FAR_STARTS = 4;

  /** Least width of the search for a way out: with less it could end among the island's own. */
  static final int WIDTH_FROM_ISLANDS = 2 * WIDTH_AROUND_HOLES;

  /** Width of the search for a joining node as if its graph were all that there is. */
  private static final int WIDTH = 20;

  /**
   * Added to the width each time the layer doubles relative to the node's own graph: the larger the
   * layer, the less the old neighbours tell. Two halves merge well at width 38, many small graphs
   * need more.
   */
  private static final int WIDER = 18;

  /** With this a small graph's nodes are found nearly as well as if all were built at once. */
  private static final int MAX_WIDTH = 84;

  /** With this .01 less of them where queries are narrow, .002 less where they are not. */
  private static final int MAX_WIDTH_OF_FEW = 52;

  /** Where no more than one node of a layer in so many is new, recall hardly depends on those. */
  private static final int FEW = 8;

  /** Neighbours of deleted neighbours that are looked at, the best by estimate. */
  static final int REPLACEMENTS = 32;

  /**
   * Links that lead farthest, for which a node with holes is first to have new ones or the same.
   */
  static final int FAR_LINKS = 8;

  /** A node is searched for anew when one in so many of its neighbours is deleted. */
  static final int LOST = 3;

  private Narrow() {}

  /**
   * How wide the search for a joining node is.
   *
   * @param present how many nodes are in the layer before any of them joins
   * @param joining how many come from the same graph
   * @param most the widest that it may be
   */
  static int width(int present, int joining, int most) {
    double doublings = Math.log1p((double) present / joining) / Math.log(2);
    return (int) Math.min(most, Math.round(WIDTH + WIDER * doublings));
  }

  /**
   * The widest that searches for joining nodes may be.
   *
   * @param kept how many nodes of a merged layer its base has
   * @param size how many it will have
   */
  static int mostWidth(int kept, int size) {
    return size - kept <= size / FEW ? MAX_WIDTH_OF_FEW : MAX_WIDTH;
  }
}
