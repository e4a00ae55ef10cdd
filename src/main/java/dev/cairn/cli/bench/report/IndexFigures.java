/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import dev.cairn.cli.bench.system.BuildCost;
import dev.cairn.cli.bench.system.IndexKind;
import java.util.SortedMap;

/**
 * What an index cost and how large it is.
 *
 * @param kind of index
 * @param documents how many it holds
 * @param cost of building it
 * @param bytesByPart its size on disk
 */
public record IndexFigures(
    IndexKind kind, int documents, BuildCost cost, SortedMap<String, Long> bytesByPart) {

  /** Size on disk. */
  public long bytes() {
    return bytesByPart.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Size of one part on disk. */
  public long bytes(String part) {
    return bytesByPart.getOrDefault(part, 0L);
  }
}
