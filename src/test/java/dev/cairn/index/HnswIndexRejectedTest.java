/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;

/**
 * Elements that Lucene refuses, for a further field of another kind than before. The index goes on
 * as if they had never been offered.
 */
public class HnswIndexRejectedTest extends LuceneTestCase {
  private static final int DIM = 8;

  private static final List<IndexableField> RIGHT = List.of(new StringField("t", "word", Store.NO));

  private static final List<IndexableField> WRONG = List.of(new IntPoint("t", 1));

  private static HnswIndexBuilder builder() {
    return HnswIndex.builder(Space.L2, DIM).m(8).efConstruction(60).ef(20);
  }

  private static void refuse(HnswIndex index, float[] vector, long label) {
    long count = index.elementCount();
    expectThrows(IllegalArgumentException.class, () -> index.addItem(vector, label, WRONG));
    assertEquals(count, index.elementCount());
  }

  /** That each row is found under the label of its number, but for those without a vector. */
  private static void check(HnswIndex index, float[][] rows) {
    long[] labels = LongStream.range(0, rows.length).filter(i -> rows[(int) i] != null).toArray();
    assertEquals(labels.length, index.elementCount());
    assertArrayEquals(labels, LongStream.of(index.getIds()).sorted().toArray());
    float[][] items = index.getItems(labels);
    for (int i = 0; i < labels.length; i++) {
      float[] row = rows[(int) labels[i]];
      assertArrayEquals(row, items[i], 0);
      if (i % 10 == 0) {
        Result found = index.knnQuery(row, 2, label -> label % 10 != 5);
        assertEquals(labels[i], index.knnQuery(row, 2).labels()[0]);
        assertEquals(labels[i], found.labels()[0]);
        assertEquals(0, found.distances()[0], 0);
      }
    }
    assertEquals(labels.length, index.knnQuery(rows[(int) labels[0]], 10_000).labels().length);
    long[] words =
        index.withSearcher(
            searcher -> {
              ScoreDoc[] hits =
                  searcher.search(new TermQuery(new Term("t", "word")), 10_000).scoreDocs;
              return index.labels(searcher, hits);
            });
    assertArrayEquals(labels, LongStream.of(words).sorted().toArray());
    Result matching =
        index.knnQueryMatching(rows[(int) labels[0]], 10_000, new TermQuery(new Term("t", "word")));
    assertEquals(labels.length, matching.labels().length);
  }

  /** Writes of every kind with refused ones before, between and after them. */
  private static void exercise(HnswIndex index, float[][] data, float[][] rows) {
    refuse(index, data[0], 0);
    refuse(index, data[1], 1); // is in a buffer with nothing else in it
    for (int i = 0; i < 100; i++) {
      index.addItem(data[i], i, RIGHT);
      rows[i] = data[i];
      if (i % 40 == 20) {
        refuse(index, data[i + 1], i + 1);
        refuse(index, data[i + 1], i + 1);
        refuse(index, data[100], i); // the element that is there stays
      }
    }
    check(index, rows);
    refuse(index, data[100], 100); // a segment of its own
    check(index, rows);
    for (int i = 100; i < 150; i++) {
      index.addItem(data[i], i, RIGHT);
      rows[i] = data[i];
    }
    refuse(index, data[0], 500);
    check(index, rows);
    for (int i = 15; i < 25; i++) {
      index.markDeleted(i);
      assertNotEquals(i, index.knnQuery(data[i], 1).labels()[0]);
      refuse(index, data[0], i); // stays marked
      index.unmarkDeleted(i);
      index.addItem(data[160 + i], i, RIGHT);
      rows[i] = data[160 + i];
    }
    check(index, rows);
  }

  public void testInMemory() {
    float[][] data = Samples.gaussian(random(), 200, DIM);
    float[][] rows = new float[150][];
    try (HnswIndex index = builder().build()) {
      index.addItem(data[0], 0, RIGHT); // so that it is known what kind of field t is
      if (random().nextBoolean()) {
        index.knnQuery(data[0], 1);
      }
      exercise(index, data, rows);
      index.optimize();
      check(index, rows);
      refuse(index, data[0], 500);
      check(index, rows);
    }
  }

  public void testWithAPath() throws Exception {
    float[][] data = Samples.gaussian(random(), 200, DIM);
    float[][] rows = new float[150][];
    Path path = createTempDir().resolve("index");
    try (HnswIndex index = builder().path(path).build()) {
      index.addItem(data[0], 0, RIGHT);
      exercise(index, data, rows);
    }
    Path copy = createTempDir().resolve("copy");
    try (HnswIndex index = HnswIndex.open(path)) {
      check(index, rows);
      refuse(index, data[0], 500);
      index.markDeleted(7);
      index.save(copy);
    }
    try (HnswIndex index = HnswIndex.open(copy)) {
      index.unmarkDeleted(7);
      check(index, rows);
      index.optimize();
      check(index, rows);
    }
    try (HnswIndex index = HnswIndex.open(copy)) {
      check(index, rows);
    }
  }

  /** The first elements of all are refused, so that there may be a segment without any vector. */
  public void testFirstOfAll() throws Exception {
    float[][] data = Samples.gaussian(random(), 30, DIM);
    List<IndexableField> twoKinds =
        List.of(new NumericDocValuesField("n", 1), new BinaryDocValuesField("n", new BytesRef()));
    // refused only when the vector has been taken
    List<IndexableField> tooLong = List.of(new StringField("t", "x".repeat(40_000), Store.NO));
    for (List<IndexableField> fields : List.of(twoKinds, tooLong)) {
      for (boolean isAlone : new boolean[] {false, true}) {
        Path path = createTempDir().resolve("index");
        try (HnswIndex index = builder().path(path).build()) {
          for (int i = 0; i < 3; i++) {
            expectThrows(IllegalArgumentException.class, () -> index.addItem(data[0], 5, fields));
          }
          if (isAlone) {
            assertEquals(0, index.knnQuery(data[0], 3).labels().length);
            assertEquals(0, index.getIds().length);
            index.optimize();
          }
          index.addItem(data[1], 1);
          assertEquals(1, index.knnQuery(data[0], 3).labels().length);
        }
        try (HnswIndex index = HnswIndex.open(path)) {
          assertEquals(1, index.elementCount());
          index.addItems(data, Samples.labels(0, data.length));
          index.markDeleted(3);
          long[] all = index.knnQuery(data[0], data.length).labels();
          assertEquals(data.length - 1, all.length);
          assertTrue(Arrays.stream(all).noneMatch(label -> label == 3));
        }
      }
    }
  }

  public void testNothingIsReplacedByWhatIsRefused() {
    float[][] data = Samples.gaussian(random(), 4, DIM);
    try (HnswIndex index = builder().maxElements(3).allowReplaceDeleted(true).build()) {
      for (int i = 0; i < 3; i++) {
        index.addItem(data[i], i, RIGHT);
      }
      index.markDeleted(1);
      float[][] more = {data[3]};
      for (int i = 0; i < 3; i++) {
        expectThrows(
            IllegalArgumentException.class,
            () -> index.addItems(more, new long[] {7}, 1, true, row -> WRONG));
      }
      index.unmarkDeleted(1);
      assertArrayEquals(data[1], index.getItems(new long[] {1})[0], 0);
      assertEquals(3, index.elementCount());
      index.markDeleted(2);
      index.addItems(more, new long[] {7}, 1, true, row -> RIGHT);
      assertEquals(3, index.elementCount());
      assertArrayEquals(new long[] {0, 1, 7}, LongStream.of(index.getIds()).sorted().toArray());
      assertArrayEquals(data[3], index.getItems(new long[] {7})[0], 0);
    }
  }
}
