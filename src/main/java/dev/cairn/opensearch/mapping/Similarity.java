/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.mapping;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.lucene.index.VectorSimilarityFunction;

/** How two vectors are compared, by the names that mappings use. */
public enum Similarity {
  /** Squared distance d: score 1/(1 + d). */
  L2(VectorSimilarityFunction.EUCLIDEAN),
  /** Inner product p of unit vectors: score (1 + p)/2. */
  DOT_PRODUCT(VectorSimilarityFunction.DOT_PRODUCT),
  /** Cosine c: score (1 + c)/2. */
  COSINE(VectorSimilarityFunction.COSINE),
  /** Inner product p of any vectors: score 1 + p, below 0 of p 1/(1 - p). */
  MAX_INNER_PRODUCT(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);

  private final VectorSimilarityFunction function;

  Similarity(VectorSimilarityFunction function) {
    this.function = function;
  }

  /** What Lucene calls it. */
  public VectorSimilarityFunction function() {
    return function;
  }

  static String names() {
    return Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
