/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import dev.cairn.cli.console.TextLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reports for people. */
final class InspectText {
  private static final int BAR = 40;
  private static final int ROWS = 12;

  private InspectText() {}

  static List<String> of(List<SegmentReport> segments) {
    List<String> lines = new ArrayList<>();
    for (SegmentReport segment : segments) {
      lines.add(
          String.format(
              Locale.ROOT,
              "segment %s: %,d documents, %,d of them deleted%s, codec %s, %s",
              segment.name(),
              segment.docs(),
              segment.deleted(),
              segment.softDeleted() == 0
                  ? ""
                  : String.format(Locale.ROOT, " (%,d softly)", segment.softDeleted()),
              segment.codec(),
              bytes(segment.bytes())));
      segment.fields().forEach(field -> addField(lines, field));
      lines.add("");
    }
    addMemory(lines, segments);
    return lines;
  }

  private static void addField(List<String> lines, FieldReport field) {
    GraphMeasure graph = field.graph();
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "  field %s: %,d vectors of %d dimensions, %s, %s",
            field.info().name,
            field.vectors(),
            field.info().getVectorDimension(),
            lower(field.info().getVectorEncoding()),
            lower(field.info().getVectorSimilarityFunction())));
    lines.add(
        "    format      "
            + field.format()
            + field
                .parameters()
                .map(
                    p ->
                        String.format(
                            Locale.ROOT,
                            ", M=%d, efConstruction=%d, efSearch=%d by default",
                            p.maxConn(),
                            p.beamWidth(),
                            p.efSearch()))
                .orElse(""));
    lines.add(
        "    bytes       "
            + field.bytesByPart().entrySet().stream()
                .map(part -> FieldReport.partName(part.getKey()) + " " + bytes(part.getValue()))
                .sorted()
                .collect(Collectors.joining(", ")));
    if (graph.nodes() == 0) {
      lines.add("    graph       none");
    } else {
      addGraph(lines, graph);
    }
    field
        .check()
        .ifPresent(
            check -> {
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "    verified    %s: %,d nodes, %,d edges, %,d codes computed again",
                      check.isSound() ? "sound" : "DAMAGED",
                      check.nodes(),
                      check.edges(),
                      check.recoded()));
              check.problems().forEach(problem -> lines.add("      " + problem));
            });
  }

  private static void addGraph(List<String> lines, GraphMeasure graph) {
    lines.add(
        "    levels      "
            + graph.levelSizes().stream()
                .map(size -> String.format(Locale.ROOT, "%,d", size))
                .collect(Collectors.joining(" / "))
            + " nodes, the lowest first");
    lines.add(
        String.format(
            Locale.ROOT,
            "    reachable   %,d of %,d (%.2f%%)",
            graph.reached(),
            graph.nodes(),
            // never rounded up to all
            Math.floor(10_000 * graph.reachable()) / 100));
    lines.add(
        String.format(
            Locale.ROOT,
            "    degrees     mean %.1f; nodes by number of neighbours on the lowest level:",
            graph.degreeMean()));
    long[] degrees = graph.degrees();
    int step = Math.ceilDiv(degrees.length, ROWS);
    long[] rows = new long[Math.ceilDiv(degrees.length, step)];
    long most = 1;
    for (int degree = 0; degree < degrees.length; degree++) {
      rows[degree / step] += degrees[degree];
      most = Math.max(most, rows[degree / step]);
    }
    for (int row = 0; row < rows.length; row++) {
      int last = Math.min((row + 1) * step, degrees.length) - 1;
      String range = last == row * step ? "" + last : row * step + "-" + last;
      if (rows[row] > 0) {
        lines.add(
            String.format(
                Locale.ROOT,
                "    %11s %,9d %s",
                range,
                rows[row],
                "#".repeat((int) Math.ceilDiv(rows[row] * BAR, most))));
      }
    }
  }

  private static void addMemory(List<String> lines, List<SegmentReport> segments) {
    Map<String, long[]> byField = new TreeMap<>();
    for (SegmentReport segment : segments) {
      for (FieldReport field : segment.fields()) {
        long[] sums = byField.computeIfAbsent(field.info().name, name -> new long[2]);
        sums[0] += field.residentBytes();
        sums[1] += field.bytes() - field.residentBytes();
      }
    }
    if (byField.isEmpty()) {
      lines.add("no vector fields");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("memory", "should fit", "read for results alone"));
    byField.forEach((name, sums) -> rows.add(List.of("  " + name, bytes(sums[0]), bytes(sums[1]))));
    lines.addAll(TextLayout.table(rows));
    lines.add(
        "Memory is the operating system's cache of files, not the heap. A search reads what should"
            + " fit at random places; of the rest a few rows for each hit.");
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static String bytes(long bytes) {
    if (bytes < 1 << 20) {
      return String.format(Locale.ROOT, "%,d bytes", bytes);
    }
    return bytes < 1L << 30
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20))
        : String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (1 << 30));
  }
}
