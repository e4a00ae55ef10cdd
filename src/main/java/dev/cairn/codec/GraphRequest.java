/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * Asks a leaf, however wrapped, for the graph that its own search of a field comes to. The request
 * goes the way of a search, as its collector: a wrapper that passes searches on passes it on too,
 * and one that puts another vector, other documents or another collector in their place is noticed.
 * To other formats it is a search for nothing.
 */
final class GraphRequest implements KnnCollector {
  private final TargetVector target;
  private final AcceptDocs accepted;
  private FieldGraph graph;
  private boolean isChanged;

  private GraphRequest(TargetVector target, AcceptDocs accepted) {
    this.target = target;
    this.accepted = accepted;
  }

  /**
   * The graph, or null where a wrapper has a say in searches or the field is of another format.
   *
   * @param target the vector to be searched for
   */
  static FieldGraph send(LeafReader leaf, String field, TargetVector target, AcceptDocs accepted)
      throws IOException {
    GraphRequest request = new GraphRequest(target, accepted);
    target.search(leaf, field, request, accepted);
    return request.isChanged ? null : request.graph;
  }

  /** What the reader at the end of the way says. */
  @SuppressWarnings("ReferenceEquality") // the same objects: equal ones may change on the way
  void answer(FieldGraph found, Object vector, AcceptDocs docs) {
    isChanged |= graph != null || vector != target.components() || docs != accepted;
    graph = found;
  }

  @Override
  public boolean earlyTerminated() {
    return true;
  }

  @Override
  public void incVisitedCount(int count) {
    isChanged = true;
  }

  @Override
  public long visitedCount() {
    return 0;
  }

  @Override
  public long visitLimit() {
    return 0;
  }

  @Override
  public int k() {
    return 0;
  }

  @Override
  public boolean collect(int docId, float score) {
    isChanged = true;
    return false;
  }

  @Override
  public float minCompetitiveSimilarity() {
    return Float.NEGATIVE_INFINITY;
  }

  @Override
  public TopDocs topDocs() {
    return new TopDocs(new TotalHits(0, TotalHits.Relation.EQUAL_TO), new ScoreDoc[0]);
  }

  @Override
  public KnnSearchStrategy getSearchStrategy() {
    return null;
  }
}
