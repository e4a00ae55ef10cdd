/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

/** The vectors of the best scores so far, the worst of them first. */
final class NearestVectors {
  private final float[] scores;
  private final QuerySample.Place[] places;

  NearestVectors(int size) {
    scores = new float[size];
    places = new QuerySample.Place[size];
    java.util.Arrays.fill(scores, Float.NEGATIVE_INFINITY);
  }

  void add(float score, int leaf, int ordinal) {
    if (!(score > scores[0])) {
      return;
    }
    int i = 1;
    for (; i < scores.length && scores[i] < score; i++) {
      scores[i - 1] = scores[i];
      places[i - 1] = places[i];
    }
    scores[i - 1] = score;
    places[i - 1] = new QuerySample.Place(leaf, ordinal);
  }

  /** The score of the nearest (0), the second nearest (1) and so on. */
  float score(int rank) {
    return scores[scores.length - 1 - rank];
  }

  /** The place of the nearest (0), the second nearest (1) and so on; null where there is none. */
  QuerySample.Place place(int rank) {
    return places[places.length - 1 - rank];
  }

  int size() {
    return scores.length;
  }
}
