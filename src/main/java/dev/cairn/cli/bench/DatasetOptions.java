/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.data.Datasets;
import dev.cairn.cli.console.WrongCall;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.lucene.index.VectorSimilarityFunction;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options that say what is searched. */
final class DatasetOptions {
  private static final int RANDOM_DOCUMENTS = 100_000;

  @Parameters(
      paramLabel = "DATASET",
      arity = "0..1",
      defaultValue = "wordnet",
      description = {
        "wordnet: the glosses of the demo; random: directions at random; or a file:",
        ".hdf5/.h5 of ann-benchmarks, .fvecs, or .f32 (little-endian float32 rows, with --dim).",
        "Default: ${DEFAULT-VALUE}"
      })
  private String name = "wordnet";

  @Option(
      names = "--query-file",
      paramLabel = "FILE",
      description = "Queries, .fvecs or .f32. Without: those of the data set, or held out.")
  private Path queryFile;

  @Option(
      names = "--truth-file",
      paramLabel = "FILE",
      description = "True neighbours, .ivecs. Without: exact search, cached.")
  private Path truthFile;

  @Option(
      names = "--dim",
      paramLabel = "N",
      defaultValue = "384",
      description = "Dimension of random vectors and .f32 files. Default: ${DEFAULT-VALUE}")
  private int dimension;

  @Option(
      names = "--docs",
      paramLabel = "N",
      defaultValue = "-1",
      description = "At most so many documents. Default: all; random: " + RANDOM_DOCUMENTS)
  private int documents;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "At most so many queries; held out at random where a data set has none. Default:"
              + " ${DEFAULT-VALUE}")
  private int queries;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Of random vectors and of the queries held out. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--similarity",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "dot_product, cosine, euclidean or maximum_inner_product. Default: what suits the data")
  private String similarity = "";

  @Option(names = "--bytes", description = "Scale the vectors to signed bytes.")
  private boolean bytes;

  @Option(names = "--normalize", description = "Scale the vectors to length one.")
  private boolean normalize;

  @Option(
      names = "--side-by-side",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Make each vector of so many, chosen at random, for higher dimensions; of length one."
              + " Default: ${DEFAULT-VALUE}")
  private int sideBySide;

  Datasets.Request request() {
    WrongCall.checkAtLeast("--dim", 1, dimension);
    WrongCall.checkAtLeast("--queries", 1, queries);
    WrongCall.checkAtLeast("--side-by-side", 1, sideBySide);
    if (documents != -1) {
      WrongCall.checkAtLeast("--docs", 1, documents);
    }
    boolean isRandom = name.equals("random");
    int all = isRandom ? RANDOM_DOCUMENTS : Integer.MAX_VALUE;
    int count = documents == -1 ? all : documents;
    if (isRandom && count > Integer.MAX_VALUE - queries) {
      throw new WrongCall(
          "--docs and --queries must be at most "
              + Integer.MAX_VALUE
              + " together, got "
              + count
              + " and "
              + queries);
    }
    return new Datasets.Request(
        name,
        queryFile,
        truthFile,
        dimension,
        sideBySide,
        count,
        queries,
        seed,
        similarity.isEmpty() ? null : similarity(similarity),
        bytes,
        normalize);
  }

  private static VectorSimilarityFunction similarity(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(VectorSimilarityFunction.values())
        .filter(function -> function.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongCall(
                    "--similarity must be dot_product, cosine, euclidean or maximum_inner_product,"
                        + " got "
                        + name));
  }
}
