/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.EfSearch;
import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.NumericUtils;

/**
 * Searches of one view under one filter. Distances come from the vectors of the hits; scores only
 * say which documents are worth a look.
 */
final class ElementSearch {
  private final IndexView view;
  private final Space space;
  private final List<AcceptDocs> accepted;
  private final long acceptedCount;

  private ElementSearch(IndexView view, Space space, List<AcceptDocs> accepted) throws IOException {
    this.view = view;
    this.space = space;
    this.accepted = accepted;
    long count = 0;
    for (AcceptDocs docs : accepted) {
      count += docs.cost();
    }
    this.acceptedCount = count;
  }

  /** Searches among all elements that are not marked deleted. */
  static ElementSearch of(IndexView view, Space space) throws IOException {
    List<AcceptDocs> accepted = new ArrayList<>();
    for (Leaf leaf : view.leaves()) {
      accepted.add(leaf.live());
    }
    return new ElementSearch(view, space, accepted);
  }

  /** Searches among those whose label passes; a null filter lets all pass. */
  static ElementSearch of(IndexView view, Space space, LongPredicate filter) throws IOException {
    if (filter == null) {
      return of(view, space);
    }
    List<AcceptDocs> accepted = new ArrayList<>();
    for (Leaf leaf : view.leaves()) {
      accepted.add(leaf.live(filter));
    }
    return new ElementSearch(view, space, accepted);
  }

  /** Searches among those that match a query. */
  static ElementSearch of(IndexView view, Space space, Query filter) throws IOException {
    List<AcceptDocs> accepted = new ArrayList<>();
    Weight weight = view.createWeight(view.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (Leaf leaf : view.leaves()) {
      accepted.add(
          AcceptDocs.fromIteratorSupplier(
              () -> {
                Scorer matches = weight.scorer(leaf.context());
                return matches == null ? DocIdSetIterator.empty() : matches.iterator();
              },
              leaf.reader().getLiveDocs(),
              leaf.reader().maxDoc()));
    }
    return new ElementSearch(view, space, accepted);
  }

  /**
   * The nearest elements.
   *
   * @param target the query, prepared for the space
   * @param k how many
   * @param width the width of the beam
   */
  Result nearest(float[] target, int k, int width) throws IOException {
    int most = (int) Math.min(k, acceptedCount);
    EfSearch strategy = new EfSearch(width);
    Hits hits = new Hits(most);
    for (int i = 0; i < accepted.size(); i++) {
      AcceptDocs docs = accepted.get(i);
      Leaf leaf = view.leaves().get(i);
      int wanted = Math.min(k, leaf.reader().numDocs());
      if (wanted > 0) {
        NearestCollector collector = new NearestCollector(wanted, strategy);
        leaf.reader().searchNearestVectors(Fields.VECTOR, target, collector, docs);
        hits.add(leaf, collector, target);
      }
    }
    return hits.result(k);
  }

  /**
   * All elements within a distance, as far as growing searches for the nearest find them.
   *
   * @param target the query, prepared for the space
   * @param radius the largest distance
   * @param atLeast how many of the nearest to look at, at least
   * @param atMost how many to return, at most
   */
  Result within(float[] target, float radius, int atLeast, int atMost, Widths widths)
      throws IOException {
    long k = Math.max(1, Math.min(atLeast, atMost));
    while (true) {
      int wanted =
          (int) Math.min(k, Math.max(1, Math.min(atMost, view.getIndexReader().numDocs())));
      Result nearest = nearest(target, wanted, widths.of(wanted));
      float[] distances = nearest.distances();
      int inside = 0;
      while (inside < distances.length && distances[inside] <= radius) {
        inside++;
      }
      boolean isAll = distances.length < wanted || wanted == atMost || wanted < k;
      if (inside < distances.length || isAll) {
        return new Result(
            Arrays.copyOf(nearest.labels(), inside), Arrays.copyOf(distances, inside));
      }
      k *= 4;
    }
  }

  /** The width of the beam by the number of elements wanted. */
  @FunctionalInterface
  interface Widths {
    int of(int k) throws IOException;
  }

  /** Candidates of all segments. */
  private final class Hits {
    private long[] labels;
    private long[] order;
    private int count;

    private Hits(int expected) {
      int capacity = Math.max(8, expected);
      labels = new long[capacity];
      order = new long[capacity];
    }

    private void add(Leaf leaf, NearestCollector collector, float[] target) throws IOException {
      int found = collector.finish();
      if (count + found > labels.length) {
        int capacity = Math.max(2 * labels.length, count + found);
        labels = Arrays.copyOf(labels, capacity);
        order = Arrays.copyOf(order, capacity);
      }
      FloatVectorValues vectors = leaf.vectors();
      for (int i = 0; i < found; i++) {
        int doc = collector.doc(i);
        float distance = Spaces.distance(space, target, leaf.vector(vectors, doc));
        labels[count] = leaf.label(doc);
        order[count] = (long) NumericUtils.floatToSortableInt(distance) << 32 | count;
        count++;
      }
    }

    private Result result(int k) {
      Arrays.sort(order, 0, count);
      int size = Math.min(k, count);
      long[] resultLabels = new long[size];
      float[] distances = new float[size];
      for (int i = 0; i < size; i++) {
        resultLabels[i] = labels[(int) order[i]];
        distances[i] = NumericUtils.sortableIntToFloat((int) (order[i] >> 32));
      }
      return new Result(resultLabels, distances);
    }
  }
}
