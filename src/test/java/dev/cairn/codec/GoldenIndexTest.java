/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import dev.cairn.query.CairnKnnQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Indexes that earlier builds of this version of the format have written are read and searched. */
public class GoldenIndexTest extends LuceneTestCase {

  public void testIndexWithoutCentredCodesIsRead() throws IOException {
    check(GoldenIndex.FIRST, false);
  }

  public void testIndexWithCentredCodesIsRead() throws IOException {
    check(GoldenIndex.CENTRED, true);
  }

  /** Both in one index, searched as one and then merged. */
  public void testBothTogether() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(
                directory,
                new IndexWriterConfig()
                    .setCodec(new CairnCodec(new CairnHnswVectorsFormat(4, 30)))
                    .setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (String name : List.of(GoldenIndex.FIRST, GoldenIndex.CENTRED)) {
        Path path = createTempDir();
        GoldenIndex.unpack(name, path);
        try (Directory golden = FSDirectory.open(path)) {
          writer.addIndexes(golden);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        checkBoth(reader, 2);
      }
      writer.getConfig().setMergePolicy(new TieredMergePolicy());
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        checkBoth(reader, 1);
        CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
        assertTrue(FieldGraph.of(segment, "bytes").meta().hasCentredCodes());
        assertEquals(
            List.of(),
            GraphCheck.run(segment, "bytes", GoldenIndex.DOCUMENTS, 1).orElseThrow().problems());
      }
    }
  }

  private static void checkBoth(DirectoryReader reader, int segments) throws IOException {
    assertEquals(segments, reader.leaves().size());
    IndexSearcher searcher = new IndexSearcher(reader);
    for (int id = 0; id < GoldenIndex.DOCUMENTS; id++) {
      float[] target = GoldenIndex.floats(id);
      Query query = new CairnKnnQuery("floats-EUCLIDEAN", target, 2, 100, new MatchAllDocsQuery());
      ScoreDoc[] hits = searcher.search(query, 2).scoreDocs;
      for (ScoreDoc hit : hits) {
        assertEquals(1, hit.score, 1e-6);
      }
      assertEquals(2, hits.length);
    }
  }

  private static void check(String name, boolean hasCentredCodes) throws IOException {
    Path path = createTempDir();
    GoldenIndex.unpack(name, path);
    try (Directory directory = FSDirectory.open(path);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
      assertEquals(hasCentredCodes, FieldGraph.of(segment, "bytes").meta().hasCentredCodes());
      segment.checkIntegrity();
      assertEquals(GoldenIndex.DOCUMENTS, reader.numDocs());
      int fields = 0;
      for (FieldInfo field : segment.getFieldInfos()) {
        if (field.hasVectorValues()) {
          fields++;
          GraphCheck.Report report =
              GraphCheck.run(segment, field.name, GoldenIndex.DOCUMENTS, 1).orElseThrow();
          assertEquals(field.name, List.of(), report.problems());
          assertTrue(report.recoded() > GoldenIndex.DOCUMENTS);
        }
      }
      assertEquals(3, fields);
      for (int id = 0; id < GoldenIndex.DOCUMENTS; id++) {
        float[] floats = GoldenIndex.floats(id);
        checkFinds(reader, new KnnFloatVectorQuery("floats-EUCLIDEAN", floats, 5), id);
        assertEquals(
            5,
            search(reader, new KnnFloatVectorQuery("floats-MAXIMUM_INNER_PRODUCT", floats, 5))
                .length);
        if (id % 2 == 0) {
          checkFinds(reader, new KnnByteVectorQuery("bytes", GoldenIndex.bytes(id), 5), id);
        }
      }
    }
  }

  private static ScoreDoc[] search(DirectoryReader reader, Query query) throws IOException {
    return new IndexSearcher(reader).search(query, 5).scoreDocs;
  }

  private static void checkFinds(DirectoryReader reader, Query query, int id) throws IOException {
    ScoreDoc[] hits = search(reader, query);
    assertEquals(5, hits.length);
    assertEquals(1, hits[0].score, 1e-6);
    assertEquals(
        id, reader.storedFields().document(hits[0].doc).getField("id").numericValue().intValue());
  }
}
