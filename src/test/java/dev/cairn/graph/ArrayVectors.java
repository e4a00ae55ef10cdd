/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.Metric;

/** Vectors on the heap, in the plainest arithmetic. */
final class ArrayVectors implements VectorSource {
  private final Metric metric;
  private final float[][] rows;

  ArrayVectors(Metric metric, float[][] vectors) {
    this.metric = metric;
    this.rows = new float[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      rows[i] = row(metric, vectors[i]);
    }
  }

  /** The row of a vector: of unit length where the metric is angular. */
  static float[] row(Metric metric, float[] vector) {
    double length = Math.sqrt(dot(vector, vector));
    float[] row = vector.clone();
    for (int i = 0; i < row.length && metric == Metric.ANGULAR && length > 0; i++) {
      row[i] = (float) (vector[i] / length);
    }
    return row;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  int size() {
    return rows.length;
  }

  @Override
  public int dimension() {
    return rows[0].length;
  }

  @Override
  public void load(int ordinal, float[] row) {
    System.arraycopy(rows[ordinal], 0, row, 0, row.length);
  }

  /** The exact key. */
  float key(float[] row, int ordinal) {
    if (metric.isInnerProduct()) {
      return (float) -dot(row, rows[ordinal]);
    }
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      double difference = (double) row[i] - rows[ordinal][i];
      sum += difference * difference;
    }
    return (float) sum;
  }

  @Override
  public float nodeFactor(int ordinal) {
    double squared = dot(rows[ordinal], rows[ordinal]);
    if (squared == 0 || metric == Metric.SQUARED_L2) {
      return 0;
    }
    // rows of the angular metric are of unit length already
    return metric == Metric.ANGULAR ? 1 : (float) (1 / squared);
  }
}
