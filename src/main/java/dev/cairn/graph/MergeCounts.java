/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.concurrent.atomic.AtomicInteger;

/** What a merge did to the nodes of layer 0, and how many it had to repair on any layer. */
public final class MergeCounts {
  int kept;
  int repaired;
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger joined = new AtomicInteger();
  final AtomicInteger inserted = new AtomicInteger();
  long copyNanos;

  MergeCounts() {}

  /** Nodes whose blocks were copied. */
  public int kept() {
    return kept;
  }

  /** Those of them that lost neighbours and got others. */
  public int closed() {
    return closed.get();
  }

  /** Nodes that entered by way of their old neighbours. */
  public int joined() {
    return joined.get();
  }

  /** Nodes that were searched for from the entry point. */
  public int inserted() {
    return inserted.get();
  }

  /** Nodes that could not be reached, on any layer, and were linked. */
  public int repaired() {
    return repaired;
  }

  /** Time spent on copying blocks. */
  public long copyNanos() {
    return copyNanos;
  }
}
