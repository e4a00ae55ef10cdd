/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.EfSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FeatureField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;

/** Runs the snippets of docs/queries.md, and holds that page to them; tests of hybrid searches. */
public class CookbookTest extends LuceneTestCase {
  private Directory directory;
  private DirectoryReader reader;
  private IndexSearcher searcher;
  private final float[] target = vector(17);

  private static float[] vector(int seed) {
    float[] vector = new float[8];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) Math.sin(seed * (i + 1) * 0.7 + i);
    }
    return vector;
  }

  @Override
  public void setUp() throws Exception {
    super.setUp();
    directory = newDirectory();
    try (IndexWriter writer =
        new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()))) {
      for (int i = 0; i < 200; i++) {
        Document document = new Document();
        if (i % 10 != 9) { // parents have no vectors of their own
          document.add(
              new KnnFloatVectorField("embedding", vector(i), VectorSimilarityFunction.COSINE));
        }
        document.add(new StringField("language", i % 2 == 0 ? "en" : "de", Field.Store.NO));
        document.add(new SortedDocValuesField("language", new BytesRef(i % 2 == 0 ? "en" : "de")));
        document.add(new StringField("kind", i % 10 == 9 ? "page" : "passage", Field.Store.NO));
        document.add(new FeatureField("terms", i % 3 == 0 ? "cairn" : "stone", 1 + i % 7));
        writer.addDocument(document);
      }
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

  public void testSnippets() throws IOException {
    // snippet: nearest
    Query nearest = new CairnKnnQuery("embedding", target, 10, 100, null);
    TopDocs hits = searcher.search(nearest, 10);
    // end
    assertEquals(10, hits.scoreDocs.length);
    // snippet: lucene
    Query lucene = new KnnFloatVectorQuery("embedding", target, 10, null, new EfSearch(100));
    // end
    assertEquals(10, searcher.search(lucene, 10).scoreDocs.length);
    // snippet: filter
    Query english = new TermQuery(new Term("language", "en"));
    Query filtered = new CairnKnnQuery("embedding", target, 10, 100, english);
    // end
    assertEquals(10, searcher.search(filtered, 10).scoreDocs.length);
    // snippet: page
    CairnKnnQuery query = new CairnKnnQuery("embedding", target, 10, 100, null);
    TopDocs first = query.nextPage(searcher, null);
    TopDocs second = query.nextPage(searcher, first.scoreDocs[first.scoreDocs.length - 1]);
    // end
    assertEquals(10, second.scoreDocs.length);
    // snippet: groups
    TopDocs bestOfLanguages = BestOfGroups.search(searcher, query, "language", 2);
    // end
    assertEquals(2, bestOfLanguages.scoreDocs.length);
    // snippet: radius
    Query radius = new FloatVectorSimilarityQuery("embedding", target, 0.8f);
    // end
    for (ScoreDoc hit : searcher.search(radius, 10).scoreDocs) {
      assertTrue(hit.score >= 0.8f);
    }
    // snippet: thorough
    Query thorough =
        new FloatVectorSimilarityQuery("embedding", target, 0.8f, 0.5f, null, new EfSearch(400));
    // end
    assertEquals(
        searcher.search(radius, 10).scoreDocs.length,
        searcher.search(thorough, 10).scoreDocs.length);
    // snippet: nested
    Query pages = new TermQuery(new Term("kind", "page"));
    Query nested =
        new DiversifyingChildrenFloatKnnVectorQuery(
            "embedding", target, null, 10, new QueryBitSetProducer(pages));
    // end
    assertEquals(10, searcher.search(nested, 10).scoreDocs.length);
    // snippet: hybrid
    HybridSearch hybrid =
        HybridSearch.builder()
            .add("sparse", FeatureField.newLinearQuery("terms", "cairn", 1), 1, 100)
            .add("dense", new CairnKnnQuery("embedding", target, 100, 100, null), 1, 100)
            .filter(english)
            .rrf(60)
            .build();
    TopDocs fused = hybrid.search(searcher, 10);
    String reasons = hybrid.explain(searcher, fused.scoreDocs[0].doc);
    // end
    assertEquals(10, fused.scoreDocs.length);
    assertTrue(reasons, reasons.contains("rank 1 of") && reasons.contains("\"dense\""));
    for (ScoreDoc hit : fused.scoreDocs) {
      assertEquals(0, hit.doc % 2);
    }
  }

  /** Every snippet above stands in the page, and the page has no others. */
  public void testPageHasTheSnippets() throws IOException {
    Path source = Path.of("src", "test", "java", "dev", "cairn", "query", "CookbookTest.java");
    String page = Files.readString(Path.of("docs", "queries.md"));
    Matcher snippets =
        Pattern.compile("(?s)    // snippet: \\w+\n(.*?)    // end\n")
            .matcher(Files.readString(source));
    int count = 0;
    while (snippets.find()) {
      String snippet = snippets.group(1).replaceAll("(?m)^    ", "");
      assertTrue("missing:\n" + snippet, page.contains("```java\n" + snippet + "```"));
      count++;
    }
    assertTrue(count > 0);
    assertEquals(count, page.split("```java\n", -1).length - 1);
  }

  /** Equal weights rank as Lucene's own fusion does. */
  public void testReciprocalRanks() throws IOException {
    for (int k : new int[] {1, 60}) {
      Query sparse = FeatureField.newLinearQuery("terms", "stone", 1);
      Query dense = new CairnKnnQuery("embedding", vector(random().nextInt(200)), 30, 100, null);
      TopDocs expected =
          TopDocs.rrf(
              20, k, new TopDocs[] {searcher.search(sparse, 40), searcher.search(dense, 30)});
      TopDocs actual =
          HybridSearch.builder()
              .add("sparse", sparse, 1, 40)
              .add("dense", dense, 1, 30)
              .rrf(k)
              .build()
              .search(searcher, 20);
      assertEquals(expected.scoreDocs.length, actual.scoreDocs.length);
      for (int i = 0; i < expected.scoreDocs.length; i++) {
        assertEquals(expected.scoreDocs[i].doc, actual.scoreDocs[i].doc);
        assertEquals(expected.scoreDocs[i].score, actual.scoreDocs[i].score, 0);
      }
    }
  }

  public void testWeightedScores() throws IOException {
    Query dense = new CairnKnnQuery("embedding", target, 20, 100, null);
    Query sparse = FeatureField.newLinearQuery("terms", "stone", 1);
    ScoreDoc[] fused =
        HybridSearch.builder()
            .add("dense", dense, 100, 20)
            .add("sparse", sparse, 1e-3f, 20)
            .weighted()
            .build()
            .search(searcher, 5)
            .scoreDocs;
    ScoreDoc[] alone = searcher.search(dense, 5).scoreDocs;
    for (int i = 0; i < 5; i++) {
      assertEquals("the heavier one decides", alone[i].doc, fused[i].doc);
    }
    assertEquals(100, fused[0].score, 0.01);
  }

  public void testSenselessHybrids() {
    Query query = new TermQuery(new Term("a", "b"));
    HybridSearch.Builder builder = HybridSearch.builder();
    expectThrows(IllegalArgumentException.class, builder::build);
    expectThrows(IllegalArgumentException.class, () -> builder.add("x", query, 0, 1));
    expectThrows(IllegalArgumentException.class, () -> builder.add("x", query, Float.NaN, 1));
    expectThrows(IllegalArgumentException.class, () -> builder.add("x", query, 1, 0));
    expectThrows(IllegalArgumentException.class, () -> builder.rrf(0));
    builder.add("x", query, 1, 1);
    expectThrows(IllegalArgumentException.class, () -> builder.add("x", query, 1, 1));
    expectThrows(IllegalArgumentException.class, () -> builder.build().search(searcher, 0));
  }
}
