/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * An index that an earlier build of this version of the format has written is read and searched.
 */
public class GoldenIndexTest extends LuceneTestCase {

  public void testIndexOfThisVersionIsRead() throws IOException {
    Path path = createTempDir();
    GoldenIndex.unpack(GoldenIndex.NAME, path);
    try (Directory directory = FSDirectory.open(path);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
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
