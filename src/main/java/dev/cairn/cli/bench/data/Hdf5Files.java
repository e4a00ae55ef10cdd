/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Files as the ann-benchmarks project publishes them: {@code train} holds the documents, {@code
 * test} the queries, {@code neighbors} the true neighbours, and the attribute {@code distance} says
 * what near means.
 */
final class Hdf5Files {
  /** Values read at a time. */
  private static final int BATCH = 1 << 22;

  /** What such a file holds; parts that it need not have are null. */
  record Content(
      VectorTable documents,
      float[][] queries,
      int[][] neighbours,
      VectorSimilarityFunction similarity) {}

  private Hdf5Files() {}

  static Content read(Path file) throws IOException {
    try (HdfFile hdf = new HdfFile(file)) {
      Node neighbours = hdf.getChild("neighbors");
      float[][] queries;
      try (VectorTable test = table(dataset(hdf, "test", file), file)) {
        queries = test.toArrays();
      }
      return new Content(
          table(dataset(hdf, "train", file), file),
          queries,
          neighbours instanceof Dataset ids ? integers(ids) : null,
          similarity(hdf.getAttribute("distance")));
    } catch (HdfException e) {
      throw new IOException(file + " cannot be read as HDF5: " + e.getMessage(), e);
    }
  }

  private static Dataset dataset(HdfFile hdf, String name, Path file) throws IOException {
    if (hdf.getChild(name) instanceof Dataset found && found.getDimensions().length == 2) {
      return found;
    }
    throw new IOException(file + " has no two-dimensional data set \"" + name + "\"");
  }

  private static VectorTable table(Dataset rows, Path file) throws IOException {
    int size = rows.getDimensions()[0];
    int dimension = rows.getDimensions()[1];
    VectorTable table = VectorTable.allocate(size, dimension);
    int batch = Math.max(1, BATCH / dimension);
    for (int from = 0; from < size; from += batch) {
      int count = Math.min(batch, size - from);
      Object part = rows.getData(new long[] {from, 0}, new int[] {count, dimension});
      for (int i = 0; i < count; i++) {
        table.set(from + i, floats(part, i, rows, file));
      }
    }
    return table;
  }

  private static float[] floats(Object part, int row, Dataset rows, Path file) throws IOException {
    return switch (part) {
      case float[][] values -> values[row];
      case double[][] values -> {
        float[] narrowed = new float[values[row].length];
        for (int i = 0; i < narrowed.length; i++) {
          narrowed[i] = (float) values[row][i];
        }
        yield narrowed;
      }
      default ->
          throw new IOException(
              file + ": " + rows.getPath() + " holds " + rows.getJavaType() + ", not floats");
    };
  }

  private static int[][] integers(Dataset ids) {
    return switch (ids.getData()) {
      case int[][] rows -> rows;
      case long[][] rows -> {
        int[][] narrowed = new int[rows.length][];
        for (int i = 0; i < rows.length; i++) {
          narrowed[i] = new int[rows[i].length];
          for (int j = 0; j < rows[i].length; j++) {
            narrowed[i][j] = Math.toIntExact(rows[i][j]);
          }
        }
        yield narrowed;
      }
      default -> null;
    };
  }

  private static VectorSimilarityFunction similarity(Attribute distance) {
    if (distance == null) {
      return null;
    }
    return switch (String.valueOf(distance.getData()).toLowerCase(Locale.ROOT)) {
      case "angular", "cosine" -> VectorSimilarityFunction.COSINE;
      case "euclidean", "l2" -> VectorSimilarityFunction.EUCLIDEAN;
      case "dot", "ip", "inner_product", "normalized" ->
          VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
      default -> null;
    };
  }
}
