/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.console.TextLayout;
import dev.cairn.cli.index.JsonOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * What an audit found.
 *
 * @param field name of the vector field
 * @param documents documents of the index that are not deleted
 * @param queries how many vectors were asked for
 * @param k hits of a query
 * @param isLeftOut whether each query was left out of the index while it was asked for
 * @param points measured widths, the smallest first
 * @param target the recall that is wanted
 * @param recommended the smallest width that surely has it
 */
record AuditResult(
    String field,
    int documents,
    int queries,
    int k,
    boolean isLeftOut,
    List<AuditPoint> points,
    double target,
    OptionalInt recommended) {

  ObjectNode json() {
    ObjectNode root = JsonOption.newObject();
    root.put("field", field);
    root.put("k", k);
    root.put("documents", documents);
    root.put("queries", queries);
    root.put("left_out", isLeftOut);
    root.put("confidence", 0.95);
    ArrayNode array = root.putArray("points");
    for (AuditPoint point : points) {
      ObjectNode node = array.addObject();
      node.put("ef", point.ef());
      node.put("recall", point.recall().mean());
      node.put("low", point.recall().low());
      node.put("high", point.recall().high());
      node.put("p50_us", point.p50Micros());
    }
    root.put("target", target);
    if (recommended.isPresent()) {
      root.put("recommended_ef", recommended.getAsInt());
    } else {
      root.putNull("recommended_ef");
    }
    return root;
  }

  List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "field %s: %,d documents, %,d of their vectors asked for their %d nearest",
            field,
            documents,
            queries,
            k));
    lines.add("");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("ef", "recall@" + k, "95% low", "high", "p50 us", ""));
    for (AuditPoint point : points) {
      boolean isChosen = recommended.isPresent() && recommended.getAsInt() == point.ef();
      rows.add(
          List.of(
              String.valueOf(point.ef()),
              share(point.recall().mean()),
              share(point.recall().low()),
              share(point.recall().high()),
              String.format(Locale.ROOT, "%.0f", point.p50Micros()),
              isChosen ? "<- recommended" : ""));
    }
    lines.addAll(TextLayout.table(rows));
    lines.add("");
    lines.add(
        recommended.isPresent()
            ? String.format(
                Locale.ROOT,
                "efSearch %d is the smallest whose recall is at least %s, low end and all.",
                recommended.getAsInt(),
                share(target))
            : String.format(
                Locale.ROOT,
                "No efSearch up to %d surely has a recall of %s; try larger ones with --ef.",
                points.getLast().ef(),
                share(target)));
    lines.add(
        isLeftOut
            ? "Each query was left out of the index while it was asked for."
            : "The queries are in the index, which makes this format look better than it is.");
    return lines;
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
