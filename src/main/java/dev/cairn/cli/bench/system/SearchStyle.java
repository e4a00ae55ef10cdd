/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

/** How a system is asked for the best k with a beam of width ef. */
public enum SearchStyle {
  /** A Lucene query for ef hits, of which the best k are taken. */
  WIDE_K("KnnFloatVectorQuery with k=ef, best k taken"),
  /** A Lucene query for k hits with the width as its strategy. */
  EF_SEARCH("KnnFloatVectorQuery with k and EfSearch(ef)"),
  /** A Lucene query for ef hits, all scored again with the full vectors, of which k remain. */
  RESCORED("RescoreTopNQuery: k=ef hits by codes, all of them rescored by float32, best k kept"),
  /** JVector over vectors in memory. */
  IN_MEMORY("graph on the heap, float32 vectors in memory, rerankK=ef"),
  /** JVector over its file. */
  FROM_FILE("graph with inline float32 vectors in a mapped file, rerankK=ef");

  private final String description;

  SearchStyle(String description) {
    this.description = description;
  }

  /** In words, for the report. */
  public String description() {
    return description;
  }
}
