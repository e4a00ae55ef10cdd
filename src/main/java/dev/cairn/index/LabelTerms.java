/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.index.BaseTermsEnum;
import org.apache.lucene.index.ImpactsEnum;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SlowImpactsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IntroSorter;
import org.apache.lucene.util.NumericUtils;

/**
 * The terms of labels, one for each document, as a segment has them for merging: in order of the
 * labels, without an index having been written.
 */
final class LabelTerms extends FieldsProducer {
  private final long[] labels;

  /** Documents by their labels, the least first. */
  private final int[] order;

  /** The label of each document; none may be there twice. */
  LabelTerms(long[] labels) {
    this.labels = labels;
    this.order = new int[labels.length];
    for (int doc = 0; doc < order.length; doc++) {
      order[doc] = doc;
    }
    new IntroSorter() {
      private long pivot;

      @Override
      protected void setPivot(int i) {
        pivot = labels[order[i]];
      }

      @Override
      protected int comparePivot(int j) {
        return Long.compare(pivot, labels[order[j]]);
      }

      @Override
      protected void swap(int i, int j) {
        int doc = order[i];
        order[i] = order[j];
        order[j] = doc;
      }
    }.sort(0, order.length);
  }

  @Override
  public Iterator<String> iterator() {
    return List.of(Fields.termField()).iterator();
  }

  @Override
  public Terms terms(String field) {
    return field.equals(Fields.termField()) ? new LabelsOfAll() : null;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void checkIntegrity() {
    // there is no file
  }

  @Override
  public void close() {
    // nothing to close
  }

  private final class LabelsOfAll extends Terms {
    @Override
    public TermsEnum iterator() {
      return new InOrder();
    }

    @Override
    public long size() {
      return order.length;
    }

    @Override
    public long getSumTotalTermFreq() {
      return order.length;
    }

    @Override
    public long getSumDocFreq() {
      return order.length;
    }

    @Override
    public int getDocCount() {
      return order.length;
    }

    @Override
    public boolean hasFreqs() {
      return false;
    }

    @Override
    public boolean hasOffsets() {
      return false;
    }

    @Override
    public boolean hasPositions() {
      return false;
    }

    @Override
    public boolean hasPayloads() {
      return false;
    }
  }

  private final class InOrder extends BaseTermsEnum {
    private final BytesRef term = new BytesRef(new byte[Long.BYTES]);
    private int at = -1;

    @Override
    public BytesRef next() {
      at++;
      return at < order.length ? term() : null;
    }

    @Override
    public SeekStatus seekCeil(BytesRef wanted) {
      at = -1;
      for (BytesRef next = next(); next != null; next = next()) {
        int order = next.compareTo(wanted);
        if (order >= 0) {
          return order == 0 ? SeekStatus.FOUND : SeekStatus.NOT_FOUND;
        }
      }
      return SeekStatus.END;
    }

    @Override
    public void seekExact(long ord) {
      at = (int) ord;
    }

    @Override
    public BytesRef term() {
      NumericUtils.longToSortableBytes(labels[order[at]], term.bytes, 0);
      return term;
    }

    @Override
    public long ord() {
      return at;
    }

    @Override
    public int docFreq() {
      return 1;
    }

    @Override
    public long totalTermFreq() {
      return 1;
    }

    @Override
    public PostingsEnum postings(PostingsEnum reuse, int flags) {
      OneDocument one = reuse instanceof OneDocument known ? known : new OneDocument();
      one.reset(order[at]);
      return one;
    }

    @Override
    public ImpactsEnum impacts(int flags) {
      return new SlowImpactsEnum(postings(null, flags));
    }
  }

  private static final class OneDocument extends PostingsEnum {
    private int only;
    private int doc;

    private void reset(int document) {
      only = document;
      doc = -1;
    }

    @Override
    public int docID() {
      return doc;
    }

    @Override
    public int nextDoc() {
      doc = doc < 0 ? only : DocIdSetIterator.NO_MORE_DOCS;
      return doc;
    }

    @Override
    public int advance(int target) throws IOException {
      return slowAdvance(target);
    }

    @Override
    public long cost() {
      return 1;
    }

    @Override
    public int freq() {
      return 1;
    }

    @Override
    public int nextPosition() {
      return -1;
    }

    @Override
    public int startOffset() {
      return -1;
    }

    @Override
    public int endOffset() {
      return -1;
    }

    @Override
    public BytesRef getPayload() {
      return null;
    }
  }
}
