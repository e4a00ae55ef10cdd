/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;

/** Vectors and exact answers, computed without the code under test. */
final class Samples {
  private Samples() {}

  static float[][] uniform(Random random, int count, int dimension) {
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = random.nextFloat();
      }
    }
    return vectors;
  }

  static float[][] gaussian(Random random, int count, int dimension) {
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  static long[] labels(long first, int count) {
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = first + i;
    }
    return labels;
  }

  static double distance(Space space, float[] a, float[] b) {
    double dot = 0;
    double squaredA = 0;
    double squaredB = 0;
    double squared = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaredA += (double) a[i] * a[i];
      squaredB += (double) b[i] * b[i];
      squared += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return switch (space) {
      case L2 -> squared;
      case IP -> 1 - dot;
      case COSINE -> 1 - dot / Math.max(1e-30, Math.sqrt(squaredA * squaredB));
    };
  }

  /** The rows that pass, nearest first. */
  static List<Integer> nearest(
      Space space, float[][] vectors, float[] query, int k, LongPredicate filter) {
    List<Integer> rows = new ArrayList<>();
    double[] distances = new double[vectors.length];
    for (int row = 0; row < vectors.length; row++) {
      distances[row] = distance(space, query, vectors[row]);
      if (filter.test(row)) {
        rows.add(row);
      }
    }
    rows.sort(Comparator.comparingDouble(row -> distances[row]));
    return rows.subList(0, Math.min(k, rows.size()));
  }

  /** What part of the nearest was found; labels are rows. */
  static double recall(
      Space space, float[][] vectors, float[][] queries, Result[] found, LongPredicate filter) {
    int hits = 0;
    int wanted = 0;
    for (int i = 0; i < queries.length; i++) {
      List<Integer> exact = nearest(space, vectors, queries[i], found[i].labels().length, filter);
      wanted += exact.size();
      for (long label : found[i].labels()) {
        hits += exact.contains((int) label) ? 1 : 0;
      }
    }
    return hits / (double) wanted;
  }

  /** How many of the answers have the own label of their query in front. */
  static double ownLabelFirst(Result[] found, long[] labels) {
    int own = 0;
    for (int i = 0; i < found.length; i++) {
      own += found[i].labels()[0] == labels[i] ? 1 : 0;
    }
    return own / (double) found.length;
  }
}
