/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;

/** The labels of a file of hnswlib's, and its marks of deletion, as doc values. */
final class HnswlibDocValues extends DocValuesProducer {
  private final HnswlibFile file;

  HnswlibDocValues(HnswlibFile file) {
    this.file = file;
  }

  @Override
  public NumericDocValues getNumeric(FieldInfo field) {
    return new Values(file, field.name.equals(Fields.DELETED));
  }

  @Override
  public BinaryDocValues getBinary(FieldInfo field) {
    throw new UnsupportedOperationException(field.name);
  }

  @Override
  public SortedDocValues getSorted(FieldInfo field) {
    throw new UnsupportedOperationException(field.name);
  }

  @Override
  public SortedNumericDocValues getSortedNumeric(FieldInfo field) {
    throw new UnsupportedOperationException(field.name);
  }

  @Override
  public SortedSetDocValues getSortedSet(FieldInfo field) {
    throw new UnsupportedOperationException(field.name);
  }

  @Override
  public DocValuesSkipper getSkipper(FieldInfo field) {
    return null;
  }

  @Override
  public void checkIntegrity() {
    // everything was checked when the file was opened
  }

  @Override
  public void close() {
    // the file is its owner's
  }

  /** The labels of all elements, or ones for those that are marked deleted. */
  private static final class Values extends NumericDocValues {
    private final HnswlibFile file;
    private final boolean isMark;
    private int doc = -1;

    private Values(HnswlibFile file, boolean isMark) {
      this.file = file;
      this.isMark = isMark;
    }

    @Override
    public long longValue() {
      return isMark ? 1 : file.label(doc);
    }

    @Override
    public int docID() {
      return doc;
    }

    @Override
    public int nextDoc() {
      return advance(doc + 1);
    }

    @Override
    public int advance(int target) {
      int next = target;
      while (next < file.size() && isMark && !file.isDeleted(next)) {
        next++;
      }
      doc = next < file.size() ? next : NO_MORE_DOCS;
      return doc;
    }

    @Override
    public boolean advanceExact(int target) {
      doc = target;
      return !isMark || file.isDeleted(target);
    }

    @Override
    public long cost() {
      return file.size();
    }
  }
}
