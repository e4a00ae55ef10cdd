/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.EmbeddingCache;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.SentenceEmbedder;
import dev.cairn.cli.data.VectorFile;
import dev.cairn.cli.data.WordNetCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Opens data sets by name. */
public final class Datasets {
  private static final String WORDNET_VECTORS = "wordnet-3.1";

  /**
   * What to open and how.
   *
   * @param name {@code wordnet}, {@code random}, or a file that ends in {@code .hdf5}, {@code .h5},
   *     {@code .fvecs} or {@code .f32}
   * @param queryFile a file of queries of the same kind, or null
   * @param truthFile an {@code .ivecs} file of true neighbours, or null
   * @param dimension of random vectors and of {@code .f32} files
   * @param sideBySide how many vectors of a data set make one of ours
   * @param documents at most so many; random has exactly so many
   * @param queries at most so many; held out from the documents where a file has none
   * @param seed of random vectors and of the choice of queries held out
   * @param similarity what near means, or null for what suits the data
   * @param bytes whether to turn floats into signed bytes
   * @param normalize whether to scale all vectors to length one
   */
  public record Request(
      String name,
      Path queryFile,
      Path truthFile,
      int dimension,
      int sideBySide,
      int documents,
      int queries,
      long seed,
      VectorSimilarityFunction similarity,
      boolean bytes,
      boolean normalize) {}

  /** Documents and, where they come with them, queries and what belongs to them. */
  private record Source(
      String name,
      VectorTable documents,
      float[][] queries,
      int[][] neighbours,
      VectorSimilarityFunction similarity) {}

  private final Path cache;
  private final Progress.Factory progress;
  private final Consumer<String> messages;

  /**
   * @param cache where the embeddings of WordNet are kept
   * @param messages is told what a person should know
   */
  public Datasets(Path cache, Progress.Factory progress, Consumer<String> messages) {
    this.cache = cache;
    this.progress = progress;
    this.messages = messages;
  }

  /** Opens a data set. */
  public Dataset open(Request request) throws IOException {
    Source source = widened(source(request), request);
    VectorTable documents = source.documents;
    float[][] queries = source.queries;
    int[][] neighbours =
        request.truthFile == null ? source.neighbours : VecsFiles.readInts(request.truthFile);
    if (request.queryFile != null) {
      try (VectorTable table = table(request.queryFile, request.dimension)) {
        queries = table.toArrays();
      }
    }
    if (queries == null) {
      int count = Math.min(request.queries, documents.size() / 2);
      if (count < request.queries) {
        messages.accept(count + " queries: at most half of the rows are held out");
      }
      BitSet heldOut = heldOut(documents.size(), count, request.seed);
      queries = heldOut.stream().mapToObj(documents::row).toArray(float[][]::new);
      documents =
          documents.select(
              IntStream.range(0, documents.size()).filter(i -> !heldOut.get(i)).toArray());
      neighbours = null;
    } else if (queries.length > request.queries) {
      queries = java.util.Arrays.copyOf(queries, request.queries);
    }
    if (request.documents < documents.size()) {
      documents = documents.head(request.documents);
      neighbours = null;
    }
    VectorSimilarityFunction similarity =
        request.similarity != null ? request.similarity : source.similarity;
    if (mustNormalize(request, similarity, documents)) {
      messages.accept("Scaling the vectors of " + source.name + " to length one.");
      VectorTable unit = documents.transformed(Normalized::of);
      documents.close();
      documents = unit;
      for (float[] query : queries) {
        Normalized.of(query);
      }
      neighbours = similarity == VectorSimilarityFunction.COSINE ? neighbours : null;
    }
    ByteScale bytes = request.bytes ? ByteScale.fitting(documents) : null;
    boolean isTruthKept =
        bytes == null && (request.similarity == null || request.similarity == source.similarity)
            || request.truthFile != null;
    return new Dataset(
        source.name, documents, queries, similarity, bytes, isTruthKept ? neighbours : null);
  }

  /** Puts vectors next to others, each of which is used once at each place. */
  private static Source widened(Source source, Request request) {
    int times = request.sideBySide;
    if (times == 1) {
      return source;
    }
    if (source.queries != null || request.queryFile != null) {
      throw new WrongCall(
          "--side-by-side must be 1 where a data set has queries of its own, got " + times);
    }
    int dimension = source.documents.dimension();
    VectorTable wide = VectorTable.allocate(source.documents.size(), times * dimension);
    Random random = new Random(request.seed);
    float[] joined = new float[times * dimension];
    int[][] order = new int[times][];
    for (int part = 0; part < times; part++) {
      order[part] = part == 0 ? null : permutation(wide.size(), random);
    }
    for (int row = 0; row < wide.size(); row++) {
      for (int part = 0; part < times; part++) {
        float[] own = source.documents.row(part == 0 ? row : order[part][row]);
        System.arraycopy(own, 0, joined, part * dimension, dimension);
      }
      wide.set(row, Normalized.of(joined));
    }
    source.documents.close();
    return new Source(
        source.name + "-x" + times, wide, null, null, VectorSimilarityFunction.DOT_PRODUCT);
  }

  private static int[] permutation(int size, Random random) {
    int[] rows = IntStream.range(0, size).toArray();
    for (int i = size - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int row = rows[i];
      rows[i] = rows[other];
      rows[other] = row;
    }
    return rows;
  }

  private static boolean mustNormalize(
      Request request, VectorSimilarityFunction similarity, VectorTable documents) {
    boolean needsUnitLength =
        similarity == VectorSimilarityFunction.DOT_PRODUCT && !request.bytes || request.normalize;
    return needsUnitLength && !Normalized.isTrueOf(documents);
  }

  static BitSet heldOut(int size, int count, long seed) {
    BitSet chosen = new BitSet(size);
    Random random = new Random(seed);
    while (chosen.cardinality() < count) {
      chosen.set(random.nextInt(size));
    }
    return chosen;
  }

  private Source source(Request request) throws IOException {
    return switch (request.name) {
      case "wordnet" -> wordNet();
      case "random" -> random(request);
      default -> file(Path.of(request.name), request.dimension);
    };
  }

  private Source wordNet() throws IOException {
    List<String> glosses = WordNetCorpus.glosses(WordNetCorpus.load());
    try (SentenceEmbedder embedder = new SentenceEmbedder();
        VectorFile vectors =
            new EmbeddingCache(cache, progress, messages)
                .vectors(WORDNET_VECTORS, glosses, embedder)) {
      VectorTable table = VectorTable.allocate(vectors.size(), vectors.dimension());
      for (int i = 0; i < vectors.size(); i++) {
        table.set(i, vectors.row(i));
      }
      return new Source("wordnet", table, null, null, VectorSimilarityFunction.DOT_PRODUCT);
    }
  }

  /** Directions without preference: the worst case for every index. */
  private static Source random(Request request) {
    int size = Math.addExact(request.documents, request.queries);
    VectorTable table = VectorTable.allocate(size, request.dimension);
    Random random = new Random(request.seed);
    for (int i = 0; i < table.size(); i++) {
      table.set(i, gaussian(random, request.dimension));
    }
    String name = "random-" + request.documents + "x" + request.dimension + "-" + request.seed;
    return new Source(name, table, null, null, VectorSimilarityFunction.DOT_PRODUCT);
  }

  private static float[] gaussian(Random random, int dimension) {
    float[] row = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      row[i] = (float) random.nextGaussian();
    }
    return row;
  }

  private static Source file(Path file, int dimension) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new WrongCall(
          "DATASET must be wordnet, random or a file, but "
              + (Files.exists(file) ? file + " is not a file" : "there is no " + file));
    }
    String name = file.getFileName().toString();
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    if (isHdf5(name)) {
      Hdf5Files.Content content = Hdf5Files.read(file);
      VectorSimilarityFunction similarity =
          content.similarity() == null ? VectorSimilarityFunction.EUCLIDEAN : content.similarity();
      return new Source(
          stem, content.documents(), content.queries(), content.neighbours(), similarity);
    }
    VectorTable table = table(file, dimension);
    VectorSimilarityFunction similarity =
        Normalized.isTrueOf(table)
            ? VectorSimilarityFunction.DOT_PRODUCT
            : VectorSimilarityFunction.EUCLIDEAN;
    return new Source(stem, table, null, null, similarity);
  }

  private static boolean isHdf5(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".hdf5") || lower.endsWith(".h5");
  }

  private static VectorTable table(Path file, int dimension) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".fvecs")) {
      return VecsFiles.mapFloats(file);
    }
    if (name.endsWith(".f32")) {
      return VectorTable.map(file, dimension, 0);
    }
    throw new WrongCall("a file of vectors must end in .hdf5, .h5, .fvecs or .f32, got " + file);
  }
}
