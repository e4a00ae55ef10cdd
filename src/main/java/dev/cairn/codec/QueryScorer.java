/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.quantization.Metric;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Scores the stored vectors of a field against one query, in place. Reused from search to search;
 * serves one at a time.
 */
final class QueryScorer {
  /**
   * Raw vectors whose lines are waited for together: so many, if they take no more bytes than the
   * first level of the cache has.
   */
  private static final int ROWS_AHEAD = 20;

  private static final int BYTES_AHEAD = 1 << 15;

  private final VectorKernels kernels = VectorKernels.best();
  private final VectorSimilarityFunction similarity;
  private final Metric metric;
  private final boolean isByte;
  private final int dimension;
  private final BlockSource rows;
  private final float[] row;
  private float[] floats;
  private byte[] bytes;
  private final long[] offsets = new long[VectorKernels.TOGETHER];
  private final float[] sums = new float[VectorKernels.RESULTS];
  private float byteNorm;
  private boolean isZero;

  QueryScorer(
      VectorSimilarityFunction similarity,
      VectorEncoding encoding,
      int dimension,
      BlockSource rows) {
    this.similarity = similarity;
    this.metric = Keys.metric(similarity);
    this.isByte = encoding == VectorEncoding.BYTE;
    this.dimension = dimension;
    this.rows = rows;
    this.row = new float[dimension];
  }

  /** Sets a query; the array must not change while it is in use. */
  void set(float[] query) {
    float factor = setRow(query);
    floats = query;
    if (metric == Metric.ANGULAR && factor > 0) {
      floats = row;
    }
  }

  /** Sets a query; the array must not change while it is in use. */
  void set(byte[] query) {
    for (int i = 0; i < dimension; i++) {
      row[i] = query[i];
    }
    byteNorm = setRow(row);
    bytes = query;
  }

  private float setRow(float[] query) {
    float[] vector = query;
    float squared = kernels.dot(query, query, dimension);
    if (metric == Metric.ANGULAR && !(squared >= Float.MIN_NORMAL && squared <= Float.MAX_VALUE)) {
      // the length does not matter, but its square is no float
      vector = divide(query, largest(query));
      squared = kernels.dot(vector, vector, dimension);
    }
    isZero = !(squared > 0);
    float factor = 1;
    if (metric == Metric.ANGULAR && !isZero) {
      factor = Keys.nodeFactor(metric, squared);
    }
    for (int i = 0; i < dimension; i++) {
      row[i] = vector[i] * factor;
    }
    return isZero ? 0 : factor;
  }

  private static float largest(float[] vector) {
    float largest = 0;
    for (float component : vector) {
      largest = Math.max(largest, Math.abs(component));
    }
    return largest;
  }

  private static float[] divide(float[] vector, float by) {
    float[] quotients = new float[vector.length];
    for (int i = 0; i < vector.length && by > 0; i++) {
      quotients[i] = vector[i] / by;
    }
    return quotients;
  }

  /** The query as a row: widened, and of unit length where the metric is angular. */
  float[] row() {
    return row;
  }

  /** Forgets the query, so that a pooled scorer keeps no caller's array alive. */
  void clear() {
    floats = null;
    bytes = null;
    Arrays.fill(row, 0);
  }

  /** Whether keys and scores depend on node factors. */
  boolean needsNodeFactors() {
    return metric == Metric.ANGULAR;
  }

  /** The raw vectors that keys are made of. */
  BlockSource rows() {
    return rows;
  }

  /** How many of them are waited for together: as many as are read side by side, or a multiple. */
  int rowsAhead() {
    int fitting = BYTES_AHEAD / rowBytes() & -VectorKernels.TOGETHER;
    return Math.clamp(fitting, VectorKernels.TOGETHER, ROWS_AHEAD);
  }

  /** Bytes of one of them. */
  int rowBytes() {
    return isByte ? dimension : dimension * Float.BYTES;
  }

  /**
   * The raw keys of several vectors, exactly, with the lines of some of them on their way together.
   *
   * @param ordinals the vectors, from one index to another
   * @param factors node factor of the first of them, and of the others
   * @param keys receives the key of the first of them, and of the others
   */
  void keys(int[] ordinals, int from, int to, float[] factors, float[] keys) throws IOException {
    boolean isTogether = !isByte && kernels.readsTogether() && rows.isInPlace();
    int ahead = rowsAhead();
    for (int i = from; i < to; i += ahead) {
      int end = Math.min(to, i + ahead);
      rows.touch(ordinals, i, end, 0, rowBytes());
      if (isTogether) {
        keysTogether(ordinals, i, end, i - from, factors, keys);
      } else {
        for (int j = i; j < end; j++) {
          keys[j - from] = key(ordinals[j], factors[j - from]);
        }
      }
    }
  }

  /** The same side by side, from a place in factors and keys on. */
  private void keysTogether(
      int[] ordinals, int from, int to, int into, float[] factors, float[] keys)
      throws IOException {
    for (int i = from; i < to; i += VectorKernels.TOGETHER) {
      for (int place = 0; place < VectorKernels.TOGETHER; place++) {
        rows.seek(ordinals[Math.min(i + place, to - 1)]);
        offsets[place] = rows.offset();
      }
      if (metric == Metric.SQUARED_L2) {
        kernels.squaredL2(floats, rows.segment(), offsets, dimension, sums);
      } else {
        kernels.dot(floats, rows.segment(), offsets, dimension, sums);
      }
      for (int place = 0; place < Math.min(VectorKernels.TOGETHER, to - i); place++) {
        int at = into + i - from + place;
        keys[at] =
            metric == Metric.SQUARED_L2
                ? Keys.finite(sums[place])
                : Keys.fromDot(metric, sums[place], factors[at]);
      }
    }
  }

  /** The raw key of a vector, exactly. */
  float key(int ordinal, float nodeFactor) throws IOException {
    rows.seek(ordinal);
    if (metric == Metric.SQUARED_L2) {
      return Keys.finite(
          isByte
              ? kernels.squaredL2(bytes, rows.segment(), rows.offset(), dimension)
              : kernels.squaredL2(floats, rows.segment(), rows.offset(), dimension));
    }
    float dot =
        isByte
            ? kernels.dot(bytes, rows.segment(), rows.offset(), dimension)
            : kernels.dot(floats, rows.segment(), rows.offset(), dimension);
    if (isByte && metric == Metric.ANGULAR) {
      dot *= byteNorm;
    }
    return Keys.fromDot(metric, dot, nodeFactor);
  }

  /** Lucene's score of a key; 0 where a cosine is not defined. */
  float score(float key, float nodeFactor) {
    if (metric == Metric.ANGULAR && (isZero || nodeFactor == 0)) {
      return 0;
    }
    return Keys.score(similarity, key, isByte ? dimension : 0);
  }

  /** The key below which scores are above a score. */
  float keyOf(float score) {
    return Keys.keyOf(similarity, score, isByte ? dimension : 0);
  }
}
