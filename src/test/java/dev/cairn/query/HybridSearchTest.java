/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.CairnCodec;
import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FeatureField;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Document number i has the vector (i, 0), the number i, and two features drawn at random. */
public class HybridSearchTest extends LuceneTestCase {
  private static final int SIZE = 1000;
  private static final float[] ORIGIN = {0, 0};

  private Directory directory;
  private DirectoryReader reader;
  private IndexSearcher searcher;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    directory = newDirectory();
    IndexWriterConfig config = new IndexWriterConfig().setCodec(new CairnCodec());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < SIZE; i++) {
        Document document = new Document();
        document.add(
            new KnnFloatVectorField(
                "vector", new float[] {i, 0}, VectorSimilarityFunction.EUCLIDEAN));
        document.add(new IntPoint("number", i));
        document.add(new FeatureField("features", "one", random().nextFloat() + 0.1f));
        document.add(new FeatureField("features", "two", random().nextFloat() + 0.1f));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
  }

  @Override
  public void tearDown() throws Exception {
    reader.close();
    directory.close();
    super.tearDown();
  }

  private static Query feature(String name) {
    return FeatureField.newLinearQuery("features", name, 1);
  }

  private static Query nearest() {
    return new CairnKnnQuery("vector", ORIGIN, 10, 50, null);
  }

  private static Query from500To600() {
    return IntPoint.newRangeQuery("number", 500, 600);
  }

  public void testEqualWeightsGiveLucenesOrder() throws IOException {
    for (int rankConstant : new int[] {1, 60, 1000}) {
      for (int depth : new int[] {1, 10, 200}) {
        HybridSearch.Builder builder = HybridSearch.builder().rrf(rankConstant);
        Query[] queries = {feature("one"), feature("two"), nearest()};
        TopDocs[] apart = new TopDocs[queries.length];
        for (int i = 0; i < queries.length; i++) {
          builder.add("query " + i, queries[i], 1, depth);
          apart[i] = searcher.search(queries[i], depth);
          for (ScoreDoc hit : apart[i].scoreDocs) {
            hit.shardIndex = 0;
          }
        }
        ScoreDoc[] expected = TopDocs.rrf(20, rankConstant, apart).scoreDocs;
        ScoreDoc[] hits = builder.build().search(searcher, 20).scoreDocs;
        assertEquals(expected.length, hits.length);
        for (int i = 0; i < hits.length; i++) {
          assertEquals(expected[i].doc, hits[i].doc);
          assertEquals(expected[i].score, hits[i].score, 1e-6f);
        }
      }
    }
  }

  public void testAnyRankConstant() throws IOException {
    ScoreDoc[] hits =
        HybridSearch.builder()
            .add("nearest", nearest(), 1, 10)
            .rrf(Integer.MAX_VALUE)
            .build()
            .search(searcher, 10)
            .scoreDocs;
    assertEquals(10, hits.length);
    assertEquals(0, hits[0].doc);
    assertTrue(hits[0].score > 0);
  }

  /** The best hit of a query counts as its weight, whatever the scores are. */
  public void testBestOfEachQueryCountsOne() throws IOException {
    for (int round = 0; round < 20; round++) {
      String name = round % 2 == 0 ? "one" : "two";
      int depth = 2 + random().nextInt(50);
      int best = searcher.search(feature(name), 1).scoreDocs[0].doc;
      HybridSearch search =
          HybridSearch.builder().add(name, feature(name), 1, depth).weighted().build();
      ScoreDoc first = search.search(searcher, 1).scoreDocs[0];
      assertEquals(best, first.doc);
      assertEquals(1, first.score, 0);
      assertTrue(search.explain(searcher, best).startsWith("document " + best + ": rank 1 of"));
    }
  }

  public void testFilterComesBeforeTheNearest() throws IOException {
    for (Query query :
        new Query[] {
          nearest(),
          new KnnFloatVectorQuery("vector", ORIGIN, 10),
          new BoostQuery(nearest(), 2),
          new ConstantScoreQuery(new BoostQuery(nearest(), 2)),
          PatienceKnnVectorQuery.fromFloatQuery(
              new KnnFloatVectorQuery("vector", ORIGIN, 10, from500To600())),
        }) {
      ScoreDoc[] hits =
          HybridSearch.builder()
              .add("nearest", query, 1, 10)
              .filter(from500To600())
              .build()
              .search(searcher, 10)
              .scoreDocs;
      assertEquals(query.toString(), 10, hits.length);
      for (ScoreDoc hit : hits) {
        assertTrue(hit.doc >= 500 && hit.doc < 510);
      }
    }
  }

  public void testQueriesThatNeedTheirOwnFilter() {
    Query patient =
        PatienceKnnVectorQuery.fromFloatQuery(new KnnFloatVectorQuery("vector", ORIGIN, 10));
    HybridSearch search =
        HybridSearch.builder().add("patient", patient, 1, 10).filter(from500To600()).build();
    IllegalArgumentException e =
        expectThrows(IllegalArgumentException.class, () -> search.search(searcher, 10));
    assertTrue(e.getMessage(), e.getMessage().contains("a filter of its own"));
  }
}
