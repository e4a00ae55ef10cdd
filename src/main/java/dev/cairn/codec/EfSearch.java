/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * Sets efSearch, about how many nodes a search expands in a segment, for one query: pass it as the
 * strategy of Lucene's {@code KnnFloatVectorQuery} or {@code KnnByteVectorQuery}. It is never below
 * the k that Lucene asks of the segment; without this strategy it is max(default, 3 (k - 4)). Other
 * formats take the strategy for a plain {@link KnnSearchStrategy.Hnsw}.
 *
 * <p>{@code PatienceKnnVectorQuery} replaces every HNSW strategy by its own, so there the default
 * of the format applies.
 */
public final class EfSearch extends KnnSearchStrategy.Hnsw {
  /**
   * Nodes to expand for each hit wanted but the first {@link #FREE_HITS}, where the query does not
   * say. Estimates hide near nodes among others, so that a beam of k nodes finds fewer of the k
   * nearest than a search of width k by exact distances; this one finds as many.
   */
  private static final int BEAM_PER_HIT = 3;

  private static final int FREE_HITS = 4;

  private final int efSearch;

  /**
   * A strategy.
   *
   * @param efSearch about how many nodes to expand, from 1 to {@value
   *     CairnHnswParameters#MAX_EF_SEARCH}
   * @throws IllegalArgumentException if it is out of range
   */
  public EfSearch(int efSearch) {
    super(DEFAULT_FILTERED_SEARCH_THRESHOLD);
    CairnHnswParameters.checkRange("efSearch", efSearch, 1, CairnHnswParameters.MAX_EF_SEARCH);
    this.efSearch = efSearch;
  }

  /** The beam width. */
  public int efSearch() {
    return efSearch;
  }

  /** The beam width that a strategy asks for, or a default where it asks for none. */
  static int of(KnnSearchStrategy strategy, int defaultEfSearch) {
    return switch (strategy) {
      case EfSearch ef -> ef.efSearch;
      case LeftOut left -> left.efSearch();
      case Seeded seeded -> of(seeded.originalStrategy(), defaultEfSearch);
      case null, default -> defaultEfSearch;
    };
  }

  /** How wide the beam is for {@code k} hits where a strategy asks for none. */
  static int defaultWidth(int defaultEfSearch, int k) {
    return (int)
        Math.min(
            Integer.MAX_VALUE, Math.max(defaultEfSearch, BEAM_PER_HIT * ((long) k - FREE_HITS)));
  }

  /** For how many hits a beam is wide enough by that measure. */
  static int hitsFor(int ef) {
    return ef / BEAM_PER_HIT + FREE_HITS;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EfSearch that && efSearch == that.efSearch;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + efSearch;
  }

  @Override
  public String toString() {
    return "EfSearch(" + efSearch + ")";
  }
}
