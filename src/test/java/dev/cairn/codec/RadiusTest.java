/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnFloatVectorField;
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
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.VectorUtil;

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

  /** Lucene then wraps its collector, which no longer tells how many hits it has. */
  public void testTimeout() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      for (int hits : new int[] {10, 60, 700}) {
        float[] target = (float[]) corpus.randomVector();
        float score = corpus.bestScores(target, hits, id -> true)[hits - 1];
        Query query = new FloatVectorSimilarityQuery("v", target, score, .5f, null, NARROW);
        searcher.setTimeout(() -> false);
        int found = searcher.search(query, SIZE).scoreDocs.length;
        assertTrue(found + " of " + hits, found >= .85 * hits && found <= hits + 1);
        searcher.setTimeout(() -> true);
        assertTrue(searcher.search(query, SIZE).scoreDocs.length <= found);
      }
    }
  }

  public void testNoDecayLeavesLittle() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      float[] target = (float[]) corpus.randomVector();
      float score = corpus.bestScores(target, 700, id -> true)[699];
      Query rough = new FloatVectorSimilarityQuery("v", target, score, 0f, null);
      assertTrue(new IndexSearcher(reader).search(rough, SIZE).scoreDocs.length >= 500);
    }
  }

  /** Collectors of another kind, with a bound that never moves; and what a search visits. */
  public void testFixedBound() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      LeafReader leaf = reader.leaves().getFirst().reader();
      FixedBitSet half = new FixedBitSet(SIZE);
      for (int id = 0; id < SIZE; id += 2) {
        half.set(id);
      }
      float[] target = (float[]) corpus.randomVector();
      for (int hits : new int[] {10, 60, 200}) {
        float floor = corpus.bestScores(target, hits, id -> true)[hits - 1];
        Floor all = search(leaf, target, floor, Integer.MAX_VALUE, null);
        assertTrue(all.hits.size() + " hits", all.hits.size() >= .9 * hits);
        long visited = all.visitedCount();
        assertTrue(visited + " visited", visited > 20 && visited < 100 + 5 * hits);
        floor = corpus.bestScores(target, hits, id -> id % 2 == 0)[hits - 1];
        Floor some = search(leaf, target, floor, SIZE / 2, half);
        assertFalse("over the limit", some.earlyTerminated());
        assertTrue(some.hits.size() + " of a half", some.hits.size() >= .9 * hits);
        assertTrue(some.hits.stream().allMatch(hit -> hit.doc % 2 == 0));
        Floor limited = search(leaf, target, floor, visited / 2, null);
        assertTrue(limited.earlyTerminated());
        assertTrue(limited.visitedCount() <= visited / 2 + 1);
      }
      Floor everything = search(leaf, target, -Float.MAX_VALUE, Integer.MAX_VALUE, null);
      assertEquals(SIZE, everything.hits.stream().mapToInt(hit -> hit.doc).distinct().count());
      assertEquals(SIZE, everything.hits.size());
    }
  }

  private static Floor search(
      LeafReader leaf, float[] target, float floor, long limit, FixedBitSet accepted)
      throws IOException {
    Floor collector = new Floor(floor, limit);
    leaf.searchNearestVectors(
        "v", target, collector, AcceptDocs.fromLiveDocs(accepted, leaf.maxDoc()));
    return collector;
  }

  /** Zero vectors score 0, but their keys say that they are across every query. */
  public void testZeroVectorsBetweenHits() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()))) {
      float[] target = new float[16];
      target[0] = 1;
      int all = 0;
      for (int i = 0; i < SIZE / 2; i++) {
        float[] vector = new float[16];
        for (int c = 0; c < vector.length; c++) {
          vector[c] = (float) random().nextGaussian();
        }
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", vector, VectorSimilarityFunction.COSINE));
        all += i % 20 > 0 && VectorUtil.cosine(target, vector) >= -.1f ? 1 : 0;
        if (i % 20 == 0) {
          // the field has looked at it
          Arrays.fill(vector, 0);
        }
        writer.addDocument(document);
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        // a cosine below 0, so that zero vectors look nearer than many that are inside
        Query query =
            new FloatVectorSimilarityQuery("v", target, .45f, .5f, null, new EfSearch(60));
        int found = new IndexSearcher(reader).search(query, SIZE).scoreDocs.length;
        assertTrue(found + " of " + all, found >= .9 * all);
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
