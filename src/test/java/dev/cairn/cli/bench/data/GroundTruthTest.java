/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import dev.cairn.cli.bench.TestData;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.SilentProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** True neighbours and recall. */
public class GroundTruthTest {
  private static final int K = 10;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path cache() {
    return folder.getRoot().toPath();
  }

  /** Sorts all documents by plain arithmetic. */
  private static int[] sorted(Dataset data, int query) {
    float[] target = data.queries()[query];
    double[] score = new double[data.size()];
    for (int row = 0; row < score.length; row++) {
      float[] document = data.documents().row(row);
      for (int i = 0; i < target.length; i++) {
        double difference = (double) target[i] - document[i];
        score[row] +=
            data.similarity() == VectorSimilarityFunction.EUCLIDEAN
                ? -difference * difference
                : (double) target[i] * document[i];
      }
    }
    return IntStream.range(0, score.length)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> -score[row]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Test
  public void findsWhatSortingFinds() throws IOException {
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      try (Dataset data = TestData.random(500, 24, 20, similarity, false)) {
        int[][] found = GroundTruth.search(data, K, SilentProgress::start);
        GroundTruth truth = GroundTruth.of(data, K, cache(), SilentProgress::start);
        for (int q = 0; q < data.queries().length; q++) {
          int[] sorted = sorted(data, q);
          int[] best = IntStream.range(0, K).map(i -> sorted[i]).toArray();
          assertArrayEquals(best, found[q]);
          assertEquals(1, truth.recall(q, best), 0);
          int[] shifted = IntStream.range(3, 3 + K).map(i -> sorted[i]).toArray();
          assertEquals(.7, truth.recall(q, shifted), 1e-9);
          int[] twice = best.clone();
          twice[1] = twice[0];
          assertEquals(.9, truth.recall(q, twice), 1e-9);
          assertEquals(0, truth.recall(q, new int[0]), 0);
        }
      }
    }
  }

  @Test
  public void equalDocumentsCountAsEachOther() throws IOException {
    VectorTable table = VectorTable.allocate(30, 2);
    for (int i = 0; i < 30; i++) {
      table.set(i, new float[] {i < 15 ? 1 : 5, 0});
    }
    float[][] queries = {{1, 0}};
    try (Dataset data =
        new Dataset("equal", table, queries, VectorSimilarityFunction.EUCLIDEAN, null, null)) {
      GroundTruth truth = GroundTruth.of(data, K, cache(), SilentProgress::start);
      assertEquals(1, truth.recall(0, IntStream.range(5, 15).toArray()), 0);
      assertEquals(.5, truth.recall(0, IntStream.range(10, 20).toArray()), 0);
    }
  }

  @Test
  public void bytesAreComparedAsBytes() throws IOException {
    try (Dataset data = TestData.random(200, 16, 5, VectorSimilarityFunction.EUCLIDEAN, true)) {
      int[][] found = GroundTruth.search(data, 1, SilentProgress::start);
      for (int q = 0; q < 5; q++) {
        Dataset.Scorer scorer = data.scorer(q);
        float best = scorer.score(found[q][0]);
        for (int row = 0; row < data.size(); row++) {
          float score = data.similarity().compare(data.byteQuery(q), data.byteDocument(row));
          assertEquals(score, scorer.score(row), 0);
          assertEquals(true, score <= best);
        }
      }
    }
  }

  @Test
  public void isComputedOnce() throws IOException {
    try (Dataset data = TestData.random(300, 8, 5, VectorSimilarityFunction.DOT_PRODUCT, false)) {
      GroundTruth first = GroundTruth.of(data, K, cache(), SilentProgress::start);
      Progress.Factory never =
          (task, done, total) -> {
            throw new AssertionError("computed again");
          };
      GroundTruth second = GroundTruth.of(data, 5, cache(), never);
      int[] best = IntStream.of(sorted(data, 0)).limit(5).toArray();
      assertEquals(.5, first.recall(0, best), 1e-9);
      assertEquals(1, second.recall(0, best), 1e-9);
    }
  }

  @Test
  public void refusesMoreHitsThanDocuments() throws IOException {
    try (Dataset data = TestData.random(5, 8, 2, VectorSimilarityFunction.DOT_PRODUCT, false)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> GroundTruth.of(data, 6, cache(), SilentProgress::start));
    }
  }

  @Test
  public void refusesNeighboursThatAreNoRows() throws IOException {
    try (Dataset data = TestData.random(5, 8, 2, VectorSimilarityFunction.DOT_PRODUCT, false)) {
      for (int row : new int[] {-1, 5}) {
        int[][] neighbours = {{0, 1}, {2, row}};
        Dataset told =
            new Dataset(
                "told", data.documents(), data.queries(), data.similarity(), null, neighbours);
        GroundTruth.of(told, 1, cache(), SilentProgress::start); // which does not look at it
        IllegalArgumentException e =
            assertThrows(
                IllegalArgumentException.class,
                () -> GroundTruth.of(told, 2, cache(), SilentProgress::start));
        assertEquals(
            "told: neighbours must be rows from 0 to 4, query 1 has " + row, e.getMessage());
      }
    }
  }
}
