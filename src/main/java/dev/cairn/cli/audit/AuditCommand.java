/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.OutputFiles;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.index.JsonOption;
import dev.cairn.cli.index.ReadOnlyDirectory;
import dev.cairn.codec.CairnHnswParameters;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The {@code audit} command. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Tells what recall an index gives, on its own vectors, and which efSearch a target needs.",
      "Asks for the neighbours of a sample of stored vectors, each left out of the index meanwhile,"
          + " compares with exact answers, and recommends the smallest efSearch whose confidence"
          + " interval lies above the target. Reads alone."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, whether or not an efSearch reaches the target",
      "1:no index, no such field, or a damaged index",
      "2:called wrongly"
    })
public final class AuditCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIRECTORY", description = "The directory of the index.")
  private Path directory = Path.of("");

  @Option(
      names = {"-f", "--field"},
      paramLabel = "FIELD",
      description = "The vector field. Default: the only one")
  private String field;

  @Option(
      names = "--recall",
      paramLabel = "R",
      defaultValue = "0.95",
      description = "The recall that is wanted, above 0 and below 1. Default: ${DEFAULT-VALUE}")
  private double target;

  @Option(
      names = "-k",
      paramLabel = "N",
      defaultValue = "10",
      description = "Hits of a query. Default: ${DEFAULT-VALUE}")
  private int k;

  @Option(
      names = "--ef",
      paramLabel = "N",
      split = ",",
      defaultValue = "10,15,25,40,65,100,160,250,400,650,1000",
      description = "Values of efSearch to measure. Default: ${DEFAULT-VALUE}")
  private List<Integer> efs = List.of();

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Vectors in the sample; more narrow the interval. Default: ${DEFAULT-VALUE}")
  private int queries;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Which vectors. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads for the exact answers; searches run in one. Default: all processors")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--plot", paramLabel = "FILE.png", description = "Draw a plot.")
  private Path plot;

  @Mixin private JsonOption json = new JsonOption();

  private final PrintStream out;
  private final Progress.Factory progress;

  /** A command that speaks to the console. */
  public AuditCommand() {
    this(System.out, ConsoleProgress::start);
  }

  AuditCommand(PrintStream out, Progress.Factory progress) {
    this.out = out;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    checkOptions();
    AuditResult result;
    try (ReadOnlyDirectory index = ReadOnlyDirectory.open(directory);
        DirectoryReader reader = open(index)) {
      result = audit(reader);
    }
    json.write(result.json(), result.text(), out);
    if (plot != null) {
      AuditPlot.write(result, plot);
    }
    return 0;
  }

  private void checkOptions() throws IOException {
    int most = CairnHnswParameters.MAX_EF_SEARCH;
    WrongCall.checkRange("-k", 1, most, k);
    WrongCall.checkAtLeast("--queries", 1, queries);
    WrongCall.checkAtLeast("--threads", 1, threads);
    efs.forEach(ef -> WrongCall.checkRange("--ef", 1, most, ef));
    if (!(target > 0 && target < 1)) {
      throw new WrongCall("--recall must be above 0 and below 1, got " + target);
    }
    json.check();
    OutputFiles.checkPlot(plot);
  }

  /** Documents deleted softly are not found by applications either. */
  private static DirectoryReader open(ReadOnlyDirectory index) throws IOException {
    DirectoryReader reader = DirectoryReader.open(index);
    String softDeletes = FieldInfos.getMergedFieldInfos(reader).getSoftDeletesField();
    return softDeletes == null
        ? reader
        : new SoftDeletesDirectoryReaderWrapper(reader, softDeletes);
  }

  private AuditResult audit(DirectoryReader reader) throws IOException {
    VectorField vectors = VectorField.find(reader, field);
    QuerySample sample = new QuerySample(vectors, queries, seed);
    List<QuerySample.Query> drawn = sample.queries();
    if (drawn.isEmpty() || reader.numDocs() <= k) {
      throw new IllegalArgumentException(
          reader.numDocs() + " documents are too few to ask for " + k + " neighbours of one");
    }
    NearestVectors[] nearest;
    try (Progress bar =
        progress.start("exact answers", 0, ExactAnswers.steps(vectors, drawn.size()))) {
      nearest = new ExactAnswers(vectors, k + Audit.SPARE + 1, bar).find(drawn, threads);
    }
    // a narrower beam than k is as wide as k
    List<Integer> widths = efs.stream().map(ef -> Math.max(ef, k)).distinct().sorted().toList();
    Audit audit = new Audit(vectors, sample, nearest, k);
    OptionalInt recommended;
    try (Progress bar = progress.start("searching", 0, widths.size())) {
      audit.sweep(widths, bar);
      recommended = audit.recommend(target, bar);
    }
    return new AuditResult(
        vectors.name(),
        reader.numDocs(),
        drawn.size(),
        k,
        vectors.isCairn(),
        new ArrayList<>(audit.points()),
        target,
        recommended);
  }
}
