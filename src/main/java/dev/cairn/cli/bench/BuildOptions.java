/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.system.BuildPlan;
import dev.cairn.cli.bench.system.SegmentSizes;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.CacheDirectory;
import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.lucene.util.InfoStream;
import org.apache.lucene.util.PrintStreamInfoStream;
import picocli.CommandLine.Option;

/** Options that say how indexes are built. */
final class BuildOptions {
  @Option(
      names = {"-m", "--m"},
      paramLabel = "N",
      defaultValue = "16",
      description = "M (Lucene's maxConn). Default: ${DEFAULT-VALUE}")
  private int m;

  @Option(
      names = "--ef-construction",
      paramLabel = "N",
      defaultValue = "100",
      description = "efConstruction (Lucene's beamWidth). Default: ${DEFAULT-VALUE}")
  private int efConstruction;

  @Option(
      names = "--segments",
      paramLabel = "SPEC",
      defaultValue = "1",
      description =
          "Flush so many equal segments, or such as 100000+10x1000, then merge them to one."
              + " Default: ${DEFAULT-VALUE}")
  private String segments = "1";

  @Option(
      names = "--ingest",
      description = "Flush and merge as Lucene does by default (TieredMergePolicy), then to one.")
  private boolean ingestion;

  @Option(
      names = "--ram-buffer",
      paramLabel = "MB",
      defaultValue = "64",
      description = "With --ingest: memory before a flush. Default: ${DEFAULT-VALUE}")
  private double ramBufferMb;

  @Option(
      names = "--merge-workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that build the graph of a merged segment. Default: ${DEFAULT-VALUE}")
  private int mergeWorkers;

  @Option(
      names = "--build-warm-up",
      paramLabel = "N",
      defaultValue = "3000",
      description =
          "Index so many documents before timing, of each kind, so that all start compiled."
              + " Default: ${DEFAULT-VALUE}")
  private int warmUp;

  @Option(
      names = "--index-dir",
      paramLabel = "DIR",
      description = "Where indexes are built. Default: within the cache")
  private Path indexDirectory;

  @Option(
      names = "--reuse",
      description = "Keep the indexes, and use those that an earlier run kept.")
  private boolean reuse;

  @Option(
      names = "--info-stream",
      paramLabel = "FILE",
      description = "Write what Lucene's writers do.")
  private Path infoStream;

  /** Refuses numbers that are out of range. */
  void check() {
    WrongCall.checkRange("--m", 2, 512, m);
    WrongCall.checkRange("--ef-construction", 1, 3200, efConstruction);
    WrongCall.checkAtLeast("--merge-workers", 1, mergeWorkers);
    WrongCall.checkAtLeast("--build-warm-up", 0, warmUp);
    if (!(ramBufferMb > 0)) {
      throw new WrongCall("--ram-buffer must be above 0, got " + ramBufferMb);
    }
  }

  BuildPlan plan() throws IOException {
    InfoStream info =
        infoStream == null
            ? InfoStream.NO_OUTPUT
            : new PrintStreamInfoStream(
                new PrintStream(Files.newOutputStream(infoStream), true, StandardCharsets.UTF_8));
    return new BuildPlan(
        m, efConstruction, new SegmentSizes(segments), ingestion, ramBufferMb, mergeWorkers, info);
  }

  IndexStore store(Progress.Factory progress, Consumer<String> messages) throws IOException {
    Path parent =
        indexDirectory == null ? CacheDirectory.locate().resolve("bench-indexes") : indexDirectory;
    return new IndexStore(parent, reuse, progress, messages);
  }

  int warmUp() {
    return warmUp;
  }
}
