/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.cairn.cli.data.SilentProgress;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Data sets by name. */
public class DatasetsTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final List<String> messages = new ArrayList<>();

  private Dataset open(Datasets.Request request) throws IOException {
    return new Datasets(folder.getRoot().toPath(), SilentProgress::start, messages::add)
        .open(request);
  }

  private static Datasets.Request request(
      String name, int documents, int queries, VectorSimilarityFunction similarity, boolean bytes) {
    return new Datasets.Request(
        name, null, null, 4, 1, documents, queries, 7, similarity, bytes, false);
  }

  /** Rows 0 to size - 1 whose numbers are all that of the row. */
  private Path rows(int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4 * size; i++) {
      bytes.putFloat(i / 4);
    }
    return Files.write(folder.getRoot().toPath().resolve("rows.f32"), bytes.array());
  }

  @Test
  public void randomIsTheSameEachTimeAndOfLengthOne() throws IOException {
    Datasets.Request request = request("random", 50, 5, null, false);
    try (Dataset data = open(request);
        Dataset again = open(request)) {
      assertEquals(50, data.size());
      assertEquals(5, data.queries().length);
      assertEquals(4, data.dimension());
      assertEquals(data.fingerprint(), again.fingerprint());
      for (int i = 0; i < data.size(); i++) {
        float[] row = data.documents().row(i);
        assertEquals(1, VectorUtil.dotProduct(row, row), 1e-5);
      }
    }
  }

  @Test
  public void queriesAreHeldOut() throws IOException {
    try (Dataset data = open(request(rows(40).toString(), 1000, 10, null, false))) {
      assertEquals("rows", data.name());
      assertEquals(30, data.size());
      assertEquals(VectorSimilarityFunction.EUCLIDEAN, data.similarity());
      Set<Float> seen = new HashSet<>();
      for (int i = 0; i < data.size(); i++) {
        assertTrue(seen.add(data.documents().row(i)[0]));
      }
      for (float[] query : data.queries()) {
        assertTrue(seen.add(query[0]));
      }
      assertEquals(40, seen.size());
    }
  }

  @Test
  public void fewerQueriesThanAskedForAreAnnounced() throws IOException {
    try (Dataset data = open(request(rows(40).toString(), 1000, 20, null, false))) {
      assertEquals(20, data.queries().length);
      assertEquals(List.of(), messages);
    }
    try (Dataset data = open(request(rows(40).toString(), 1000, 21, null, false))) {
      assertEquals(20, data.queries().length);
      assertEquals(List.of("20 queries: at most half of the rows are held out"), messages);
    }
  }

  @Test
  public void vectorsAreSetSideBySide() throws IOException {
    String file = rows(40).toString();
    Datasets.Request request =
        new Datasets.Request(file, null, null, 4, 3, 1000, 10, 7, null, false, false);
    try (Dataset data = open(request)) {
      assertEquals(12, data.dimension());
      assertEquals(30, data.size());
      Set<Float> ratios = new HashSet<>();
      for (int i = 0; i < data.size(); i++) {
        float[] row = data.documents().row(i);
        assertEquals(1, VectorUtil.dotProduct(row, row), 1e-5);
        assertEquals(row[4], row[7], 0);
        ratios.add(row[0] / row[4]);
      }
      assertTrue("always with the same vector", ratios.size() > 20);
    }
  }

  @Test
  public void queriesComeFromAFile() throws IOException {
    Path file = rows(40);
    Path truth = folder.getRoot().toPath().resolve("truth.ivecs");
    VecsFiles.writeInts(truth, new int[40][10]);
    Datasets.Request request =
        new Datasets.Request(file.toString(), file, truth, 4, 1, 1000, 1000, 7, null, false, false);
    try (Dataset data = open(request)) {
      assertEquals(40, data.size());
      assertEquals(40, data.queries().length);
      assertArrayEquals(new float[] {39, 39, 39, 39}, data.queries()[39], 0);
      assertNotNull(data.neighbours());
    }
  }

  @Test
  public void neighboursOfAFileAreNotKeptWhereTheyAreNotTheTrueOnes() throws IOException {
    String file = hdf5().toString();
    try (Dataset data = open(request(file, 1000, 1000, null, false))) {
      assertArrayEquals(new int[][] {{1}}, data.neighbours());
    }
    try (Dataset fewer = open(request(file, 2, 1000, null, false))) {
      assertNull(fewer.neighbours());
    }
    VectorSimilarityFunction cosine = VectorSimilarityFunction.COSINE;
    try (Dataset other = open(request(file, 1000, 1000, cosine, false))) {
      assertNull(other.neighbours());
    }
    try (Dataset bytes = open(request(file, 1000, 1000, null, true))) {
      assertNull(bytes.neighbours());
    }
  }

  private Path hdf5() {
    Path file = folder.getRoot().toPath().resolve("small.hdf5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset("train", new float[][] {{1, 2, 3, 4}, {2, 3, 4, 5}, {9, 9, 9, 9}});
      hdf.putDataset("test", new float[][] {{2, 3, 4, 4}});
      hdf.putDataset("neighbors", new int[][] {{1}});
      hdf.putAttribute("distance", "euclidean");
    }
    return file;
  }

  @Test
  public void fingerprintsTellDataApart() throws IOException {
    try (Dataset some = open(request("random", 50, 5, null, false));
        Dataset more = open(request("random", 51, 5, null, false));
        Dataset bytes = open(request("random", 50, 5, null, true));
        Dataset far = open(request("random", 50, 5, VectorSimilarityFunction.EUCLIDEAN, false))) {
      assertNotEquals(some.fingerprint(), more.fingerprint());
      assertNotEquals(some.fingerprint(), bytes.fingerprint());
      assertNotEquals(some.fingerprint(), far.fingerprint());
      assertNotEquals(some.fingerprint(), some.head(49).fingerprint());
    }
  }

  @Test
  public void bytesFollowTheFloats() {
    ByteScale scale = new ByteScale(100);
    assertArrayEquals(
        new byte[] {0, 50, -50, 127, -127, 1},
        scale.toBytes(new float[] {0, .5f, -.5f, 2, -3, .0099f}));
    try (VectorTable table = VectorTable.allocate(2, 2)) {
      table.set(0, new float[] {.25f, 0});
      table.set(1, new float[] {-.5f, .5f});
      assertEquals(254, ByteScale.fitting(table).factor(), 1e-3);
    }
  }

  @Test
  public void refusesWhatItDoesNotKnow() {
    assertThrows(
        IllegalArgumentException.class,
        () -> open(request("no-such-file.f32", 10, 10, null, false)));
    assertThrows(
        IllegalArgumentException.class,
        () -> open(request(folder.newFile("a.txt").toString(), 10, 10, null, false)));
  }
}
