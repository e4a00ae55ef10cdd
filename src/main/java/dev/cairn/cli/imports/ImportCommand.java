/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.cli.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.Progress;
import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.index.HnswIndex.Space;
import dev.cairn.index.HnswlibImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code import} command. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Makes an index of a file that hnswlib has saved, without building the graph again.",
      "Vectors, labels, levels, links and marks of deletion are kept. Java programs open the"
          + " result with HnswIndex.open, and any Lucene reader can read it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the index is there",
      "1:the file or the directory will not do; nothing has been written",
      "2:called wrongly"
    },
    footerHeading = "%nExample:%n",
    footer = "  cairn import --space cosine products.hnsw products-index")
public final class ImportCommand implements Callable<Integer> {
  /** Held here because a logger nobody holds forgets its level. */
  private static final Logger LUCENE_LOG = Logger.getLogger("org.apache.lucene");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Spec private CommandSpec spec;

  @Option(
      names = "--space",
      required = true,
      paramLabel = "l2|ip|cosine",
      description = "The space the index was made with; the file does not say.")
  private Space space;

  @Option(
      names = "--ef",
      paramLabel = "N",
      defaultValue = "10",
      description = "The ef that searches start with, as set_ef sets it. Default: ${DEFAULT-VALUE}")
  private int ef;

  @Option(
      names = "--allow-replace-deleted",
      description = "New elements may take the place of deleted ones.")
  private boolean allowReplaceDeleted;

  @Option(names = "--json", description = "Print what was done as JSON.")
  private boolean json;

  @Parameters(paramLabel = "FILE", description = "What saveIndex (save_index) wrote.")
  private Path file;

  @Parameters(
      paramLabel = "DIRECTORY",
      description = "Where the index goes: empty, or not there yet.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    LUCENE_LOG.setLevel(Level.WARNING); // what vector instructions it found
    WrongCall.checkRange("--ef", 1, CairnHnswParameters.MAX_EF_SEARCH, ef);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          Files.exists(file) ? file + " is not a file" : file + " does not exist");
    }
    long start = System.nanoTime();
    HnswlibImport.Summary summary;
    try (Bar bar = new Bar()) {
      summary =
          new HnswlibImport(file, space, directory)
              .ef(ef)
              .allowReplaceDeleted(allowReplaceDeleted)
              .listener(bar)
              .run();
    }
    report(summary, (System.nanoTime() - start) / 1e9);
    return 0;
  }

  private void report(HnswlibImport.Summary summary, double seconds) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = JSON.createObjectNode();
      node.put("directory", directory.toString());
      node.put("space", space.name().toLowerCase(Locale.ROOT));
      node.put("elements", summary.elements());
      node.put("deleted", summary.deleted());
      node.put("max_elements", summary.maxElements());
      node.put("dimension", summary.dimension());
      node.put("m", summary.m());
      node.put("ef_construction", summary.efConstruction());
      node.put("levels", summary.levels());
      node.put("seconds", seconds);
      out.println(JSON.writeValueAsString(node));
    } else {
      out.printf(
          Locale.ROOT,
          "%s: %,d elements of %d dimensions, %,d of them deleted; M=%d, %d levels; %.1f s%n",
          directory,
          summary.elements(),
          summary.dimension(),
          summary.deleted(),
          summary.m(),
          summary.levels(),
          seconds);
    }
    out.flush();
  }

  /** A bar that appears with the first element. */
  private static final class Bar implements HnswlibImport.Listener, AutoCloseable {
    private Progress progress;

    @Override
    public synchronized void copied(int done, int total) {
      if (progress == null) {
        progress = ConsoleProgress.start("importing", 0, total);
      }
      progress.step();
    }

    @Override
    public synchronized void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
