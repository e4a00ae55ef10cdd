/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/** The fields of an element's document. */
final class Fields {
  /** The vector, as it is searched. */
  static final String VECTOR = "vector";

  /** The label, as a doc value, and as a term of 8 bytes to find the document by. */
  static final String LABEL = "label";

  /**
   * Set where an element is marked deleted. It is the soft-deletes field of the index, so that
   * readers treat such documents as deleted while merges keep them.
   */
  static final String DELETED = "deleted";

  private static final FieldType LABEL_TERM = new FieldType();

  static {
    LABEL_TERM.setTokenized(false);
    LABEL_TERM.setOmitNorms(true);
    LABEL_TERM.setIndexOptions(IndexOptions.DOCS);
    LABEL_TERM.freeze();
  }

  private static final String TERM = "label_term";

  private Fields() {}

  static BytesRef termBytes(long label) {
    byte[] bytes = new byte[Long.BYTES];
    NumericUtils.longToSortableBytes(label, bytes, 0);
    return new BytesRef(bytes);
  }

  static Term term(long label) {
    return new Term(TERM, termBytes(label));
  }

  static String termField() {
    return TERM;
  }

  static Document document(
      HnswIndex.Space space,
      float[] prepared,
      long label,
      Iterable<? extends IndexableField> extra) {
    Document document = new Document();
    document.add(new NumericDocValuesField(LABEL, label));
    document.add(new Field(TERM, termBytes(label), LABEL_TERM));
    document.add(new KnnFloatVectorField(VECTOR, prepared, Spaces.similarity(space)));
    for (IndexableField field : extra) {
      String name = field.name();
      if (name.equals(VECTOR) || name.equals(LABEL) || name.equals(TERM) || name.equals(DELETED)) {
        throw new IllegalArgumentException(
            "the field name \"" + name + "\" is taken by the index itself");
      }
      document.add(field);
    }
    return document;
  }

  /** The mark of a deleted element. */
  static Field deletedMark() {
    return new NumericDocValuesField(DELETED, 1);
  }

  /** What takes the mark away. */
  static Field noDeletedMark() {
    return new NumericDocValuesField(DELETED, (Long) null);
  }
}
