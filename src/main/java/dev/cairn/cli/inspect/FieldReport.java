/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.GraphCheck;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.FieldInfo;

/**
 * One vector field of one segment.
 *
 * @param info the field
 * @param format name of the vectors format
 * @param vectors number of vectors, those of deleted documents included
 * @param graph what was counted
 * @param parameters how Cairn built the graph; none for another format
 * @param bytesByPart size of each part, by the extension of its file
 * @param check what verifying found; none if not asked for, or for another format
 */
record FieldReport(
    FieldInfo info,
    String format,
    int vectors,
    GraphMeasure graph,
    Optional<CairnHnswParameters> parameters,
    Map<String, Long> bytesByPart,
    Optional<GraphCheck.Report> check) {

  long bytes() {
    return bytesByPart.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * What a search reads at random places, so that it should stay in memory: graph and codes, and
   * the full vectors where a format compares with those at every step.
   */
  long residentBytes() {
    boolean hasCodes =
        parameters.isPresent()
            || bytesByPart.keySet().stream().anyMatch(part -> part.matches("veq|veb"));
    long vectors = bytesByPart.getOrDefault("vec", 0L);
    return hasCodes ? bytes() - vectors : bytes();
  }

  static String partName(String extension) {
    return switch (extension) {
      case "vec" -> "vectors";
      case "vex" -> "graph";
      case "veq", "veb" -> "codes";
      default -> extension;
    };
  }
}
