/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.console.TextLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;

/**
 * Measures recall and speed of Cairn and of Lucene's default format: held-out glosses as queries,
 * one thread.
 */
final class RecallReport {
  /** The number of answers that are judged. */
  static final int TOP = 10;

  private static final int[] EF_SEARCH = {50, 100, 200};
  private static final int WARM_UP_PASSES = 1;
  private static final int TIMED_PASSES = 3;

  /** One line of the report. */
  private record Setting(VectorFormats format, IndexSearcher searcher, int efSearch) {
    ScoreDoc[] search(float[] query) throws IOException {
      return searcher.search(format.query(EvaluationIndexes.FIELD, query, TOP, null, efSearch), TOP)
          .scoreDocs;
    }
  }

  private final HeldOutQueries data;

  RecallReport(HeldOutQueries data) {
    this.data = data;
  }

  /** A table with a line for each format and beam width. */
  List<String> measure(EvaluationIndexes indexes) throws IOException {
    try (DirectoryReader cairn = DirectoryReader.open(indexes.of(VectorFormats.CAIRN));
        DirectoryReader lucene = DirectoryReader.open(indexes.of(VectorFormats.LUCENE))) {
      List<Setting> settings = new ArrayList<>();
      for (int efSearch : EF_SEARCH) {
        settings.add(new Setting(VectorFormats.CAIRN, new IndexSearcher(cairn), efSearch));
      }
      for (int efSearch : EF_SEARCH) {
        settings.add(new Setting(VectorFormats.LUCENE, new IndexSearcher(lucene), efSearch));
      }
      return measure(settings);
    }
  }

  private List<String> measure(List<Setting> settings) throws IOException {
    double[] recall = new double[settings.size()];
    float[] worstOfBest = data.worstOfBest(TOP);
    for (int s = 0; s < recall.length; s++) {
      recall[s] = recall(settings.get(s), worstOfBest);
    }
    // The settings take turns, so that none is measured cold or on a busier machine than another.
    long[][] nanos = new long[settings.size()][TIMED_PASSES];
    for (int pass = -WARM_UP_PASSES; pass < TIMED_PASSES; pass++) {
      for (int s = 0; s < nanos.length; s++) {
        nanos[s][Math.max(0, pass)] = time(settings.get(s));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("format", "efSearch", "recall@" + TOP, "queries/s"));
    for (int s = 0; s < recall.length; s++) {
      Arrays.sort(nanos[s]);
      double seconds = nanos[s][TIMED_PASSES / 2] / 1e9;
      rows.add(
          List.of(
              settings.get(s).format.label(),
              Integer.toString(settings.get(s).efSearch),
              String.format(Locale.ROOT, "%.3f", recall[s]),
              IndexFacts.count(Math.round(data.queries().length / seconds))));
    }
    return TextLayout.table(rows);
  }

  private double recall(Setting setting, float[] worstOfBest) throws IOException {
    long found = 0;
    for (int q = 0; q < worstOfBest.length; q++) {
      float[] query = data.queries()[q];
      for (ScoreDoc hit : setting.search(query)) {
        if (HeldOutQueries.score(query, data.document(hit.doc)) >= worstOfBest[q]) {
          found++;
        }
      }
    }
    return found / (double) (TOP * worstOfBest.length);
  }

  private long time(Setting setting) throws IOException {
    long start = System.nanoTime();
    for (float[] query : data.queries()) {
      setting.search(query);
    }
    return System.nanoTime() - start;
  }
}
