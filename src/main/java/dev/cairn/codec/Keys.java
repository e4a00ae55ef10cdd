/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.quantization.Metric;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/** Between Lucene's similarities and scores and the graph's metrics and keys. */
final class Keys {
  private Keys() {}

  static Metric metric(VectorSimilarityFunction similarity) {
    return switch (similarity) {
      case EUCLIDEAN -> Metric.SQUARED_L2;
      case COSINE -> Metric.ANGULAR;
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> Metric.INNER_PRODUCT;
    };
  }

  /** The node factor of a vector of a squared length (see the block layout). */
  static float nodeFactor(Metric metric, float squaredLength) {
    if (!(squaredLength > 0)) {
      return 0;
    }
    double factor =
        switch (metric) {
          case SQUARED_L2 -> 0;
          case ANGULAR -> 1 / Math.sqrt(squaredLength);
          case INNER_PRODUCT -> 1.0 / squaredLength;
        };
    return (float) Math.min(factor, Float.MAX_VALUE);
  }

  /**
   * The key of a vector by its inner product with a query. Under {@link Metric#ANGULAR} the query
   * is of unit length; for a zero query all keys are too large by 1, which changes no order.
   */
  static float fromDot(Metric metric, float dot, float nodeFactor) {
    if (metric.isInnerProduct()) {
      return finite(-dot);
    }
    return finite((nodeFactor > 0 ? 2 : 1) - 2 * dot * nodeFactor);
  }

  /** A key that orders: overflow counts as the farthest. */
  static float finite(float key) {
    return key <= Float.MAX_VALUE ? Math.max(key, -Float.MAX_VALUE) : Float.MAX_VALUE;
  }

  /**
   * Lucene's score of a key.
   *
   * @param byteDimension the dimension of byte vectors, 0 for floats
   */
  static float score(VectorSimilarityFunction similarity, float key, int byteDimension) {
    return switch (similarity) {
      case EUCLIDEAN -> VectorUtil.normalizeDistanceToUnitInterval(key);
      case DOT_PRODUCT ->
          byteDimension > 0
              ? 0.5f - key / (byteDimension * (float) (1 << 15))
              : VectorUtil.normalizeToUnitInterval(-key);
      case COSINE -> VectorUtil.normalizeToUnitInterval(1 - key / 2);
      case MAXIMUM_INNER_PRODUCT -> VectorUtil.scaleMaxInnerProductScore(-key);
    };
  }

  /** The key below which scores are above {@code score}: the inverse of {@link #score}. */
  static float keyOf(VectorSimilarityFunction similarity, float score, int byteDimension) {
    if (score == Float.NEGATIVE_INFINITY) {
      return Float.POSITIVE_INFINITY;
    }
    return switch (similarity) {
      case EUCLIDEAN -> score > 0 ? 1 / score - 1 : Float.POSITIVE_INFINITY;
      case DOT_PRODUCT ->
          byteDimension > 0
              ? (0.5f - score) * (byteDimension * (float) (1 << 15))
              : score > 0 ? 1 - 2 * score : Float.POSITIVE_INFINITY;
      case COSINE -> score > 0 ? 4 - 4 * score : Float.POSITIVE_INFINITY;
      case MAXIMUM_INNER_PRODUCT ->
          score >= 1 ? 1 - score : score > 0 ? 1 / score - 1 : Float.POSITIVE_INFINITY;
    };
  }
}
