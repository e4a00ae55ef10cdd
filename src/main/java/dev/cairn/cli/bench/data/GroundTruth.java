/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The score that a document must reach to be among the best {@code k} of a query. A hit counts when
 * it reaches that score, so equal documents count as each other.
 */
public final class GroundTruth {
  /** Neighbours kept on disk, so that other values of k need no new search. */
  private static final int KEPT = 100;

  /** Other processors sum in other orders; a neighbour must not be lost to that. */
  private static final float TOLERANCE = 1e-6f;

  private static final int DOCUMENTS_PER_STEP = 8192;

  private final Dataset data;
  private final int k;
  private final float[] worst;

  private GroundTruth(Dataset data, int[][] neighbours, int k) {
    this.data = data;
    this.k = k;
    this.worst = new float[data.queries().length];
    for (int q = 0; q < worst.length; q++) {
      Dataset.Scorer scorer = data.scorer(q);
      float lowest = Float.POSITIVE_INFINITY;
      for (int i = 0; i < k; i++) {
        int row = neighbours[q][i];
        if (row < 0 || row >= data.size()) {
          throw new IllegalArgumentException(
              data.name()
                  + ": neighbours must be rows from 0 to "
                  + (data.size() - 1)
                  + ", query "
                  + q
                  + " has "
                  + row);
        }
        lowest = Math.min(lowest, scorer.score(row));
      }
      worst[q] = lowest - TOLERANCE * Math.abs(lowest);
    }
  }

  /**
   * The truth about a data set: from its file, from the cache, or by comparing every query with
   * every document.
   *
   * @param cache a directory for what had to be computed
   */
  public static GroundTruth of(Dataset data, int k, Path cache, Progress.Factory progress)
      throws IOException {
    if (k > data.size()) {
      throw new IllegalArgumentException(
          "k must be at most the number of documents, " + data.size() + ", got " + k);
    }
    if (data.neighbours() != null && data.neighbours()[0].length >= k) {
      return new GroundTruth(data, data.neighbours(), k);
    }
    int kept = Math.min(Math.max(KEPT, k), data.size());
    Path file = cache.resolve("neighbours-" + kept + "-" + data.fingerprint() + ".ivecs");
    if (Files.exists(file)) {
      int[][] neighbours = VecsFiles.readInts(file);
      if (isPlausible(neighbours, data, kept)) {
        return new GroundTruth(data, neighbours, k);
      }
    }
    int[][] neighbours = search(data, kept, progress);
    Files.createDirectories(cache);
    Path fresh = Files.createTempFile(cache, "neighbours", ".new");
    VecsFiles.writeInts(fresh, neighbours);
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    return new GroundTruth(data, neighbours, k);
  }

  private static boolean isPlausible(int[][] neighbours, Dataset data, int kept) {
    return neighbours.length == data.queries().length
        && Arrays.stream(neighbours)
            .allMatch(
                row ->
                    row.length == kept
                        && Arrays.stream(row).allMatch(id -> id >= 0 && id < data.size()));
  }

  /** For each query its nearest documents, best first. */
  static int[][] search(Dataset data, int k, Progress.Factory progress) {
    int queries = data.queries().length;
    // each task walks all documents with a block of queries, which stays in the cache
    int block = Math.max(1, queries / (4 * Runtime.getRuntime().availableProcessors()));
    int blocks = (queries + block - 1) / block;
    int steps = (data.size() + DOCUMENTS_PER_STEP - 1) / DOCUMENTS_PER_STEP;
    int[][] nearest = new int[queries][];
    try (Progress bar = progress.start("Exact search", 0, (long) blocks * steps)) {
      IntStream.range(0, blocks)
          .parallel()
          .forEach(
              b -> {
                int from = b * block;
                BestRows[] best = search(data, from, Math.min(from + block, queries), k, bar);
                for (int i = 0; i < best.length; i++) {
                  nearest[from + i] = best[i].rows();
                }
              });
    }
    return nearest;
  }

  private static BestRows[] search(Dataset data, int from, int to, int k, Progress bar) {
    BestRows[] best = new BestRows[to - from];
    Arrays.setAll(best, i -> new BestRows(k));
    float[][] targets = Arrays.copyOfRange(data.queries(), from, to);
    byte[][] byteTargets = new byte[to - from][];
    if (data.isBytes()) {
      Arrays.setAll(byteTargets, i -> data.byteQuery(from + i));
    }
    float[] document = new float[data.dimension()];
    for (int row = 0; row < data.size(); row++) {
      data.documents().read(row, document);
      byte[] byteDocument = data.isBytes() ? data.bytes().toBytes(document) : null;
      for (int i = 0; i < best.length; i++) {
        best[i].add(
            row,
            byteDocument == null
                ? data.similarity().compare(targets[i], document)
                : data.similarity().compare(byteTargets[i], byteDocument));
      }
      if ((row + 1) % DOCUMENTS_PER_STEP == 0 || row + 1 == data.size()) {
        bar.step();
      }
    }
    return best;
  }

  /** How many hits are asked for. */
  public int k() {
    return k;
  }

  /**
   * The share of the best {@code k} that is among the hits of one query, from 0 to 1; a document
   * that is returned twice counts once.
   */
  public double recall(int query, int[] hits) {
    Dataset.Scorer scorer = data.scorer(query);
    long found =
        Arrays.stream(hits)
            .distinct()
            .limit(k)
            .filter(r -> scorer.score(r) >= worst[query])
            .count();
    return found / (double) k;
  }
}
