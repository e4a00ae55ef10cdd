/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.data.GroundTruth;
import dev.cairn.cli.bench.report.Point;
import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures settings against each other. First each answers all queries once, which gives its
 * recall; then each is warmed up for the same time; then they take turns, pass by pass, so that
 * noise of the machine hits all alike.
 */
final class Contest {
  /**
   * How long to measure.
   *
   * @param warmUpSeconds for each setting
   * @param passes timed, for each setting
   * @param passSeconds that a pass lasts at least: queries are repeated until then
   * @param garbage whether to count allocated bytes
   * @param clock what a pass is timed by
   */
  record Effort(
      double warmUpSeconds,
      int passes,
      double passSeconds,
      boolean garbage,
      SearchCrew.Clock clock) {}

  /** What is known of a setting so far. */
  private static final class Record {
    private double recall;
    private double garbage = Double.NaN;
    private int rounds = 1;
    private final double[] qps;
    private final Durations durations = new Durations();

    Record(int passes) {
      qps = new double[passes];
    }
  }

  private final SearchCrew crew;
  private final GroundTruth truth;
  private final int queries;
  private final Effort effort;
  private final Progress.Factory progress;

  Contest(
      SearchCrew crew, GroundTruth truth, int queries, Effort effort, Progress.Factory progress) {
    this.crew = crew;
    this.truth = truth;
    this.queries = queries;
    this.effort = effort;
    this.progress = progress;
  }

  /** Measures all settings; the points come in their order. */
  List<Point> measure(List<Setting> settings) throws IOException {
    Map<Setting, Record> records = new LinkedHashMap<>();
    settings.forEach(setting -> records.put(setting, new Record(effort.passes)));
    int steps = settings.size() * (effort.passes + 2);
    try (Progress bar = progress.start("Searching", 0, steps)) {
      for (Map.Entry<Setting, Record> each : records.entrySet()) {
        bar.note("recall");
        each.getValue().recall = crew.recall(each.getKey(), truth);
        bar.step();
      }
      for (Map.Entry<Setting, Record> each : records.entrySet()) {
        bar.note("warm-up");
        warmUp(each.getKey(), each.getValue());
        bar.step();
      }
      for (int pass = 0; pass < effort.passes; pass++) {
        bar.note("pass " + (pass + 1) + " of " + effort.passes);
        for (Map.Entry<Setting, Record> each : records.entrySet()) {
          Record record = each.getValue();
          double seconds = crew.pass(each.getKey(), record.rounds, record.durations);
          record.qps[pass] = (double) record.rounds * queries / seconds;
          bar.step();
        }
      }
    }
    return records.entrySet().stream().map(e -> point(e.getKey(), e.getValue())).toList();
  }

  private void warmUp(Setting setting, Record record) throws IOException {
    double spent = 0;
    double last;
    do {
      last = crew.pass(setting, 1, new Durations());
      spent += last;
    } while (spent < effort.warmUpSeconds);
    record.rounds = (int) Math.max(1, Math.ceil(effort.passSeconds / last));
    if (effort.garbage) {
      record.garbage = crew.garbageBytes(setting);
    }
  }

  private static Point point(Setting setting, Record record) {
    double[] sorted = record.qps.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Point(
        setting.system(),
        setting.ef(),
        setting.threads(),
        record.recall,
        sorted[sorted.length - 1],
        median,
        record.durations.micros(.50),
        record.durations.micros(.99),
        record.garbage);
  }
}
