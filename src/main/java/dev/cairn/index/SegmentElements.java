/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/**
 * Which label and which vector each document of a segment has. A document that Lucene refused when
 * it was added, for a further field of another kind than before, has neither: it keeps a number,
 * but was never anything but deleted.
 */
final class SegmentElements {
  private final long[] labels;

  /** The vector of each document, or null where all have one: numbers are ordinals then. */
  private final int[] ordinals;

  private final int vectorCount;

  private SegmentElements(long[] labels, int[] ordinals, int vectorCount) {
    this.labels = labels;
    this.ordinals = ordinals;
    this.vectorCount = vectorCount;
  }

  /** Reads those of a segment; what is there must have both. */
  static SegmentElements read(LeafReader reader) throws IOException {
    Bits there = notReplaced(reader);
    FloatVectorValues vectors = reader.getFloatVectorValues(Fields.VECTOR);
    int vectorCount = vectors == null ? 0 : vectors.size();
    int[] ordinals = vectorCount == reader.maxDoc() ? null : ordinals(vectors, reader.maxDoc());
    for (int doc = 0; ordinals != null && doc < ordinals.length; doc++) {
      if (ordinals[doc] < 0 && isThere(there, doc)) {
        throw new CorruptIndexException("element " + doc + " has no vector", reader.toString());
      }
    }
    return new SegmentElements(readLabels(reader, there), ordinals, vectorCount);
  }

  private static int[] ordinals(FloatVectorValues vectors, int maxDoc) throws IOException {
    int[] ordinals = new int[maxDoc];
    Arrays.fill(ordinals, -1);
    if (vectors != null) {
      KnnVectorValues.DocIndexIterator docs = vectors.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        ordinals[doc] = docs.index();
      }
    }
    return ordinals;
  }

  private static long[] readLabels(LeafReader reader, Bits there) throws IOException {
    long[] labels = new long[reader.maxDoc()];
    NumericDocValues values = reader.getNumericDocValues(Fields.LABEL);
    for (int doc = 0; doc < labels.length; doc++) {
      if (values != null && values.advanceExact(doc)) {
        labels[doc] = values.longValue();
      } else if (isThere(there, doc)) {
        throw new CorruptIndexException("element " + doc + " has no label", reader.toString());
      }
    }
    return labels;
  }

  /** The documents that are not deleted for good; elements marked deleted are among them. */
  static Bits notReplaced(LeafReader reader) {
    return ((SegmentReader) FilterLeafReader.unwrap(reader)).getHardLiveDocs();
  }

  private static boolean isThere(Bits notReplaced, int doc) {
    return notReplaced == null || notReplaced.get(doc);
  }

  /** Number of documents that have a vector, replaced ones included. */
  int vectorCount() {
    return vectorCount;
  }

  /** The label of a document that has one. */
  long label(int doc) {
    return labels[doc];
  }

  /** The ordinal of the vector of a document that has one. */
  int ordinal(int doc) {
    return ordinals == null ? doc : ordinals[doc];
  }
}
