/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reciprocal rank fusion: a document's score is the sum of 1/(constant + rank) over the searches.
 */
final class RankFusion {
  private RankFusion() {}

  /**
   * Fuses.
   *
   * @param rankings documents of each search, best first
   * @param rankConstant what is added to each rank: the larger, the less the first ranks outweigh
   * @param limit how many documents to return
   * @return the best, best first; equal scores by index, id and shard
   */
  static List<FusedHit> fuse(List<List<FusedHit.Key>> rankings, int rankConstant, int limit) {
    Map<FusedHit.Key, int[]> ranks = new LinkedHashMap<>();
    for (int search = 0; search < rankings.size(); search++) {
      int rank = 0;
      for (FusedHit.Key key : rankings.get(search)) {
        ranks.computeIfAbsent(key, k -> new int[rankings.size()])[search] = ++rank;
      }
    }
    List<FusedHit> hits = new ArrayList<>(ranks.size());
    ranks.forEach((key, of) -> hits.add(new FusedHit(key, of, score(of, rankConstant))));
    hits.sort(
        Comparator.comparingDouble((FusedHit hit) -> -hit.score())
            .thenComparing(hit -> hit.key().index())
            .thenComparing(hit -> hit.key().id())
            .thenComparingInt(hit -> hit.key().shard()));
    return List.copyOf(hits.subList(0, Math.min(limit, hits.size())));
  }

  private static float score(int[] ranks, int rankConstant) {
    double score = 0;
    for (int rank : ranks) {
      score += rank == 0 ? 0 : 1.0 / (rankConstant + rank);
    }
    return (float) score;
  }
}
