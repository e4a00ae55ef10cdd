/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.index.JsonOption;
import java.util.List;
import java.util.Locale;

/** Reports for programs. */
final class InspectJson {
  private InspectJson() {}

  static ObjectNode of(List<SegmentReport> segments) {
    ObjectNode root = JsonOption.newObject();
    ArrayNode array = root.putArray("segments");
    for (SegmentReport segment : segments) {
      ObjectNode node = array.addObject();
      node.put("name", segment.name());
      node.put("docs", segment.docs());
      node.put("deleted", segment.deleted());
      node.put("soft_deleted", segment.softDeleted());
      node.put("codec", segment.codec());
      node.put("bytes", segment.bytes());
      ArrayNode fields = node.putArray("fields");
      segment.fields().forEach(field -> add(fields.addObject(), field));
    }
    return root;
  }

  private static void add(ObjectNode node, FieldReport field) {
    GraphMeasure graph = field.graph();
    node.put("name", field.info().name);
    node.put("dimension", field.info().getVectorDimension());
    node.put(
        "similarity", field.info().getVectorSimilarityFunction().name().toLowerCase(Locale.ROOT));
    node.put("element", field.info().getVectorEncoding().name().toLowerCase(Locale.ROOT));
    node.put("format", field.format());
    node.put("vectors", field.vectors());
    field
        .parameters()
        .ifPresent(
            parameters -> {
              node.put("m", parameters.maxConn());
              node.put("ef_construction", parameters.beamWidth());
              node.put("ef_search", parameters.efSearch());
            });
    node.put("levels", graph.levelSizes().size());
    ArrayNode sizes = node.putArray("level_sizes");
    graph.levelSizes().forEach(sizes::add);
    node.put("degree_mean", graph.degreeMean());
    ArrayNode degrees = node.putArray("degree_histogram");
    for (long count : graph.degrees()) {
      degrees.add(count);
    }
    node.put("reachable", graph.reachable());
    node.put("reached_nodes", graph.reached());
    node.put("bytes", field.bytes());
    ObjectNode parts = node.putObject("bytes_by_part");
    field.bytesByPart().forEach((part, bytes) -> parts.put(FieldReport.partName(part), bytes));
    node.put("resident_bytes", field.residentBytes());
    field
        .check()
        .ifPresent(
            check -> {
              node.put("sound", check.isSound());
              node.put("verified_codes", check.recoded());
              ArrayNode problems = node.putArray("problems");
              check.problems().forEach(problems::add);
            });
  }
}
