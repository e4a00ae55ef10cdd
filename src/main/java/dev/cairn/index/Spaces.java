/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/** What each space means: how vectors are stored, and how far they are apart. */
final class Spaces {
  /** hnswlib adds this to a length before dividing by it, so that zero stays zero. */
  private static final float TINY = 1e-30f;

  private Spaces() {}

  /**
   * The similarity of the field. Under cosine the stored vectors are of unit length, so their inner
   * product orders them; zero vectors keep the place that hnswlib gives them, at distance 1.
   */
  static VectorSimilarityFunction similarity(Space space) {
    return switch (space) {
      case L2 -> VectorSimilarityFunction.EUCLIDEAN;
      case IP -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
      case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
    };
  }

  /** The vector as it is stored and searched for; the caller's own array where nothing changes. */
  static float[] prepare(Space space, float[] vector) {
    if (space != Space.COSINE) {
      return vector;
    }
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    double factor = 1 / (Math.sqrt(squares) + TINY);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] * factor);
    }
    return unit;
  }

  /** The distance of two vectors in the form that {@link #prepare} gives. */
  static float distance(Space space, float[] a, float[] b) {
    return space == Space.L2 ? VectorUtil.squareDistance(a, b) : 1 - VectorUtil.dotProduct(a, b);
  }

  /** Checks a vector of the caller's, and says what is wrong with it. */
  static void check(String what, float[] vector, int dimension) {
    if (vector == null) {
      throw new IllegalArgumentException(what + " must not be null");
    }
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          what + " has " + vector.length + " dimensions, the index has " + dimension);
    }
    for (int i = 0; i < dimension; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            what + " has the component " + vector[i] + " at " + i + ": it must be finite");
      }
    }
  }
}
