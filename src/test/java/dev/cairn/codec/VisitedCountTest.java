/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.Random;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SeededKnnVectorQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.junit.AfterClass;
import org.junit.BeforeClass;

/**
 * What collectors are told of a search: how much was visited, where it stopped; and that what they
 * are told is true, counted in blocks and vectors that were read.
 */
public class VisitedCountTest extends LuceneTestCase {
  private static final int SIZE = 4000;
  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final int QUERIES = 200;

  private static VectorCorpus corpus;
  private static ReadCounts directory;
  private static DirectoryReader reader;
  private static LeafReader segment;

  @BeforeClass
  public static void index() throws IOException {
    corpus =
        new VectorCorpus(
            "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 24, 77);
    directory = new ReadCounts(new ByteBuffersDirectory());
    IndexWriterConfig config = new IndexWriterConfig().setCodec(new CairnCodec());
    config.setUseCompoundFile(false);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < SIZE; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
      writer.forceMerge(1);
    }
    reader = DirectoryReader.open(directory);
    segment = reader.leaves().get(0).reader();
  }

  @AfterClass
  public static void close() throws IOException {
    reader.close();
    directory.close();
    corpus = null;
    directory = null;
    reader = null;
    segment = null;
  }

  private static float[] target() {
    return (float[]) corpus.randomVector();
  }

  private static FixedBitSet accepted(int count) {
    FixedBitSet bits = new FixedBitSet(SIZE);
    Random random = random();
    while (bits.cardinality() < count) {
      bits.set(random.nextInt(SIZE));
    }
    return bits;
  }

  private static <C extends KnnCollector> C search(C collector, FixedBitSet accepted)
      throws IOException {
    AcceptDocs acceptDocs =
        accepted == null
            ? AcceptDocs.fromLiveDocs(null, SIZE)
            : AcceptDocs.fromIteratorSupplier(
                () -> new BitSetIterator(accepted, accepted.cardinality()), null, SIZE);
    directory.take("vex");
    directory.take("vec");
    segment.searchNearestVectors("vector", target(), collector, acceptDocs);
    return collector;
  }

  private static long visited(int k, KnnSearchStrategy strategy) throws IOException {
    return search(new TopKnnCollector(k, UNLIMITED, strategy), null).visitedCount();
  }

  /** Mean of what several searches visit. */
  private static double meanVisited(int k, KnnSearchStrategy strategy) throws IOException {
    double sum = 0;
    for (int i = 0; i < QUERIES; i++) {
      sum += visited(k, strategy);
    }
    return sum / QUERIES;
  }

  /** One for each block that is expanded: no more are read, and no vector but for the hits. */
  public void testVisitedCountIsTheNumberOfBlocksRead() throws IOException {
    for (int ef : new int[] {10, 50, 200}) {
      for (int i = 0; i < 20; i++) {
        long visited = visited(10, new EfSearch(ef));
        int blocks = directory.take("vex");
        // what a cursor still holds from the search before is not read again, on a few layers
        assertTrue(visited + " visited, " + blocks + " read", blocks >= visited - 4);
        // descending reads the number below of a node of each upper layer once more
        assertTrue(visited + " visited, " + blocks + " read", blocks <= visited + 10);
      }
    }
  }

  /**
   * The codes do the work: of raw vectors no more are read than were expanded, far fewer mostly.
   */
  public void testRawVectorsAreReadForHitsAlone() throws IOException {
    for (int ef : new int[] {10, 50, 100, 400}) {
      int total = 0;
      for (int i = 0; i < 20; i++) {
        visited(10, new EfSearch(ef));
        int vectors = directory.take("vec");
        assertTrue(vectors + " vectors read at efSearch " + ef, vectors <= 2 * ef);
        assertTrue("hits are scored from vectors", vectors >= 10);
        total += vectors;
      }
      assertTrue(total + " vectors for 20 queries of 10 hits", total <= 20 * 40);
    }
  }

  public void testScansCountVectors() throws IOException {
    FixedBitSet few = accepted(30);
    TopKnnCollector collector = search(new TopKnnCollector(10, UNLIMITED, null), few);
    assertEquals(30, collector.visitedCount());
    assertEquals(30, directory.take("vec"), 1);
    assertEquals(10, collector.numCollected());
  }

  public void testEfSearchSetsTheWidth() throws IOException {
    double narrow = meanVisited(5, new EfSearch(5));
    double usual = meanVisited(5, null);
    double same = meanVisited(5, new EfSearch(CairnHnswParameters.DEFAULT_EF_SEARCH));
    double wide = meanVisited(5, new EfSearch(400));
    assertTrue(narrow + " to " + usual, narrow < 0.7 * usual);
    assertEquals(usual, same, 0.25 * usual);
    assertTrue(usual + " to " + wide, wide > 3 * usual);
    // about the width is expanded; more where codes are short and noisy, as here
    assertTrue("visited " + wide, wide > 200 && wide < SIZE / 2);
  }

  public void testWidthIsAtLeastK() throws IOException {
    for (int i = 0; i < 5; i++) {
      assertTrue(visited(300, new EfSearch(1)) >= 300);
      assertTrue(visited(300, KnnSearchStrategy.Hnsw.DEFAULT) >= 300);
    }
  }

  /** Strategies of Lucene's own leave the default in place. */
  public void testOtherStrategiesHaveTheDefault() throws IOException {
    double usual = meanVisited(5, null);
    assertEquals(usual, meanVisited(5, KnnSearchStrategy.Hnsw.DEFAULT), 0.25 * usual);
    assertEquals(usual, meanVisited(5, new KnnSearchStrategy.Hnsw(60)), 0.25 * usual);
  }

  public void testEfSearchIsFoundBelowSeeds() throws IOException {
    KnnSearchStrategy.Seeded none =
        new KnnSearchStrategy.Seeded(DocIdSetIterator.empty(), 0, new EfSearch(400));
    KnnSearchStrategy.Seeded nested =
        new KnnSearchStrategy.Seeded(DocIdSetIterator.empty(), 0, none);
    double wide = meanVisited(5, new EfSearch(400));
    assertEquals(wide, meanVisited(5, none), 0.25 * wide);
    assertEquals(wide, meanVisited(5, nested), 0.25 * wide);
  }

  private static int blocksOf(Query query) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    directory.take("vex");
    assertEquals(5, searcher.search(query, 5).scoreDocs.length);
    return directory.take("vex");
  }

  private static KnnFloatVectorQuery query(float[] target, KnnSearchStrategy strategy) {
    return new KnnFloatVectorQuery("vector", target, 5, null, strategy);
  }

  public void testEfSearchThroughQueries() throws IOException {
    Query seeds = IntPoint.newRangeQuery("number", 10, 19);
    int plainNarrow = 0;
    int plainWide = 0;
    int seededNarrow = 0;
    int seededWide = 0;
    for (int i = 0; i < 10; i++) {
      KnnFloatVectorQuery narrow = query(target(), new EfSearch(20));
      KnnFloatVectorQuery wide = query(target(), new EfSearch(400));
      plainNarrow += blocksOf(narrow);
      plainWide += blocksOf(wide);
      seededNarrow += blocksOf(SeededKnnVectorQuery.fromFloatQuery(narrow, seeds));
      seededWide += blocksOf(SeededKnnVectorQuery.fromFloatQuery(wide, seeds));
    }
    assertTrue(plainNarrow + " to " + plainWide, plainWide > 3 * plainNarrow);
    assertTrue(seededNarrow + " to " + seededWide, seededWide > 3 * seededNarrow);
  }

  /** Saturation replaces the strategy, so the query's efSearch is lost and the default holds. */
  public void testPatienceHasTheDefault() throws IOException {
    KnnSearchStrategy standard = KnnSearchStrategy.Hnsw.DEFAULT;
    for (int i = 0; i < 10; i++) {
      float[] target = target();
      int usual = blocksOf(PatienceKnnVectorQuery.fromFloatQuery(query(target, standard)));
      int wide = blocksOf(PatienceKnnVectorQuery.fromFloatQuery(query(target, new EfSearch(1000))));
      // a block that the search before had read last is at hand
      assertEquals(usual, wide, 2);
      assertTrue(usual + " blocks", usual < 300);
    }
  }

  /** A search that is stopped has visited exactly its limit, and says that it is not complete. */
  public void testVisitLimits() throws IOException {
    for (int limit : new int[] {1, 2, 9, 10, 50, 99, 100, 101, 150}) {
      for (FixedBitSet accepted : new FixedBitSet[] {null, accepted(3000), accepted(500)}) {
        TopKnnCollector collector =
            search(new TopKnnCollector(10, limit, new EfSearch(50)), accepted);
        assertTrue("limit " + limit, collector.visitedCount() <= limit);
        int collected = collector.numCollected();
        TopDocs hits = collector.topDocs();
        boolean isStopped = collector.earlyTerminated();
        assertEquals(isStopped, collector.visitedCount() >= limit);
        assertEquals(
            isStopped ? TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO : TotalHits.Relation.EQUAL_TO,
            hits.totalHits.relation());
        if (!isStopped) {
          assertEquals(10, collected);
        }
        assertTrue(collected == 0 || collector.visitedCount() > 0);
      }
    }
  }

  /** Too small a limit for a search buys exact scores of as many accepted documents. */
  public void testSmallLimitsScan() throws IOException {
    for (int limit : new int[] {1, 10, 60, 99}) {
      TopKnnCollector collector = search(new TopKnnCollector(100, limit, new EfSearch(50)), null);
      assertEquals(limit, collector.visitedCount());
      // the vector that the search before had read last is at hand
      assertEquals(limit, directory.take("vec"), 1);
      assertEquals(Math.min(limit, 100), collector.numCollected());
    }
    // enough for all that are accepted: the scan is complete
    TopKnnCollector collector = search(new TopKnnCollector(10, 81, new EfSearch(50)), accepted(80));
    assertFalse(collector.earlyTerminated());
    assertEquals(80, collector.visitedCount());
    assertEquals(10, collector.numCollected());
  }

  /** Whatever is accepted, a search that was not stopped has min(k, accepted) hits. */
  public void testFilteredSearchesAreFull() throws IOException {
    for (int count : new int[] {0, 1, 9, 10, 11, 50, 51, 200, 1000, 3999, 4000}) {
      for (int k : new int[] {1, 10, 60, 500}) {
        FixedBitSet accepted = accepted(count);
        TopKnnCollector collector = search(new TopKnnCollector(k, UNLIMITED, null), accepted);
        TopDocs hits = collector.topDocs();
        assertFalse(collector.earlyTerminated());
        assertEquals(Math.min(k, count), hits.scoreDocs.length);
        for (var hit : hits.scoreDocs) {
          assertTrue(accepted.get(hit.doc));
        }
        assertTrue(count == 0 || collector.visitedCount() > 0);
      }
    }
  }

  /** Ends when the collector says so, at once. */
  public void testEarlyTermination() throws IOException {
    for (int patience : new int[] {1, 5, 30}) {
      TopKnnCollector inner = new TopKnnCollector(10, UNLIMITED, new EfSearch(100));
      KnnCollector collector =
          new KnnCollector.Decorator(inner) {
            @Override
            public boolean earlyTerminated() {
              return visitedCount() >= patience;
            }
          };
      search(collector, null);
      assertEquals(patience, collector.visitedCount());
      search(collector, accepted(2000));
      assertTrue(collector.visitedCount() <= patience + 1);
    }
  }

  /** Collectors of the saturation kind are told of every block. */
  public void testStrategiesAreToldOfEachBlock() throws IOException {
    int[] blocks = new int[1];
    KnnSearchStrategy counting =
        new KnnSearchStrategy.Hnsw(0) {
          @Override
          public void nextVectorsBlock() {
            blocks[0]++;
          }
        };
    assertEquals(visited(10, counting), blocks[0]);
  }

  /** A filter that accepts everything changes nothing but the way. */
  public void testFilterThatAcceptsAll() throws IOException {
    double recall =
        corpus.meanRecall(reader, 10, 10, new MatchAllDocsQuery(), new EfSearch(100), id -> true);
    assertTrue("recall " + recall, recall >= 0.95);
  }
}
