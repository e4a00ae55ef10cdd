/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherFactory;

/** The index at one moment: a Lucene searcher that knows the labels of its segments. */
final class IndexView extends IndexSearcher {
  private final List<Leaf> leaves;
  private final Leaf largest;

  private IndexView(IndexReader reader, List<Leaf> leaves) {
    super(reader);
    this.leaves = leaves;
    Leaf most = null;
    for (Leaf leaf : leaves) {
      if (leaf.vectorCount() > (most == null ? 0 : most.vectorCount())) {
        most = leaf;
      }
    }
    this.largest = most;
  }

  List<Leaf> leaves() {
    return leaves;
  }

  /** The segment with the most vectors, or null without any. */
  Leaf largest() {
    return largest;
  }

  /** The vectors of labels. */
  float[][] vectors(long[] labels) throws IOException {
    float[][] vectors = new float[labels.length][];
    for (Leaf leaf : leaves) {
      TermsEnum terms = leaf.labelTerms();
      FloatVectorValues values = leaf.vectors();
      for (int i = 0; i < labels.length; i++) {
        int doc = vectors[i] == null ? leaf.find(terms, labels[i]) : -1;
        if (doc >= 0) {
          vectors[i] = leaf.vector(values, doc).clone();
        }
      }
    }
    for (int i = 0; i < labels.length; i++) {
      if (vectors[i] == null) {
        throw ElementWriter.notFound(labels[i]); // removed meanwhile
      }
    }
    return vectors;
  }

  /** The labels of hits. */
  long[] labels(ScoreDoc[] hits) {
    long[] labels = new long[hits.length];
    for (int i = 0; i < hits.length; i++) {
      Leaf leaf = leaves.get(ReaderUtil.subIndex(hits[i].doc, leafContexts));
      labels[i] = leaf.label(hits[i].doc - leaf.context().docBase);
    }
    return labels;
  }

  /** Makes views; the elements of a segment are read once. */
  static final class Factory extends SearcherFactory {
    private final ConcurrentMap<IndexReader.CacheKey, SegmentElements> known =
        new ConcurrentHashMap<>();

    @Override
    public IndexView newSearcher(IndexReader reader, IndexReader previous) throws IOException {
      List<Leaf> leaves = new ArrayList<>();
      for (LeafReaderContext context : reader.leaves()) {
        leaves.add(new Leaf(context, elements(context.reader())));
      }
      return new IndexView(reader, List.copyOf(leaves));
    }

    private SegmentElements elements(LeafReader reader) throws IOException {
      IndexReader.CacheHelper core = reader.getCoreCacheHelper();
      SegmentElements elements = known.get(core.getKey());
      if (elements == null) {
        elements = SegmentElements.read(reader);
        known.put(core.getKey(), elements);
        core.addClosedListener(known::remove);
      }
      return elements;
    }
  }
}
