/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.query.CairnKnnQuery;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * The documents nearest to a query are not accepted and nearly all others are: they were shown
 * before, or are old versions.
 */
public class FilterHolesTest extends LuceneTestCase {
  private static final int K = 10;
  private static final int EF_SEARCH = 25;
  private static final int QUERIES = 12;

  private final VectorCorpus corpus =
      new VectorCorpus("v", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 48, 7);

  public void testOneSegment() throws IOException {
    checkFilters(16_000);
  }

  public void testManySegments() throws IOException {
    checkFilters(4000, 4000, 4000, 4000);
  }

  public void testOneLargeAmongSmallSegments() throws IOException {
    checkFilters(10_000, 2500, 300, 2500);
  }

  private void checkFilters(int... sizes) throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory, sizes);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      for (int hole : new int[] {0, 10, 30, 100}) {
        check(reader, hole, id -> true);
        check(reader, hole, id -> id % 3 > 0);
      }
    }
  }

  public void testDeletedAroundTheQuery() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = index(directory, 8000, 8000)) {
      float[] target = (float[]) corpus.randomVector();
      int[] nearest = nearest(target, 100);
      writer.deleteDocuments(IntPoint.newSetQuery("number", nearest));
      for (int id : nearest) {
        corpus.remove(id);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        double recall = recall(reader, target, null, id -> true);
        assertTrue("recall " + recall, recall >= .9);
      }
    }
  }

  private IndexWriter index(Directory directory, int... sizes) throws IOException {
    IndexWriter writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig()
                .setCodec(new CairnCodec())
                .setMergePolicy(NoMergePolicy.INSTANCE));
    int id = 0;
    for (int size : sizes) {
      for (int i = 0; i < size; i++) {
        writer.addDocument(corpus.documentWithVector(id++));
      }
      writer.flush();
    }
    return writer;
  }

  /** The documents nearest to a target. */
  private int[] nearest(float[] target, int count) {
    if (count == 0) {
      return new int[0];
    }
    float least = corpus.bestScores(target, count, id -> true)[count - 1];
    return corpus.ids().stream()
        .mapToInt(Integer::intValue)
        .filter(id -> corpus.score(target, id) >= least)
        .toArray();
  }

  private void check(DirectoryReader reader, int hole, IntPredicate others) throws IOException {
    double sum = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] target = (float[]) corpus.randomVector();
      int[] nearest = nearest(target, hole);
      Set<Integer> left = new HashSet<>(Arrays.stream(nearest).boxed().toList());
      int[] rejected =
          IntStream.range(0, reader.maxDoc())
              .filter(id -> left.contains(id) || !others.test(id))
              .toArray();
      Query filter =
          new BooleanQuery.Builder()
              .add(new MatchAllDocsQuery(), Occur.FILTER)
              .add(IntPoint.newSetQuery("number", rejected), Occur.MUST_NOT)
              .build();
      sum += recall(reader, target, filter, id -> !left.contains(id) && others.test(id));
    }
    String name = hole + " nearest not accepted: recall " + sum / QUERIES;
    assertTrue(name, sum / QUERIES >= .87);
  }

  /** The lesser of the recalls of both queries. */
  private double recall(
      DirectoryReader reader, float[] target, Query filter, IntPredicate isAccepted)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    double least = 1;
    for (Query query :
        new Query[] {
          new KnnFloatVectorQuery("v", target, K, filter, new EfSearch(EF_SEARCH)),
          new CairnKnnQuery("v", target, K, EF_SEARCH, filter)
        }) {
      ScoreDoc[] hits = searcher.search(query, K).scoreDocs;
      corpus.check(reader, target, hits, isAccepted);
      float tenth = corpus.bestScores(target, K, isAccepted)[K - 1];
      long found = Arrays.stream(hits).filter(hit -> hit.score >= tenth - 1e-6f).count();
      least = Math.min(least, found / (double) K);
    }
    return least;
  }
}
