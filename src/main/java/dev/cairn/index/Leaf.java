/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.util.function.LongPredicate;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentReader;
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
  private final long[] labels;

  /**
   * A segment.
   *
   * @param labels the label of each document
   */
  Leaf(LeafReaderContext context, long[] labels) throws IOException {
    this.context = context;
    this.labels = labels;
    FloatVectorValues values = vectors();
    int maxDoc = reader().maxDoc();
    if (values == null || values.size() != maxDoc) {
      throw new CorruptIndexException(
          maxDoc + " elements with " + (values == null ? 0 : values.size()) + " vectors",
          reader().toString());
    }
  }

  /** Reads the labels of a segment. */
  static long[] readLabels(LeafReader reader) throws IOException {
    long[] labels = new long[reader.maxDoc()];
    NumericDocValues values = reader.getNumericDocValues(Fields.LABEL);
    for (int doc = 0; doc < labels.length; doc++) {
      if (values == null || !values.advanceExact(doc)) {
        throw new CorruptIndexException("element " + doc + " has no label", reader.toString());
      }
      labels[doc] = values.longValue();
    }
    return labels;
  }

  /** Takes note of all elements of the segment. */
  void register(ElementWriter elements) throws IOException {
    Bits live = reader().getLiveDocs();
    Bits notReplaced = notReplaced();
    for (int doc = 0; doc < labels.length; doc++) {
      boolean isThere = notReplaced == null || notReplaced.get(doc);
      if (isThere && !elements.register(labels[doc], live != null && !live.get(doc))) {
        throw new CorruptIndexException(
            "the label " + labels[doc] + " occurs twice", reader().toString());
      }
    }
  }

  private Bits notReplaced() {
    return ((SegmentReader) FilterLeafReader.unwrap(reader())).getHardLiveDocs();
  }

  LeafReaderContext context() {
    return context;
  }

  LeafReader reader() {
    return context.reader();
  }

  long label(int doc) {
    return labels[doc];
  }

  /** The vectors; every document has one, so that document numbers are ordinals. */
  FloatVectorValues vectors() throws IOException {
    return reader().getFloatVectorValues(Fields.VECTOR);
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
            return (live == null || live.get(doc)) && filter.test(labels[doc]);
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
    Bits notReplaced = notReplaced();
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

  /** Documents whose number is known, which Lucene's own class does not tell. */
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
      // one that seems to let all pass is not the bits of live documents, which do say so
      return new CountedDocs(bits, maxDoc, maxDoc > 1 ? Math.min(count, maxDoc - 1) : count);
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
