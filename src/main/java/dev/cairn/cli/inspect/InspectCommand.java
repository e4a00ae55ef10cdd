/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.index.JsonOption;
import dev.cairn.cli.index.ReadOnlyDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.DirectoryReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The {@code inspect} command. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Says what an index consists of: for each segment and vector field documents, deletions,"
          + " format, levels, degrees, reachability, bytes by part, and what should fit in memory.",
      "Reads alone; any vectors format of Lucene."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; with --verify: all is sound",
      "1:no index, or a damaged one",
      "2:called wrongly"
    })
public final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIRECTORY", description = "The directory of the index.")
  private Path directory = Path.of("");

  @Option(
      names = "--verify",
      description = {
        "Also verify: checksums of all files; of Cairn's graphs every block, that all nodes are"
            + " reached, and a sample of codes against the vectors."
      })
  private boolean verify;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "With --verify: nodes of each level to compare with their vectors."
              + " Default: ${DEFAULT-VALUE}")
  private int samples;

  @Mixin private JsonOption json = new JsonOption();

  private final PrintStream out;
  private final Progress.Factory progress;

  /** A command that speaks to the console. */
  public InspectCommand() {
    this(System.out, ConsoleProgress::start);
  }

  InspectCommand(PrintStream out, Progress.Factory progress) {
    this.out = out;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    WrongCall.checkAtLeast("--samples", 1, samples);
    json.check();
    List<SegmentReport> segments;
    try (ReadOnlyDirectory index = ReadOnlyDirectory.open(directory);
        DirectoryReader reader = DirectoryReader.open(index);
        Progress bar =
            progress.start(
                verify ? "verifying" : "inspecting", 0, Inspection.countVectors(reader))) {
      segments = new Inspection(verify ? samples : 0, bar).run(reader);
    }
    json.write(InspectJson.of(segments), InspectText.of(segments), out);
    boolean isSound =
        segments.stream()
            .flatMap(segment -> segment.fields().stream())
            .flatMap(field -> field.check().stream())
            .allMatch(check -> check.isSound());
    return isSound ? 0 : 1;
  }
}
