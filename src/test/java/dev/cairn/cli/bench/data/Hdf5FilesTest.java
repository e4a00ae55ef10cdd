/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Files of the ann-benchmarks kind. */
public class Hdf5FilesTest {
  private static final float[][] TRAIN = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {-1, 0, 0}};
  private static final float[][] TEST = {{1, .5f, 0}, {0, .5f, 1}};
  private static final int[][] NEIGHBOURS = {{0, 1}, {2, 1}};

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path write(Object train, Object neighbours, String distance) {
    Path file = folder.getRoot().toPath().resolve("data.hdf5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset("train", train);
      hdf.putDataset("test", TEST);
      if (neighbours != null) {
        hdf.putDataset("neighbors", neighbours);
      }
      if (distance != null) {
        hdf.putAttribute("distance", distance);
      }
    }
    return file;
  }

  @Test
  public void readsAllParts() throws IOException {
    Hdf5Files.Content content = Hdf5Files.read(write(TRAIN, NEIGHBOURS, "angular"));
    try (VectorTable documents = content.documents()) {
      assertArrayEquals(TRAIN, documents.toArrays());
    }
    assertArrayEquals(TEST, content.queries());
    assertArrayEquals(NEIGHBOURS, content.neighbours());
    assertEquals(VectorSimilarityFunction.COSINE, content.similarity());
  }

  @Test
  public void narrowsDoublesAndLongs() throws IOException {
    Path file = write(new double[][] {{.5, 1, 2}, {3, 4, 5}}, new long[][] {{1}, {0}}, "euclidean");
    Hdf5Files.Content content = Hdf5Files.read(file);
    try (VectorTable documents = content.documents()) {
      assertArrayEquals(new float[] {.5f, 1, 2}, documents.row(0), 0);
    }
    assertArrayEquals(new int[][] {{1}, {0}}, content.neighbours());
    assertEquals(VectorSimilarityFunction.EUCLIDEAN, content.similarity());
  }

  @Test
  public void partsMayBeMissing() throws IOException {
    Hdf5Files.Content content = Hdf5Files.read(write(TRAIN, null, null));
    content.documents().close();
    assertNull(content.neighbours());
    assertNull(content.similarity());
  }

  @Test
  public void refusesOtherFiles() throws IOException {
    Path integers = write(new int[][] {{1, 2, 3}}, null, null);
    assertThrows(IOException.class, () -> Hdf5Files.read(integers));
    Path noHdf5 = Files.writeString(folder.getRoot().toPath().resolve("no.hdf5"), "not HDF5");
    assertThrows(IOException.class, () -> Hdf5Files.read(noHdf5));
  }
}
