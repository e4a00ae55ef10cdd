/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.data.ByteScale;
import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.data.VectorTable;
import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Small data sets. */
public final class TestData {
  private TestData() {}

  /** Directions at random, of length one. */
  public static Dataset random(
      int documents,
      int dimension,
      int queries,
      VectorSimilarityFunction similarity,
      boolean isBytes) {
    Random random = new Random(documents * 31L + dimension);
    VectorTable table = VectorTable.allocate(documents, dimension);
    for (int i = 0; i < documents; i++) {
      table.set(i, direction(random, dimension));
    }
    float[][] targets = new float[queries][];
    for (int i = 0; i < queries; i++) {
      targets[i] = direction(random, dimension);
    }
    ByteScale bytes = isBytes ? ByteScale.fitting(table) : null;
    return new Dataset("random", table, targets, similarity, bytes, null);
  }

  private static float[] direction(Random random, int dimension) {
    float[] row = new float[dimension];
    double sum = 0;
    for (int i = 0; i < dimension; i++) {
      row[i] = (float) random.nextGaussian();
      sum += row[i] * row[i];
    }
    for (int i = 0; i < dimension; i++) {
      row[i] /= (float) Math.sqrt(sum);
    }
    return row;
  }
}
