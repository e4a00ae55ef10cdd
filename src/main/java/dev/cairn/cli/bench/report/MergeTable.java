/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import static dev.cairn.cli.bench.report.Tables.count;
import static dev.cairn.cli.bench.report.Tables.tenths;

import dev.cairn.cli.bench.system.BuildCost;
import dev.cairn.cli.bench.system.IndexKind;
import dev.cairn.cli.console.TextLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Indexing and merging side by side, with how many times as fast as Lucene's default each is. */
public final class MergeTable {
  private static final String NONE = "-";

  private final List<List<String>> rows = new ArrayList<>();
  private final Map<String, BuildCost> lucene = new HashMap<>();

  /**
   * An empty table.
   *
   * @param k hits that recall is measured by
   */
  public MergeTable(int k) {
    rows.add(
        List.of(
            "index",
            "docs",
            "segments",
            "index s",
            "CPU s",
            "ratio",
            "merge s",
            "CPU s",
            "ratio",
            "CPU in all",
            "recall@" + k));
  }

  /** Makes what Lucene's default cost known; others are compared with it. */
  public void compareWith(IndexFigures index, boolean isAtOnce) {
    if (index.kind() == IndexKind.LUCENE) {
      lucene.put(index.documents() + " " + isAtOnce, index.cost());
    }
  }

  /** Adds an index. */
  public void add(IndexFigures index, Point point, boolean isAtOnce) {
    BuildCost cost = index.cost();
    BuildCost other = lucene.get(index.documents() + " " + isAtOnce);
    boolean isMerged = cost.mergeSeconds() > 0;
    rows.add(
        List.of(
            index.kind().label() + (isAtOnce ? ", at once" : ""),
            count(index.documents()),
            count(cost.segments()),
            tenths(cost.indexSeconds()),
            tenths(cost.indexCpuSeconds()),
            other == null ? NONE : ratio(other.indexSeconds(), cost.indexSeconds()),
            isMerged ? tenths(cost.mergeSeconds()) : NONE,
            isMerged ? tenths(cost.mergeCpuSeconds()) : NONE,
            isMerged && other != null ? ratio(other.mergeSeconds(), cost.mergeSeconds()) : NONE,
            other == null ? NONE : ratio(other.totalCpuSeconds(), cost.totalCpuSeconds()),
            String.format(Locale.ROOT, "%.4f", point.recall())));
  }

  private static String ratio(double theirs, double ours) {
    return ours > 0 ? String.format(Locale.ROOT, "%.2fx", theirs / ours) : NONE;
  }

  /** The table. */
  public List<String> lines() {
    return TextLayout.table(rows);
  }
}
