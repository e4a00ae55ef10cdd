/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Compares two indices in everything that can be read. */
final class EqualReaders extends LuceneTestCase {
  void check(DirectoryReader expected, DirectoryReader actual) throws IOException {
    assertReaderEquals("migrated", expected, actual);
    assertEquals(expected.leaves().size(), actual.leaves().size());
    for (int i = 0; i < expected.leaves().size(); i++) {
      LeafReader left = expected.leaves().get(i).reader();
      LeafReader right = actual.leaves().get(i).reader();
      assertEquals(left.getMetaData().sort(), right.getMetaData().sort());
      for (FieldInfo field : left.getFieldInfos()) {
        if (field.hasVectorValues()) {
          checkVectors(left, right, field);
        }
      }
    }
  }

  private static void checkVectors(LeafReader left, LeafReader right, FieldInfo field)
      throws IOException {
    if (field.getVectorEncoding() == VectorEncoding.BYTE) {
      ByteVectorValues expected = left.getByteVectorValues(field.name);
      ByteVectorValues actual = right.getByteVectorValues(field.name);
      assertEquals(expected.size(), actual.size());
      var docs = expected.iterator();
      var others = actual.iterator();
      while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        assertEquals(docs.docID(), others.nextDoc());
        assertArrayEquals(expected.vectorValue(docs.index()), actual.vectorValue(others.index()));
      }
      return;
    }
    FloatVectorValues expected = left.getFloatVectorValues(field.name);
    FloatVectorValues actual = right.getFloatVectorValues(field.name);
    assertEquals(expected.size(), actual.size());
    var docs = expected.iterator();
    var others = actual.iterator();
    while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      assertEquals(docs.docID(), others.nextDoc());
      assertArrayEquals(expected.vectorValue(docs.index()), actual.vectorValue(others.index()), 0);
    }
  }
}
