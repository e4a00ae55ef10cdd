/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.data.GroundTruth;
import dev.cairn.cli.bench.report.IndexFigures;
import dev.cairn.cli.bench.report.Point;
import dev.cairn.cli.bench.system.BenchSystem;
import dev.cairn.cli.bench.system.BuildPlan;
import dev.cairn.cli.bench.system.BuiltIndex;
import dev.cairn.cli.bench.system.IndexKind;
import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.IOUtils;

/**
 * Builds and merges indexes of several sizes, one kind beside the other, and looks at what they
 * find, so that no time is saved at the cost of recall.
 */
final class MergeContest {
  /**
   * One index and how well it is searched.
   *
   * @param index what it cost
   * @param point its recall and speed
   * @param isAtOnce whether it was built in one flush, for comparison
   */
  record Result(IndexFigures index, Point point, boolean isAtOnce) {}

  private final Dataset data;
  private final List<BenchSystem> systems;
  private final int k;
  private final int ef;
  private final Contest.Effort effort;
  private final Path truthCache;
  private final IndexStore store;
  private final Progress.Factory progress;

  MergeContest(
      Dataset data,
      List<BenchSystem> systems,
      int k,
      int ef,
      Contest.Effort effort,
      Path truthCache,
      IndexStore store,
      Progress.Factory progress) {
    this.data = data;
    this.systems = onePerKind(systems);
    this.k = k;
    this.ef = ef;
    this.effort = effort;
    this.truthCache = truthCache;
    this.store = store;
    this.progress = progress;
  }

  private static List<BenchSystem> onePerKind(List<BenchSystem> systems) {
    Map<IndexKind, BenchSystem> byKind = new EnumMap<>(IndexKind.class);
    systems.forEach(system -> byKind.putIfAbsent(system.kind(), system));
    return List.copyOf(byKind.values());
  }

  /**
   * Builds and searches.
   *
   * @param sizes numbers of documents
   * @param alsoAtOnce whether to build each index in one flush too
   */
  List<Result> run(BuildPlan plan, List<Integer> sizes, int buildWarmUp, boolean alsoAtOnce)
      throws IOException {
    for (BenchSystem system : systems) {
      store.warmUp(system.kind(), data, plan, buildWarmUp);
    }
    List<Result> results = new ArrayList<>();
    for (int size : sizes) {
      Dataset some = data.head(size);
      GroundTruth truth = GroundTruth.of(some, k, truthCache, progress);
      results.addAll(results(some, truth, plan, false));
      if (alsoAtOnce) {
        results.addAll(results(some, truth, plan.atOnce(), true));
      }
    }
    return results;
  }

  private List<Result> results(Dataset some, GroundTruth truth, BuildPlan plan, boolean isAtOnce)
      throws IOException {
    Map<IndexKind, BuiltIndex> indexes = new EnumMap<>(IndexKind.class);
    List<Setting> settings = new ArrayList<>();
    try {
      for (BenchSystem system : systems) {
        indexes.put(system.kind(), store.index(system.kind(), some, plan));
        settings.add(new Setting(system, ef, 1));
      }
      List<Result> results = new ArrayList<>();
      try (SearchCrew crew = new SearchCrew(indexes, systems, some, k, 1, effort.clock())) {
        Contest contest = new Contest(crew, truth, some.queries().length, effort, progress);
        for (Point point : contest.measure(settings)) {
          IndexKind kind = point.system().kind();
          BuiltIndex index = indexes.get(kind);
          IndexFigures figures =
              new IndexFigures(kind, some.size(), index.cost(), index.bytesByPart());
          results.add(new Result(figures, point, isAtOnce));
        }
      }
      return results;
    } finally {
      IOUtils.close(indexes.values());
    }
  }
}
