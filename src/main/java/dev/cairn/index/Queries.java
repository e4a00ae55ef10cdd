/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;

/** Answers queries of an index's users. */
final class Queries {
  private final Views views;
  private final Space space;
  private final int dimension;
  private final BeamWidths widths;

  Queries(Views views, IndexSettings settings) {
    this.views = views;
    this.space = settings.space();
    this.dimension = settings.dimension();
    this.widths = new BeamWidths(space, settings.randomSeed());
  }

  /** The nearest elements to each of several vectors. */
  Result[] nearest(
      float[][] queries, int k, int numThreads, int ef, Views.Task<ElementSearch> searches) {
    check(queries, k);
    return Guard.unchecked(
        () ->
            views.call(
                view -> {
                  ElementSearch search = searches.run(view);
                  int width = widths.width(view, ef, k);
                  Result[] results = new Result[queries.length];
                  Workers.forEach(
                      queries.length,
                      numThreads,
                      row ->
                          results[row] =
                              search.nearest(Spaces.prepare(space, queries[row]), k, width));
                  return results;
                }));
  }

  /** The elements within a distance of a vector. */
  Result within(
      float[] query,
      float epsilon,
      int minCandidates,
      int maxCandidates,
      int ef,
      Views.Task<ElementSearch> searches) {
    IndexSettings.checkRange("maxCandidates", maxCandidates, 1, CairnHnswParameters.MAX_EF_SEARCH);
    IndexSettings.checkRange("minCandidates", minCandidates, 1, maxCandidates);
    check(new float[][] {query}, 1);
    return Guard.unchecked(
        () ->
            views.call(
                view ->
                    searches
                        .run(view)
                        .within(
                            Spaces.prepare(space, query),
                            epsilon,
                            minCandidates,
                            maxCandidates,
                            k -> widths.width(view, ef, k))));
  }

  private void check(float[][] queries, int k) {
    IndexSettings.checkRange("k", k, 1, CairnHnswParameters.MAX_EF_SEARCH);
    for (int row = 0; row < queries.length; row++) {
      Spaces.check(queries.length == 1 ? "query" : "query " + row, queries[row], dimension);
    }
  }
}
