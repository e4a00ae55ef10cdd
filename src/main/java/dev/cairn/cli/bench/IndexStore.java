/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.system.BuildCost;
import dev.cairn.cli.bench.system.BuildPlan;
import dev.cairn.cli.bench.system.BuiltIndex;
import dev.cairn.cli.bench.system.IndexKind;
import dev.cairn.cli.bench.system.SegmentSizes;
import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.Version;

/** Builds indexes in a directory, where they may be kept for the next run. */
final class IndexStore implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COST = "cost.json";

  /** Whoever builds goes on while the process ends, and makes files where others were deleted. */
  private static final int ATTEMPTS = 10;

  private final Path directory;
  private final boolean isKept;
  private final Thread cleanup = new Thread(this::abandon, "cairn-bench-cleanup");
  private final Progress.Factory progress;
  private final Consumer<String> messages;

  /**
   * @param parent where indexes are built
   * @param isKept whether to keep them, and to use those of earlier runs
   * @param messages is told what a person should know
   */
  IndexStore(Path parent, boolean isKept, Progress.Factory progress, Consumer<String> messages)
      throws IOException {
    Files.createDirectories(parent);
    this.directory = isKept ? parent : Files.createTempDirectory(parent, "run-");
    this.isKept = isKept;
    this.progress = progress;
    this.messages = messages;
    if (!isKept) {
      Runtime.getRuntime().addShutdownHook(cleanup);
    }
  }

  /** Leaves nothing behind where the run is interrupted. */
  private void abandon() {
    for (int i = 0; i < ATTEMPTS && Files.exists(directory); i++) {
      try {
        IOUtils.rm(directory);
      } catch (IOException e) {
        // a new file was made meanwhile
      }
    }
  }

  /** An index of the data: built now or, where indexes are kept, perhaps before. */
  BuiltIndex index(IndexKind kind, Dataset data, BuildPlan plan) throws IOException {
    Path path = directory.resolve(isKept ? name(kind, data, plan) : kind.label());
    Path costFile = path.resolveSibling(path.getFileName() + "." + COST);
    if (isKept && Files.exists(costFile) && Files.exists(path)) {
      messages.accept("The index " + kind.label() + " is from an earlier run, so is its cost.");
      return kind.open(data, path, plan, JSON.readValue(costFile.toFile(), BuildCost.class));
    }
    IOUtils.rm(path);
    BuiltIndex index = kind.build(data, path, plan, progress);
    if (isKept) {
      JSON.writeValue(costFile.toFile(), index.cost());
    }
    return index;
  }

  /** Lets the compiler see a kind's building code before it is timed. */
  void warmUp(IndexKind kind, Dataset data, BuildPlan plan, int documents) throws IOException {
    if (documents < 1
        || isKept && Files.exists(directory.resolve(name(kind, data, plan) + "." + COST))) {
      return;
    }
    Path path = directory.resolve("warm-up-" + ProcessHandle.current().pid());
    try {
      Dataset some = data.head(documents);
      kind.build(some, path, plan.withSegments(new SegmentSizes("2")), progress).close();
    } finally {
      IOUtils.rm(path);
    }
  }

  /** Says all that the bytes of an index depend on. */
  private static String name(IndexKind kind, Dataset data, BuildPlan plan) throws IOException {
    String recipe =
        String.join(
            ";",
            data.fingerprint(),
            "M " + plan.m(),
            "efConstruction " + plan.efConstruction(),
            "segments " + plan.segments().of(data.size()),
            "ingestion " + (plan.ingestion() ? plan.ramBufferMb() : "no"),
            "workers " + plan.mergeWorkers(),
            Version.LATEST.toString(),
            kind == IndexKind.CAIRN ? CodeFingerprint.ofCore() : "");
    CRC32C checksum = new CRC32C();
    checksum.update(recipe.getBytes(StandardCharsets.UTF_8));
    return kind.label() + "-" + data.name() + "-" + Long.toHexString(checksum.getValue());
  }

  @Override
  public void close() throws IOException {
    if (isKept) {
      return;
    }
    IOUtils.rm(directory);
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException e) {
      // it is running
    }
  }
}
