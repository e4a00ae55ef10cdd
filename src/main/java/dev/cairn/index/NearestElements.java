/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.EfSearch;
import dev.cairn.codec.JointSearch;
import dev.cairn.codec.TopHits;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.AcceptDocs;

/**
 * The search of some segments for the nearest to a vector: of several with one beam over all of
 * them, which expands about as many nodes as if they were one.
 */
final class NearestElements {
  /** So many more than wanted are collected, to see whether scores tie where the list ends. */
  private static final int MORE = 8;

  private final List<Leaf> leaves;
  private final List<AcceptDocs> accepted;
  private final Found found;
  private long visited;

  /** Is given the elements found, in no order. */
  @FunctionalInterface
  interface Found {
    void add(Leaf leaf, FloatVectorValues vectors, int doc) throws IOException;
  }

  /**
   * A search.
   *
   * @param accepted for each segment the documents that may be found
   */
  NearestElements(List<Leaf> leaves, List<AcceptDocs> accepted, Found found) {
    this.leaves = leaves;
    this.accepted = accepted;
    this.found = found;
  }

  /** Nodes expanded and vectors scanned. */
  long visited() {
    return visited;
  }

  /**
   * Finds the k nearest by score at least, and those that tie with the last of them: scores are
   * floats that flatten differences.
   *
   * @param target the query, prepared for the space
   * @param width the width of the beam
   */
  void run(float[] target, int k, int width) throws IOException {
    if (leaves.size() == 1 || !isFoundJointly(target, k, width)) {
      for (int i = 0; i < leaves.size(); i++) {
        runOne(leaves.get(i), accepted.get(i), target, k, width);
      }
    }
  }

  private boolean isFoundJointly(float[] target, int k, int width) throws IOException {
    int wanted = k + MORE;
    JointSearch joint = JointSearch.of(Fields.VECTOR, target, wanted, width, null);
    for (int i = 0; i < leaves.size(); i++) {
      Leaf leaf = leaves.get(i);
      if (!joint.add(leaf.reader(), leaf.context().docBase, accepted.get(i))) {
        return false;
      }
    }
    TopHits hits = new TopHits(wanted);
    joint.run(hits);
    visited += joint.visited();
    hits.sort();
    int end = Math.min(k, hits.size());
    while (end > 0 && end < hits.size() && hits.score(end) == hits.score(end - 1)) {
      end++;
    }
    if (end == wanted) {
      return false; // there may be more that tie
    }
    FloatVectorValues[] vectors = new FloatVectorValues[leaves.size()];
    for (int i = 0; i < end; i++) {
      int at = leafOf(hits.doc(i));
      Leaf leaf = leaves.get(at);
      if (vectors[at] == null) {
        vectors[at] = leaf.vectors();
      }
      found.add(leaf, vectors[at], hits.doc(i) - leaf.context().docBase);
    }
    return true;
  }

  private int leafOf(int doc) {
    int i = 0;
    while (i + 1 < leaves.size() && leaves.get(i + 1).context().docBase <= doc) {
      i++;
    }
    return i;
  }

  private void runOne(Leaf leaf, AcceptDocs docs, float[] target, int k, int width)
      throws IOException {
    int wanted = Math.min(k, leaf.reader().numDocs());
    if (wanted > 0) {
      NearestCollector collector = new NearestCollector(wanted, new EfSearch(width));
      leaf.reader().searchNearestVectors(Fields.VECTOR, target, collector, docs);
      visited += collector.visitedCount();
      int count = collector.finish();
      FloatVectorValues vectors = leaf.vectors();
      for (int i = 0; i < count; i++) {
        found.add(leaf, vectors, collector.doc(i));
      }
    }
  }
}
