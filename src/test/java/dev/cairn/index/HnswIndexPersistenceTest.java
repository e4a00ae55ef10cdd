/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.apache.lucene.util.BytesRef;

/** Saving, opening, crashes, and what Lucene adds. */
@SuppressFileSystems("ExtrasFS") // files are counted and copied here
public class HnswIndexPersistenceTest extends LuceneTestCase {
  private static final int DIM = 8;

  private static HnswIndexBuilder builder() {
    return HnswIndex.builder(Space.COSINE, DIM).maxElements(500).m(8).efConstruction(60).ef(80);
  }

  public void testSaveAndOpenKeepEverything() throws Exception {
    float[][] data = Samples.gaussian(random(), 400, DIM);
    Path saved = createTempDir().resolve("saved");
    Result[] before;
    try (HnswIndex index = builder().allowReplaceDeleted(true).build()) {
      index.addItems(data);
      index.markDeleted(17);
      index.save(saved);
      before = index.knnQuery(data, 5, 1, null);
      index.addItem(data[0], 450); // not saved
    }
    try (HnswIndex index = HnswIndex.open(saved)) {
      assertEquals(400, index.elementCount());
      assertEquals(500, index.maxElements());
      assertEquals(80, index.ef());
      assertEquals(Space.COSINE, index.space());
      assertEquals(DIM, index.dim());
      Result[] after = index.knnQuery(data, 5, 1, null);
      for (int i = 0; i < data.length; i++) {
        assertArrayEquals(before[i].labels(), after[i].labels());
        assertArrayEquals(before[i].distances(), after[i].distances(), 0);
      }
      assertThrows(IllegalStateException.class, () -> index.markDeleted(17));
      index.unmarkDeleted(17);
      assertEquals(17, index.knnQuery(data[17], 1).labels()[0]);
      index.addItems(Arrays.copyOf(data, 3)); // counted on from the number of elements
      assertEquals(403, index.elementCount());
      assertTrue(Arrays.stream(index.getIds()).anyMatch(id -> id == 402));
    }
    try (HnswIndex index = HnswIndex.open(saved)) {
      assertEquals("closing commits", 403, index.elementCount());
    }
  }

  public void testSavingReplacesAnOlderIndexAsAWhole() throws Exception {
    Path target = createTempDir().resolve("target");
    float[][] data = Samples.gaussian(random(), 300, DIM);
    try (HnswIndex first = builder().build()) {
      first.addItems(data);
      first.save(target);
    }
    try (HnswIndex second = HnswIndex.builder(Space.L2, DIM).build()) {
      second.addItem(data[0], 77);
      second.save(target);
      second.save(target);
    }
    try (HnswIndex index = HnswIndex.open(target)) {
      assertArrayEquals(new long[] {77}, index.getIds());
      assertEquals(Space.L2, index.space());
      // an index in use is not overwritten
      try (HnswIndex other = builder().build()) {
        assertThrows(IllegalStateException.class, () -> other.save(target));
        assertThrows(IllegalStateException.class, () -> HnswIndex.open(target));
      }
    }
  }

  public void testOtherIndexesAreLeftAlone() throws Exception {
    Path foreign = createTempDir();
    try (FSDirectory directory = FSDirectory.open(foreign);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      writer.commit();
    }
    try (HnswIndex index = builder().build()) {
      assertThrows(IllegalArgumentException.class, () -> index.save(foreign));
    }
    assertThrows(IllegalArgumentException.class, () -> HnswIndex.open(foreign));
    assertThrows(IllegalArgumentException.class, () -> builder().path(foreign).build());
    Path own = createTempDir();
    builder().path(own).build().close();
    assertThrows(IllegalArgumentException.class, () -> builder().path(own).build());
  }

  public void testACopyOfTheFilesAtAnyTimeIsTheLastCommit() throws Exception {
    Path path = createTempDir().resolve("index");
    float[][] data = Samples.gaussian(random(), 300, DIM);
    try (HnswIndex index = builder().path(path).build()) {
      index.addItems(Arrays.copyOf(data, 100), Samples.labels(0, 100));
      index.commit();
      index.addItems(Arrays.copyOfRange(data, 100, 300), Samples.labels(100, 200));
      index.markDeleted(5);
      index.knnQuery(data[0], 1); // writes segments that no commit knows
      Path crashed = copy(path);
      try (HnswIndex survivor = HnswIndex.open(crashed)) {
        assertEquals(100, survivor.elementCount());
        assertEquals(5, survivor.knnQuery(data[5], 1).labels()[0]);
      }
      index.save(path);
      try (HnswIndex survivor = HnswIndex.open(copy(path))) {
        assertEquals(300, survivor.elementCount());
        assertNotEquals(5, survivor.knnQuery(data[5], 1).labels()[0]);
      }
    }
  }

  private static Path copy(Path directory) throws Exception {
    Path copy = createTempDir();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> !f.endsWith("write.lock")).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  public void testDamageIsToldOf() throws Exception {
    Path path = createTempDir().resolve("index");
    try (HnswIndex index = builder().path(path).build()) {
      index.addItems(Samples.gaussian(random(), 50, DIM));
    }
    try (Stream<Path> files = Files.list(path)) {
      Path meta = files.filter(f -> f.toString().endsWith(".vcm")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(meta);
      bytes[bytes.length / 2] ^= 1;
      Files.write(meta, bytes);
    }
    UncheckedIOException e = expectThrows(UncheckedIOException.class, () -> HnswIndex.open(path));
    assertTrue(e.toString(), e.getCause() instanceof CorruptIndexException);
  }

  public void testTemporaryFilesAreGoneAfterClose() throws Exception {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    long before = count(temporary);
    HnswIndex index = builder().build();
    index.addItems(Samples.gaussian(random(), 20, DIM));
    index.knnQuery(new float[DIM], 1);
    assertEquals(before + 1, count(temporary));
    index.close();
    assertEquals(before, count(temporary));
  }

  private static long count(Path temporary) throws Exception {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(f -> f.getFileName().toString().startsWith("cairn-index-")).count();
    }
  }

  public void testFurtherFieldsFilterAndSearch() throws Exception {
    Path path = createTempDir().resolve("index");
    float[][] data = Samples.gaussian(random(), 200, DIM);
    try (HnswIndex index = builder().path(path).analyzer(new WhitespaceAnalyzer()).build()) {
      index.addItems(
          data,
          Samples.labels(1000, 200),
          2,
          false,
          row ->
              List.of(
                  new TextField("text", "Word" + row % 3 + " common", Field.Store.NO),
                  new KeywordField("kind", row % 2 == 0 ? "even" : "odd", Field.Store.NO),
                  new IntField("row", row, Field.Store.NO),
                  new StoredField("name", "n" + row)));
      index.markDeleted(1004);
      Result odd = index.knnQueryMatching(data[4], 200, new TermQuery(new Term("kind", "odd")));
      assertEquals(100, odd.labels().length);
      assertTrue(Arrays.stream(odd.labels()).allMatch(label -> label % 2 == 1));
      Result range = index.knnQueryMatching(data[4], 200, IntField.newRangeQuery("row", 3, 5));
      assertEquals(List.of(1003L, 1005L), Arrays.stream(range.labels()).sorted().boxed().toList());
      Result none = index.knnQueryMatching(data[4], 5, new TermQuery(new Term("text", "word1")));
      assertEquals("the analyzer keeps case", 0, none.labels().length);
      String name =
          index.withSearcher(
              searcher -> {
                ScoreDoc[] hits =
                    searcher.search(
                            new KnnFloatVectorQuery(
                                HnswIndex.VECTOR_FIELD,
                                data[7],
                                1,
                                new TermQuery(new Term("text", "Word1"))),
                            1)
                        .scoreDocs;
                assertArrayEquals(new long[] {1007}, index.labels(searcher, hits));
                return searcher.storedFields().document(hits[0].doc).get("name");
              });
      assertEquals("n7", name);
      index.addItem(data[7], 1007, List.of(new KeywordField("kind", "new", Field.Store.NO)));
      assertArrayEquals(
          new long[] {1007},
          index.knnQueryMatching(data[7], 5, new TermQuery(new Term("kind", "new"))).labels());
      RuntimeException taken =
          expectThrows(
              IllegalArgumentException.class,
              () ->
                  index.addItem(
                      data[0], 1, List.of(new NumericDocValuesField(HnswIndex.LABEL_FIELD, 1))));
      assertTrue(taken.getMessage(), taken.getMessage().contains("\"label\""));
    }
    try (HnswIndex index = HnswIndex.open(path)) {
      Result kept =
          index.knnQueryMatching(data[2], 5, new TermQuery(new Term("kind", new BytesRef("even"))));
      assertEquals(1002, kept.labels()[0]);
    }
  }
}
