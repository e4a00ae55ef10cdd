/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AbstractKnnCollector;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Searches within a radius. Those of the default width scan a segment of this size, narrow ones
 * walk through the graph, and give way to a scan when there are many hits.
 */
public class RadiusTest extends LuceneTestCase {
  private static final int SIZE = 12_000;
  private static final int QUERIES = 10;
  private static final KnnSearchStrategy NARROW = new EfSearch(30);

  private final VectorCorpus corpus =
      new VectorCorpus("v", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 16, 11);

  private IndexWriter index(Directory directory) throws IOException {
    IndexWriter writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig()
                .setCodec(new CairnCodec())
                .setMergePolicy(NoMergePolicy.INSTANCE));
    for (int id = 0; id < SIZE; id++) {
      writer.addDocument(corpus.documentWithVector(id));
    }
    return writer;
  }

  public void testFewAndManyHits() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      for (int hits : new int[] {2, 30, 150, 600, 4000}) {
        check(reader, hits, "all", id -> true);
        check(reader, hits, "a half", id -> id % 2 == 0);
        check(reader, hits, "one in nine", id -> id % 9 == 0);
      }
    }
  }

  /** What is nearest does not count, and lies between the target and what does. */
  public void testHitsBehindAHole() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      for (int hits : new int[] {5, 100}) {
        double found = 0;
        for (int i = 0; i < QUERIES; i++) {
          float[] target = (float[]) corpus.randomVector();
          float nearest = corpus.bestScores(target, 40, id -> true)[39];
          found += found(reader, target, hits, id -> corpus.score(target, id) < nearest) / QUERIES;
        }
        assertTrue(hits + " hits: " + found, found >= .88);
      }
    }
  }

  public void testDeleted() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory)) {
      int[] deleted = IntStream.range(0, SIZE).filter(id -> id % 3 == 0).toArray();
      writer.deleteDocuments(IntPoint.newSetQuery("number", deleted));
      Arrays.stream(deleted).forEach(corpus::remove);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int hits : new int[] {2, 150, 2000}) {
          double found = 0;
          for (int i = 0; i < QUERIES; i++) {
            found += found(reader, (float[]) corpus.randomVector(), hits, null) / QUERIES;
          }
          assertTrue(hits + " hits: " + found, found >= .88);
        }
      }
    }
  }

  private void check(DirectoryReader reader, int hits, String what, IntPredicate isAccepted)
      throws IOException {
    if (IntStream.range(0, SIZE).filter(isAccepted).count() < hits) {
      return;
    }
    double found = 0;
    for (int i = 0; i < QUERIES; i++) {
      found += found(reader, (float[]) corpus.randomVector(), hits, isAccepted) / QUERIES;
    }
    assertTrue(hits + " hits, " + what + ": " + found, found >= .88);
  }

  /** The least share found of so many hits, which lie within the radius; none is found twice. */
  private double found(DirectoryReader reader, float[] target, int hits, IntPredicate isAccepted)
      throws IOException {
    IntPredicate accepted = isAccepted == null ? id -> true : isAccepted;
    float score = corpus.bestScores(target, hits, accepted)[hits - 1];
    Query filter = null;
    if (isAccepted != null) {
      int[] rejected = IntStream.range(0, SIZE).filter(isAccepted.negate()).toArray();
      filter =
          new BooleanQuery.Builder()
              .add(new MatchAllDocsQuery(), Occur.FILTER)
              .add(IntPoint.newSetQuery("number", rejected), Occur.MUST_NOT)
              .build();
    }
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    double least = 1;
    for (KnnSearchStrategy strategy :
        new KnnSearchStrategy[] {new KnnSearchStrategy.Hnsw(0), NARROW}) {
      Query query = new FloatVectorSimilarityQuery("v", target, score, .5f, filter, strategy);
      ScoreDoc[] found = searcher.search(query, SIZE).scoreDocs;
      corpus.check(reader, target, found, accepted);
      assertTrue(Arrays.stream(found).allMatch(hit -> hit.score >= score));
      // scores are rounded, so that one more may be as near
      assertTrue(found.length <= hits + 1);
      least = Math.min(least, found.length / (double) hits);
    }
    return least;
  }

  /** One that takes everything for competitive gets every document, one of nothing few. */
  public void testDecay() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      float[] target = (float[]) corpus.randomVector();
      float score = corpus.bestScores(target, 700, id -> true)[699];
      Query all = new FloatVectorSimilarityQuery("v", target, score, 1f, null);
      assertEquals(700, searcher.search(all, SIZE).scoreDocs.length, 1);
      Query rough = new FloatVectorSimilarityQuery("v", target, score, 0f, null);
      assertTrue(searcher.search(rough, SIZE).scoreDocs.length >= 500);
    }
  }

  /** A collector of another kind, with a bound that never moves; and what a search visits. */
  public void testFixedBound() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      LeafReader leaf = reader.leaves().getFirst().reader();
      float[] target = (float[]) corpus.randomVector();
      for (int hits : new int[] {10, 200}) {
        Floor collector =
            new Floor(corpus.bestScores(target, hits, id -> true)[hits - 1], Integer.MAX_VALUE);
        AcceptDocs all = AcceptDocs.fromLiveDocs(null, leaf.maxDoc());
        leaf.searchNearestVectors("v", target, collector, all);
        assertTrue(collector.hits.size() + " hits", collector.hits.size() >= .9 * hits);
        long visited = collector.visitedCount();
        assertTrue(visited + " visited", visited > 20 && visited < 100 + 5 * hits);
        Floor limited = new Floor(0, visited / 2);
        leaf.searchNearestVectors("v", target, limited, all);
        assertTrue(limited.earlyTerminated());
        assertTrue(limited.visitedCount() <= visited / 2 + 1);
      }
    }
  }

  private static final class Floor extends AbstractKnnCollector {
    private final float floor;
    private final List<ScoreDoc> hits = new ArrayList<>();

    private Floor(float floor, long limit) {
      super(1, limit, NARROW);
      this.floor = floor;
    }

    @Override
    public boolean collect(int doc, float score) {
      return score >= floor && hits.add(new ScoreDoc(doc, score));
    }

    @Override
    public int numCollected() {
      return hits.size();
    }

    @Override
    public float minCompetitiveSimilarity() {
      return floor;
    }

    @Override
    public TopDocs topDocs() {
      return new TopDocs(
          new TotalHits(visitedCount(), TotalHits.Relation.EQUAL_TO),
          hits.toArray(ScoreDoc[]::new));
    }
  }
}
