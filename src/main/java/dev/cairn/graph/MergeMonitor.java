/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;

/** Told how a merge gets on, by all threads that work on it. */
public interface MergeMonitor {
  /** May throw to end the merge; called many times a second. */
  void check() throws IOException;

  /**
   * Called when a phase begins.
   *
   * @param phase what is being done, such as {@code joining layer 0}
   * @param total how many nodes there are to do
   */
  void begin(String phase, int total);

  /** Called after every few nodes of a phase. */
  void advance(int nodes);

  /** A check that may throw. */
  @FunctionalInterface
  interface Check {
    /** Throws to end the work. */
    void run() throws IOException;
  }
}
