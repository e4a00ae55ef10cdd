/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.data.Datasets;
import dev.cairn.cli.bench.data.GroundTruth;
import dev.cairn.cli.bench.report.IndexFigures;
import dev.cairn.cli.bench.report.JsonReport;
import dev.cairn.cli.bench.report.MergeTable;
import dev.cairn.cli.bench.report.Plots;
import dev.cairn.cli.bench.report.Point;
import dev.cairn.cli.bench.report.Tables;
import dev.cairn.cli.bench.system.BenchSystem;
import dev.cairn.cli.bench.system.BuildPlan;
import dev.cairn.cli.bench.system.BuiltIndex;
import dev.cairn.cli.bench.system.IndexKind;
import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.OutputFiles;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.CacheDirectory;
import dev.cairn.cli.data.Progress;
import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The {@code bench} command. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Measures Cairn beside Lucene's own formats and JVector, in one run.")
public final class BenchCommand implements Callable<Integer> {
  /** Held here because loggers nobody holds forget their level. */
  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("org.apache.lucene"), Logger.getLogger("io.github.jbellis"));

  @Mixin private DatasetOptions dataset = new DatasetOptions();
  @Mixin private BuildOptions build = new BuildOptions();

  @Option(
      names = {"-s", "--systems"},
      paramLabel = "NAME",
      split = ",",
      description =
          "Of cairn, cairn-ef, lucene, lucene-8bit, lucene-4bit, lucene-1bit, jvector,"
              + " jvector-file. Default: all")
  private List<String> systems = List.of();

  @Option(
      names = "--ef",
      paramLabel = "N",
      split = ",",
      defaultValue = "10,15,25,40,65,100,160,250,400",
      description = "Widths of the beam. Default: ${DEFAULT-VALUE}")
  private List<Integer> efs = List.of();

  @Option(
      names = "-k",
      paramLabel = "N",
      defaultValue = "10",
      description = "Hits of a query. Default: ${DEFAULT-VALUE}")
  private int k;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      defaultValue = "1",
      description = "Threads that search, several numbers for several runs. Default: 1")
  private List<Integer> threads = List.of();

  @Option(
      names = "--passes",
      paramLabel = "N",
      defaultValue = "5",
      description = "Timed passes of each setting. Default: ${DEFAULT-VALUE}")
  private int passes;

  @Option(
      names = "--pass-seconds",
      paramLabel = "S",
      defaultValue = "0.2",
      description = "Least length of a pass. Default: ${DEFAULT-VALUE}")
  private double passSeconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "0.5",
      description = "Seconds each setting is searched before timing. Default: ${DEFAULT-VALUE}")
  private double warmUpSeconds;

  @Option(
      names = "--clock",
      paramLabel = "NAME",
      defaultValue = "wall",
      description =
          "wall; or cpu, processor time of the searching threads, where other work disturbs."
              + " Default: ${DEFAULT-VALUE}")
  private SearchCrew.Clock clock = SearchCrew.Clock.WALL;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "",
      description = "garbage: count the bytes that a query allocates.")
  private String profile = "";

  @Option(
      names = "--merge",
      description =
          "Compare indexing and merging rather than searching; see --sizes, --segments, --ingest.")
  private boolean merge;

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      description = "With --merge: numbers of documents. Default: a quarter, half and all of them")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--check-ef",
      paramLabel = "N",
      defaultValue = "100",
      description = "With --merge: width of the beam for the recall. Default: ${DEFAULT-VALUE}")
  private int checkEf;

  @Option(
      names = "--at-once",
      description = "With --merge: also build each index in one flush, to compare the recall.")
  private boolean atOnce;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures.")
  private Path json;

  @Option(names = "--plot", paramLabel = "FILE", description = "Write a plot, .png.")
  private Path plot;

  private final PrintStream out;
  private final Progress.Factory progress;

  /** A command that speaks to the console. */
  public BenchCommand() {
    this(System.out, ConsoleProgress::start);
  }

  BenchCommand(PrintStream out, Progress.Factory progress) {
    this.out = out;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
    checkOptions();
    Datasets.Request request = dataset.request();
    List<BenchSystem> chosen = systems(request.bytes());
    WrongCall.checkRange("--dim", 1, mostDimensions(chosen), request.dimension());
    BuildPlan plan = build.plan();
    Path cache = CacheDirectory.locate();
    Datasets datasets = new Datasets(cache, progress, System.err::println);
    try (Dataset data = datasets.open(request);
        IndexStore store = build.store(progress, out::println)) {
      checkAgainst(data, chosen);
      Path truths = cache.resolve("bench-truth");
      if (merge) {
        Settings.describe(data, plan, chosen, k, effort(), List.of(1)).forEach(out::println);
        compareMerges(data, plan, chosen, truths, store);
      } else {
        GroundTruth truth = GroundTruth.of(data, k, truths, progress);
        Settings.describe(data, plan, chosen, k, effort(), threads).forEach(out::println);
        compare(data, plan, chosen, truth, store);
      }
    }
    return 0;
  }

  private void checkOptions() throws IOException {
    int most = CairnHnswParameters.MAX_EF_SEARCH;
    WrongCall.checkRange("-k", 1, most, k);
    efs.forEach(ef -> WrongCall.checkRange("--ef", 1, most, ef));
    threads.forEach(number -> WrongCall.checkAtLeast("--threads", 1, number));
    sizes.forEach(size -> WrongCall.checkAtLeast("--sizes", 1, size));
    WrongCall.checkRange("--check-ef", 1, most, checkEf);
    WrongCall.checkAtLeast("--passes", 1, passes);
    checkSeconds("--pass-seconds", passSeconds);
    checkSeconds("--warm-up", warmUpSeconds);
    build.check();
    if (!profile.isEmpty() && !profile.equals("garbage")) {
      throw new WrongCall("--profile must be garbage, got " + profile);
    }
    OutputFiles.check("--json", json);
    OutputFiles.checkPlot(plot);
  }

  private static void checkSeconds(String option, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new WrongCall(option + " must be 0 or more seconds, got " + value);
    }
  }

  /** Refuses what does not go with the data, before any index is built. */
  private void checkAgainst(Dataset data, List<BenchSystem> chosen) {
    if (data.dimension() > mostDimensions(chosen)) {
      throw new WrongCall(
          data.name()
              + " has "
              + data.dimension()
              + " dimensions, of which "
              + CairnHnswVectorsFormat.MAX_DIMENSIONS
              + " at most are indexed");
    }
    int fewest = data.size();
    for (int size : merge ? sizes(data) : List.<Integer>of()) {
      checkDocuments("--sizes", data.size(), size);
      fewest = Math.min(fewest, size);
    }
    checkDocuments("-k", fewest, k);
  }

  private static void checkDocuments(String option, int documents, int value) {
    if (value > documents) {
      throw new WrongCall(
          option + " must be at most the number of documents, " + documents + ", got " + value);
    }
  }

  /** JVector alone has no limit. */
  private static int mostDimensions(List<BenchSystem> chosen) {
    return chosen.stream().allMatch(system -> system.kind() == IndexKind.JVECTOR)
        ? Integer.MAX_VALUE
        : CairnHnswVectorsFormat.MAX_DIMENSIONS;
  }

  private List<Integer> sizes(Dataset data) {
    int all = data.size();
    return sizes.isEmpty() ? List.of(all / 4, all / 2, all) : sizes;
  }

  private Contest.Effort effort() {
    return new Contest.Effort(warmUpSeconds, passes, passSeconds, profile.equals("garbage"), clock);
  }

  private List<BenchSystem> systems(boolean isBytes) {
    if (systems.isEmpty()) {
      List<BenchSystem> all = new ArrayList<>(List.of(BenchSystem.values()));
      all.removeIf(system -> isBytes && !system.takesBytes());
      return all;
    }
    List<BenchSystem> chosen = systems.stream().map(BenchSystem::of).distinct().sorted().toList();
    for (BenchSystem system : chosen) {
      if (isBytes && !system.takesBytes()) {
        throw new WrongCall(system.label() + " does not index bytes");
      }
    }
    return chosen;
  }

  private void compare(
      Dataset data, BuildPlan plan, List<BenchSystem> chosen, GroundTruth truth, IndexStore store)
      throws IOException {
    Map<IndexKind, BuiltIndex> indexes = new EnumMap<>(IndexKind.class);
    try {
      List<IndexKind> kinds = chosen.stream().map(BenchSystem::kind).distinct().toList();
      for (IndexKind kind : kinds) {
        store.warmUp(kind, data, plan, build.warmUp());
      }
      Map<IndexKind, IndexFigures> figures = new EnumMap<>(IndexKind.class);
      for (IndexKind kind : kinds) {
        BuiltIndex index = store.index(kind, data, plan);
        indexes.put(kind, index);
        figures.put(kind, new IndexFigures(kind, data.size(), index.cost(), index.bytesByPart()));
      }
      title("Building and size");
      Tables.indexes(List.copyOf(figures.values())).forEach(out::println);
      List<Point> points = new ArrayList<>(search(data, chosen, truth, indexes));
      points.sort(
          Comparator.comparing(Point::system)
              .thenComparing(Point::threads)
              .thenComparing(Point::ef));
      show(data, points);
      if (json != null) {
        JsonReport report = new JsonReport("search", data, plan, k, clockName());
        points.forEach(point -> report.add(point, figures.get(point.system().kind())));
        report.write(json);
      }
      if (plot != null) {
        plot(data, plan, points);
      }
    } finally {
      IOUtils.close(indexes.values());
    }
  }

  private void compareMerges(
      Dataset data, BuildPlan plan, List<BenchSystem> chosen, Path truths, IndexStore store)
      throws IOException {
    List<MergeContest.Result> results =
        new MergeContest(data, chosen, k, checkEf, effort(), truths, store, progress)
            .run(plan, sizes(data), build.warmUp(), atOnce);
    title(
        "Indexing and merging: "
            + data.name()
            + ", recall at ef "
            + checkEf
            + ", ratios to lucene");
    MergeTable table = new MergeTable(k);
    results.forEach(r -> table.compareWith(r.index(), r.isAtOnce()));
    results.forEach(r -> table.add(r.index(), r.point(), r.isAtOnce()));
    table.lines().forEach(out::println);
    if (json != null) {
      JsonReport report = new JsonReport("merge", data, plan, k, clockName());
      results.forEach(r -> report.add(r.point(), r.index()));
      report.write(json);
    }
    if (plot != null) {
      Plots.timeAgainstDocuments(
          plot,
          chartTitle(data, plan),
          results.stream().filter(r -> !r.isAtOnce()).map(MergeContest.Result::index).toList());
    }
  }

  private String clockName() {
    return clock.name().toLowerCase(Locale.ROOT);
  }

  private static String chartTitle(Dataset data, BuildPlan plan) {
    return String.format(
        Locale.ROOT,
        "%s, %,d x %d, M=%d, efConstruction=%d",
        data.name(),
        data.size(),
        data.dimension(),
        plan.m(),
        plan.efConstruction());
  }

  private List<Point> search(
      Dataset data, List<BenchSystem> chosen, GroundTruth truth, Map<IndexKind, BuiltIndex> indexes)
      throws IOException {
    List<Setting> settings = new ArrayList<>();
    // systems next to each other at equal width, so that those compared run close in time
    for (int number : threads) {
      for (int ef : efs) {
        chosen.forEach(system -> settings.add(new Setting(system, ef, number)));
      }
    }
    try (SearchCrew crew =
        new SearchCrew(indexes, chosen, data, k, Collections.max(threads), clock)) {
      return new Contest(crew, truth, data.queries().length, effort(), progress).measure(settings);
    }
  }

  private void show(Dataset data, List<Point> points) {
    title("Recall and speed: " + data.name());
    Tables.points(points, k).forEach(out::println);
    for (int number : threads) {
      List<Point> same = points.stream().filter(p -> p.threads() == number).toList();
      String suffix = threads.size() > 1 ? ", threads: " + number : "";
      title("Queries/s at equal recall@" + k + ", best pass, ratio to lucene" + suffix);
      Tables.atRecall(same, Point::qpsBest).forEach(out::println);
      title("Queries/s at equal recall@" + k + ", median pass, ratio to lucene" + suffix);
      Tables.atRecall(same, Point::qpsMedian).forEach(out::println);
    }
  }

  private void plot(Dataset data, BuildPlan plan, List<Point> points) throws IOException {
    int number = threads.getFirst();
    String title =
        chartTitle(data, plan) + ", " + (number == 1 ? "one thread" : number + " threads");
    if (clock == SearchCrew.Clock.CPU) {
      title += ", processor time";
    }
    Plots.recallAgainstSpeed(
        plot, title, points.stream().filter(p -> p.threads() == number).toList());
  }

  private void title(String text) {
    out.printf("%n== %s%n%n", text);
  }
}
