/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.index.JsonOption;
import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The {@code migrate} command. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Rewrites an index with Cairn for its vector fields.",
      "Reads any index that Lucene 10 reads, whatever its codecs. All else stays: documents and"
          + " their order, text, points, doc values, stored fields, index sort, soft deletes,"
          + " user data. Deleted documents are left behind. Segments stay apart, one for one.",
      "The source is only read. The new index appears in the target when it is whole and was"
          + " compared with the source and checked; run the same command again after an"
          + " interruption, and it goes on after the last whole segment."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:migrated, now or before",
      "1:failed; the source is as it was, the target empty or resumable",
      "2:called wrongly"
    })
public final class MigrateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SOURCE", description = "The directory of the index.")
  private Path source = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "Where to write: a directory that is empty or does not exist.")
  private Path target = Path.of("");

  @Option(
      names = "--m",
      paramLabel = "N",
      description = "M, neighbours of a node. Default: ${DEFAULT-VALUE}")
  private int m = CairnHnswParameters.DEFAULT_MAX_CONN;

  @Option(
      names = "--ef-construction",
      paramLabel = "N",
      description = "Width of the beam while building. Default: ${DEFAULT-VALUE}")
  private int efConstruction = CairnHnswParameters.DEFAULT_BEAM_WIDTH;

  @Option(
      names = "--ef-search",
      paramLabel = "N",
      description = "Width of the beam of searches that set none. Default: ${DEFAULT-VALUE}")
  private int efSearch = CairnHnswParameters.DEFAULT_EF_SEARCH;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that build the graph of a segment. Default: ${DEFAULT-VALUE}")
  private int threads = 1;

  @Mixin private JsonOption json = new JsonOption();

  private final PrintStream out;
  private final Progress.Factory progress;

  /** A command that speaks to the console. */
  public MigrateCommand() {
    this(System.out, ConsoleProgress::start);
  }

  MigrateCommand(PrintStream out, Progress.Factory progress) {
    this.out = out;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    WrongCall.checkRange(
        "--m", CairnHnswParameters.MIN_MAX_CONN, CairnHnswParameters.MAX_MAX_CONN, m);
    WrongCall.checkRange(
        "--ef-construction", 1, CairnHnswParameters.MAX_BEAM_WIDTH, efConstruction);
    WrongCall.checkRange("--ef-search", 1, CairnHnswParameters.MAX_EF_SEARCH, efSearch);
    WrongCall.checkAtLeast("--threads", 1, threads);
    json.check();
    CairnHnswParameters parameters =
        CairnHnswParameters.builder()
            .m(m)
            .efConstruction(efConstruction)
            .efSearch(efSearch)
            .build();
    ExecutorService executor = threads == 1 ? null : Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      CairnHnswVectorsFormat format = new CairnHnswVectorsFormat(parameters, threads, executor);
      Migration.Result result =
          new Migration(source, target, format, progress, System.err::println).run();
      report(result, (System.nanoTime() - start) / 1e9);
    } finally {
      if (executor != null) {
        executor.shutdown();
      }
    }
    return 0;
  }

  private void report(Migration.Result result, double seconds) throws IOException {
    ObjectNode node = JsonOption.newObject();
    node.put("source", source.toString());
    node.put("target", target.toString());
    node.put("segments", result.segments());
    node.put("docs", result.documents());
    node.put("deleted", result.deleted());
    node.put("resumed_segments", result.kept());
    node.put("bytes_before", result.bytesBefore());
    node.put("bytes_after", result.bytesAfter());
    node.put("seconds", seconds);
    node.put("verified", true);
    String text =
        String.format(
            Locale.ROOT,
            "%s: %,d documents in %d segments, %,d bytes (%,d before), %,d deleted documents left"
                + " behind; compared with the source and checked, %.1f s",
            target,
            result.documents(),
            result.segments(),
            result.bytesAfter(),
            result.bytesBefore(),
            result.deleted(),
            seconds);
    json.write(node, List.of(text), out);
  }
}
