/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;

/** The distances of the k nearest elements of each query of a sample, among some segments. */
final class SampleTruth {
  /**
   * So many distances are computed for exact answers at most; beyond, a far wider beam gives them.
   */
  private static final long MOST_DISTANCES = 8_000_000;

  /** The beam that takes the place of exact answers. */
  private static final int FACTOR = 8;

  /** It is as wide for a smaller ef. */
  static final int LEAST_EF = 100;

  private final float[] farthest;

  private SampleTruth(float[] farthest) {
    this.farthest = farthest;
  }

  /** How wide the beam of the truth is for some ef, where it is one. */
  static int width(int ef) {
    return FACTOR * Math.max(LEAST_EF, ef);
  }

  static boolean isExact(long size, int queries) {
    return size * queries <= MOST_DISTANCES;
  }

  /** By the distance of each vector from each query. */
  static SampleTruth exact(List<Leaf> leaves, Space space, float[][] queries, int k)
      throws IOException {
    float[][] best = new float[queries.length][k];
    for (float[] distances : best) {
      Arrays.fill(distances, Float.POSITIVE_INFINITY);
    }
    for (Leaf leaf : leaves) {
      FloatVectorValues vectors = leaf.vectors();
      for (int ordinal = 0; ordinal < leaf.vectorCount(); ordinal++) {
        float[] vector = vectors.vectorValue(ordinal);
        for (int i = 0; i < queries.length; i++) {
          insert(best[i], Spaces.distance(space, queries[i], vector));
        }
      }
    }
    float[] farthest = new float[queries.length];
    for (int i = 0; i < farthest.length; i++) {
      farthest[i] = best[i][k - 1];
    }
    return new SampleTruth(farthest);
  }

  /** By what some search finds: for each query its distances, smallest first. */
  static SampleTruth found(float[][] distances) {
    float[] farthest = new float[distances.length];
    for (int i = 0; i < farthest.length; i++) {
      int count = distances[i].length;
      farthest[i] = count == 0 ? Float.POSITIVE_INFINITY : distances[i][count - 1];
    }
    return new SampleTruth(farthest);
  }

  private static void insert(float[] sorted, float distance) {
    int at = sorted.length - 1;
    if (!(distance < sorted[at])) {
      return;
    }
    while (at > 0 && sorted[at - 1] > distance) {
      sorted[at] = sorted[at - 1];
      at--;
    }
    sorted[at] = distance;
  }

  /** For each query, what part of its k nearest is among some distances. */
  double[] recall(float[][] distances, int k) {
    double[] recall = new double[distances.length];
    for (int i = 0; i < recall.length; i++) {
      int found = 0;
      for (float distance : distances[i]) {
        found += distance <= farthest[i] ? 1 : 0;
      }
      recall[i] = found / (double) k;
    }
    return recall;
  }
}
