/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Random;

/** Vectors of several shapes, most of them trying for a graph. */
enum DataSets {
  /** Independent Gaussian components. */
  RANDOM {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      return gaussian(random, dimension, 1);
    }
  },
  /** One vector, time and again. */
  ALL_EQUAL {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      float[] x = new float[dimension];
      x[0] = 3;
      return x;
    }
  },
  /** Nothing but zero vectors. */
  ALL_ZERO {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      return new float[dimension];
    }
  },
  /** One vector in nine of ten places. */
  MOSTLY_EQUAL {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      return random.nextInt(10) > 0
          ? ALL_EQUAL.vector(random, ordinal, size, dimension)
          : gaussian(random, dimension, 1);
    }
  },
  /** Twenty tight clusters far from each other, one after the other. */
  SORTED_CLUSTERS {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      int cluster = (int) (20L * ordinal / size);
      float[] x = gaussian(new Random(cluster), dimension, 100);
      for (int i = 0; i < dimension; i++) {
        x[i] += (float) (0.01 * random.nextGaussian());
      }
      return x;
    }
  },
  /** Twenty vectors, mixed, each many times. */
  FEW_DISTINCT {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      return gaussian(new Random(random.nextInt(20)), dimension, 1);
    }
  },
  /** Points along a line, in order. */
  LINE {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      float[] x = new float[dimension];
      x[dimension - 1] = ordinal;
      return x;
    }
  },
  /** Lengths from very small to very large. */
  ALL_LENGTHS {
    @Override
    float[] vector(Random random, int ordinal, int size, int dimension) {
      return gaussian(random, dimension, Math.exp(4 * random.nextGaussian()));
    }
  };

  abstract float[] vector(Random random, int ordinal, int size, int dimension);

  float[][] vectors(long seed, int size, int dimension) {
    Random random = new Random(seed);
    float[][] vectors = new float[size][];
    for (int i = 0; i < size; i++) {
      vectors[i] = vector(random, i, size, dimension);
    }
    return vectors;
  }

  private static float[] gaussian(Random random, int dimension, double deviation) {
    float[] x = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      x[i] = (float) (deviation * random.nextGaussian());
    }
    return x;
  }
}
