/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import dev.cairn.cli.bench.system.BenchSystem;
import dev.cairn.cli.bench.system.BuildCost;
import dev.cairn.cli.bench.system.Parts;
import dev.cairn.cli.console.TextLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Tables for a terminal, none wider than 110 characters. */
public final class Tables {
  /** The recalls at which systems are compared. */
  static final double[] RECALLS = {.90, .95, .98, .99};

  private static final double MIB = 1 << 20;
  private static final String NONE = "-";

  private Tables() {}

  /** Time to build and merge each index, and its size. */
  public static List<String> indexes(List<IndexFigures> indexes) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "index",
            "docs/s",
            "build s",
            "CPU s",
            "segments",
            "merge s",
            "CPU s",
            "MiB",
            "vectors",
            "graph",
            "codes",
            "other"));
    for (IndexFigures index : indexes) {
      BuildCost cost = index.cost();
      boolean isMerged = cost.segments() > 1;
      rows.add(
          List.of(
              index.kind().label(),
              count(index.documents() / cost.indexSeconds()),
              tenths(cost.indexSeconds()),
              tenths(cost.indexCpuSeconds()),
              count(cost.segments()),
              isMerged ? tenths(cost.mergeSeconds()) : NONE,
              isMerged ? tenths(cost.mergeCpuSeconds()) : NONE,
              tenths(index.bytes() / MIB),
              tenths(index.bytes(Parts.VECTORS) / MIB),
              tenths(index.bytes(Parts.GRAPH) / MIB),
              tenths(index.bytes(Parts.CODES) / MIB),
              tenths(index.bytes(Parts.OTHER) / MIB)));
    }
    return TextLayout.table(rows);
  }

  /** Every point. */
  public static List<String> points(List<Point> points, int k) {
    boolean hasGarbage = points.stream().anyMatch(p -> !Double.isNaN(p.garbageBytes()));
    boolean hasThreads = points.stream().anyMatch(p -> p.threads() > 1);
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("system", "ef"));
    if (hasThreads) {
      header.add("threads");
    }
    header.addAll(List.of("recall@" + k, "queries/s best", "median", "p50 us", "p99 us"));
    if (hasGarbage) {
      header.add("bytes/query");
    }
    rows.add(header);
    BenchSystem last = null;
    for (Point point : points) {
      List<String> row = new ArrayList<>();
      row.add(point.system() == last ? "" : point.system().label());
      last = point.system();
      row.add(Integer.toString(point.ef()));
      if (hasThreads) {
        row.add(Integer.toString(point.threads()));
      }
      row.add(String.format(Locale.ROOT, "%.4f", point.recall()));
      row.add(count(point.qpsBest()));
      row.add(count(point.qpsMedian()));
      row.add(tenths(point.p50Micros()));
      row.add(tenths(point.p99Micros()));
      if (hasGarbage) {
        row.add(Double.isNaN(point.garbageBytes()) ? NONE : count(point.garbageBytes()));
      }
      rows.add(row);
    }
    return TextLayout.table(rows);
  }

  /**
   * Queries a second at given recalls, and how many times as fast as Lucene's default each system
   * is.
   */
  public static List<String> atRecall(List<Point> points, ToDoubleFunction<Point> speed) {
    Map<BenchSystem, List<Point>> bySystem = new LinkedHashMap<>();
    points.forEach(p -> bySystem.computeIfAbsent(p.system(), s -> new ArrayList<>()).add(p));
    Interpolation lucene =
        new Interpolation(bySystem.getOrDefault(BenchSystem.LUCENE, List.of()), speed);
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("system"));
    for (double recall : RECALLS) {
      header.add(String.format(Locale.ROOT, "at %.2f", recall));
      header.add("ratio");
    }
    rows.add(header);
    bySystem.forEach(
        (system, curve) -> {
          Interpolation own = new Interpolation(curve, speed);
          List<String> row = new ArrayList<>(List.of(system.label()));
          for (double recall : RECALLS) {
            Interpolation.Speed mine = own.at(recall);
            row.add(Double.isNaN(mine.qps()) ? NONE : bound(mine) + count(mine.qps()));
            row.add(ratio(mine, lucene.at(recall)));
          }
          rows.add(row);
        });
    return TextLayout.table(rows);
  }

  private static String bound(Interpolation.Speed speed) {
    return speed.isLeast() ? ">" : "";
  }

  private static String ratio(Interpolation.Speed mine, Interpolation.Speed lucene) {
    double ratio = mine.qps() / lucene.qps();
    if (Double.isNaN(ratio) || mine.isLeast() && lucene.isLeast() && ratio != 1) {
      return NONE;
    }
    String sign = mine.isLeast() ? ">" : lucene.isLeast() ? "<" : "";
    return (ratio == 1 ? "" : sign) + String.format(Locale.ROOT, "%.2fx", ratio);
  }

  static String count(double number) {
    return String.format(Locale.ROOT, "%,d", Math.round(number));
  }

  static String tenths(double number) {
    return String.format(Locale.ROOT, "%,.1f", number);
  }
}
