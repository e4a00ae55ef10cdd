/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.util.function.LongPredicate;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FilteredDocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/** A segment as searches for labels see it. */
final class Leaf {
  private final LeafReaderContext context;
  private final SegmentElements elements;

  Leaf(LeafReaderContext context, SegmentElements elements) {
    this.context = context;
    this.elements = elements;
  }

  /** Takes note of all elements of the segment. */
  void register(ElementWriter writer) throws IOException {
    Bits live = reader().getLiveDocs();
    Bits notReplaced = SegmentElements.notReplaced(reader());
    for (int doc = 0; doc < reader().maxDoc(); doc++) {
      boolean isThere = notReplaced == null || notReplaced.get(doc);
      if (isThere && !writer.register(label(doc), live != null && !live.get(doc))) {
        throw new CorruptIndexException(
            "the label " + label(doc) + " occurs twice", reader().toString());
      }
    }
  }

  LeafReaderContext context() {
    return context;
  }

  LeafReader reader() {
    return context.reader();
  }

  long label(int doc) {
    return elements.label(doc);
  }

  /** Number of vectors, those of replaced elements included. */
  int vectorCount() {
    return elements.vectorCount();
  }

  /** The vectors by their ordinals; may be null if there is none. */
  FloatVectorValues vectors() throws IOException {
    return reader().getFloatVectorValues(Fields.VECTOR);
  }

  /** The vector of a document, which is overwritten by the next one read. */
  float[] vector(FloatVectorValues vectors, int doc) throws IOException {
    return vectors.vectorValue(elements.ordinal(doc));
  }

  /** The documents that are neither deleted nor marked deleted. */
  AcceptDocs live() {
    return AcceptDocs.fromLiveDocs(reader().getLiveDocs(), reader().maxDoc());
  }

  /** The documents among {@link #live} whose label passes. */
  AcceptDocs live(LongPredicate filter) {
    Bits live = reader().getLiveDocs();
    int maxDoc = reader().maxDoc();
    Bits passing =
        new Bits() {
          @Override
          public boolean get(int doc) {
            return (live == null || live.get(doc)) && filter.test(label(doc));
          }

          @Override
          public int length() {
            return maxDoc;
          }
        };
    return CountedDocs.estimate(passing, maxDoc);
  }

  /**
   * Finds the document of a label, marked deleted or not.
   *
   * @return -1 if it is not in this segment
   */
  int find(TermsEnum terms, long label) throws IOException {
    if (!terms.seekExact(Fields.termBytes(label))) {
      return -1;
    }
    Bits notReplaced = SegmentElements.notReplaced(reader());
    PostingsEnum postings = terms.postings(null, PostingsEnum.NONE);
    for (int doc = postings.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = postings.nextDoc()) {
      if (notReplaced == null || notReplaced.get(doc)) {
        return doc;
      }
    }
    return -1;
  }

  /** What {@link #find} searches in. */
  TermsEnum labelTerms() throws IOException {
    Terms terms = reader().terms(Fields.termField());
    return terms == null ? TermsEnum.EMPTY : terms.iterator();
  }

  /**
   * Documents whose number is estimated from a sample, or known where few pass or there are few in
   * all; Lucene's own class does not tell it.
   */
  private static final class CountedDocs extends AcceptDocs {
    private static final int SAMPLES = 512;

    private final Bits bits;
    private final int maxDoc;
    private final int count;

    private CountedDocs(Bits bits, int maxDoc, int count) {
      this.bits = bits;
      this.maxDoc = maxDoc;
      this.count = count;
    }

    /** Counts a sample, or a small segment as a whole; where few pass, finds out which. */
    static CountedDocs estimate(Bits bits, int maxDoc) {
      int step = Math.max(1, maxDoc / SAMPLES);
      int tested = 0;
      int passed = 0;
      for (int doc = step / 2; doc < maxDoc; doc += step) {
        tested++;
        passed += bits.get(doc) ? 1 : 0;
      }
      int count = tested == 0 ? 0 : (int) ((long) passed * maxDoc / tested);
      if (step > 1 && passed * 8 < tested) {
        FixedBitSet set = new FixedBitSet(maxDoc);
        for (int doc = 0; doc < maxDoc; doc++) {
          if (bits.get(doc)) {
            set.set(doc);
          }
        }
        return new CountedDocs(set, maxDoc, set.cardinality());
      }
      return new CountedDocs(bits, maxDoc, count);
    }

    @Override
    public Bits bits() {
      return bits;
    }

    @Override
    public DocIdSetIterator iterator() {
      DocIdSetIterator all = DocIdSetIterator.all(maxDoc);
      return bits == null ? all : new Filtered(all, bits);
    }

    @Override
    public int cost() {
      return count;
    }
  }

  private static final class Filtered extends FilteredDocIdSetIterator {
    private final Bits bits;

    private Filtered(DocIdSetIterator all, Bits bits) {
      super(all);
      this.bits = bits;
    }

    @Override
    protected boolean match(int doc) {
      return bits.get(doc);
    }
  }
}
