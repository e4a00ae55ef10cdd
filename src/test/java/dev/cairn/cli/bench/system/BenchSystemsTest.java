/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.cairn.cli.bench.TestData;
import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.data.GroundTruth;
import dev.cairn.cli.data.SilentProgress;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.InfoStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Every system finds what an exact search finds, however its index came about. */
public class BenchSystemsTest {
  private static final int K = 10;
  private static final int DOCUMENTS = 600;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path path(String name) {
    return folder.getRoot().toPath().resolve(name);
  }

  private static BuildPlan plan(String segments, boolean ingestion) {
    return new BuildPlan(8, 60, new SegmentSizes(segments), ingestion, 16, 1, InfoStream.NO_OUTPUT);
  }

  private static double recall(
      BenchSystem system, BuiltIndex index, Dataset data, GroundTruth truth) throws IOException {
    try (Searcher searcher = index.newSearcher(system.style(), data)) {
      double sum = 0;
      for (int q = 0; q < data.queries().length; q++) {
        int[] hits = searcher.rows(searcher.search(q, K, 300));
        assertEquals(system.label(), K, hits.length);
        sum += truth.recall(q, hits);
      }
      return sum / data.queries().length;
    }
  }

  private void checkAll(VectorSimilarityFunction similarity, boolean isBytes, BuildPlan plan)
      throws IOException {
    try (Dataset data = TestData.random(DOCUMENTS, 32, 20, similarity, isBytes)) {
      GroundTruth truth = GroundTruth.of(data, K, path("truth"), SilentProgress::start);
      for (BenchSystem system : BenchSystem.values()) {
        if (isBytes && !system.takesBytes()) {
          continue;
        }
        Path directory = path(system.label() + similarity + plan.segments().text());
        try (BuiltIndex index = system.kind().build(data, directory, plan, SilentProgress::start)) {
          double recall = recall(system, index, data, truth);
          assertTrue(system.label() + " found " + recall, recall >= .95);
          assertTrue(index.cost().indexSeconds() > 0);
          long vectors = index.bytesByPart().get(Parts.VECTORS);
          long least = DOCUMENTS * 32L * (isBytes ? 1 : Float.BYTES);
          assertTrue(system.label() + " has " + vectors, vectors >= least);
          assertTrue(index.bytesByPart().containsKey(Parts.GRAPH));
          boolean hasCodes = system.style() == SearchStyle.RESCORED;
          assertEquals(hasCodes, index.bytesByPart().containsKey(Parts.CODES));
        }
      }
    }
  }

  @Test
  public void allFindWhatIsThere() throws IOException {
    checkAll(VectorSimilarityFunction.DOT_PRODUCT, false, plan("1", false));
  }

  @Test
  public void allFindWhatIsThereInMergedSegments() throws IOException {
    checkAll(VectorSimilarityFunction.EUCLIDEAN, false, plan("3", false));
  }

  @Test
  public void allFindWhatIsThereAfterIngestion() throws IOException {
    checkAll(VectorSimilarityFunction.COSINE, false, plan("1", true));
  }

  @Test
  public void bytesAreFoundToo() throws IOException {
    checkAll(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, true, plan("2", false));
  }

  /** Of themselves Lucene's formats end at 1,024 dimensions. */
  @Test
  public void allTakeLongVectors() throws IOException {
    try (Dataset data = TestData.random(80, 1100, 3, VectorSimilarityFunction.DOT_PRODUCT, false)) {
      GroundTruth truth = GroundTruth.of(data, K, path("truth"), SilentProgress::start);
      for (BenchSystem system : BenchSystem.values()) {
        Path directory = path(system.label());
        BuildPlan plan = plan("2", false);
        try (BuiltIndex index = system.kind().build(data, directory, plan, SilentProgress::start)) {
          double recall = recall(system, index, data, truth);
          assertTrue(system.label() + " found " + recall, recall >= .9);
        }
      }
    }
  }

  @Test
  public void mergesAreCounted() throws IOException {
    try (Dataset data =
        TestData.random(DOCUMENTS, 32, 20, VectorSimilarityFunction.DOT_PRODUCT, false)) {
      Path directory = path("merged");
      try (BuiltIndex index =
          IndexKind.LUCENE.build(data, directory, plan("400+2x50", false), SilentProgress::start)) {
        assertEquals(3, index.cost().segments());
        assertTrue(index.cost().mergeSeconds() > 0);
      }
    }
  }

  @Test
  public void openedIndexesAnswerAlike() throws IOException {
    try (Dataset data =
        TestData.random(DOCUMENTS, 32, 20, VectorSimilarityFunction.DOT_PRODUCT, false)) {
      BuildPlan plan = plan("1", false);
      for (BenchSystem system : BenchSystem.values()) {
        Path directory = path("opened-" + system.label());
        try (BuiltIndex built = system.kind().build(data, directory, plan, SilentProgress::start);
            BuiltIndex opened = system.kind().open(data, directory, plan, built.cost());
            Searcher first = built.newSearcher(system.style(), data);
            Searcher second = opened.newSearcher(system.style(), data)) {
          for (int q = 0; q < data.queries().length; q++) {
            assertArrayEquals(
                first.rows(first.search(q, K, 20)), second.rows(second.search(q, K, 20)));
          }
        }
      }
    }
  }

  @Test
  public void namesAreKnown() {
    for (BenchSystem system : BenchSystem.values()) {
      assertEquals(system, BenchSystem.of(system.label()));
    }
    assertThrows(IllegalArgumentException.class, () -> BenchSystem.of("faiss"));
  }
}
