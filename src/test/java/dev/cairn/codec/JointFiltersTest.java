/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.query.CairnKnnQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Searches of many segments at once for documents that pass a filter or are not deleted, by beams
 * so narrow that a search which leaves out a segment or two shows.
 */
public class JointFiltersTest extends LuceneTestCase {
  private static final int K = 10;
  private static final int QUERIES = 30;

  private VectorCorpus corpus = corpus(VectorSimilarityFunction.EUCLIDEAN, 24);
  private int efSearch;
  private double leastRecall;

  /** Segments have topics of their own if so many components of a vector stand for one each. */
  private int topics;

  private static VectorCorpus corpus(VectorSimilarityFunction similarity, int dimension) {
    return new VectorCorpus("v", VectorEncoding.FLOAT32, similarity, dimension, 12);
  }

  /** Overviews show a sample of these graphs. */
  public void testLargeSegments() throws IOException {
    checkFilters(40, .95, 3000, 3000, 3000, 3000, 3000, 3000);
  }

  /** To walk to a third or a half of their nodes costs less than to scan those. */
  public void testSegmentsThatAreWalked() throws IOException {
    checkFilters(20, .9, 8000, 8000, 8000);
  }

  /** And of these all nodes. */
  public void testSmallSegments() throws IOException {
    corpus = corpus(VectorSimilarityFunction.EUCLIDEAN, 200);
    int[] sizes = new int[20];
    Arrays.fill(sizes, 600);
    checkFilters(40, .9, sizes);
  }

  public void testInnerProducts() throws IOException {
    corpus = corpus(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, 24);
    checkFilters(40, .95, 4000, 2500, 300, 4000);
  }

  /** All hits are in one segment. */
  public void testTopics() throws IOException {
    topics = 6;
    checkFilters(40, .95, 4000, 4000, 4000, 4000, 4000, 4000);
  }

  public void testSegmentsOfAllSizes() throws IOException {
    checkFilters(40, .95, 9000, 50, 2500, 700, 1, 3000, 20, 400, 1500);
  }

  /** Only the documents farthest from the target are accepted. */
  public void testFarFromTheQuery() throws IOException {
    efSearch = 50;
    leastRecall = .9;
    for (int of : new int[] {0, 5}) {
      topics = of;
      corpus = corpus(VectorSimilarityFunction.EUCLIDEAN, 24);
      try (Directory directory = new ByteBuffersDirectory();
          IndexWriter writer = writer(directory)) {
        int all = index(writer, 4000, 4000, 4000, 4000, 4000).getLast();
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          for (int percent : new int[] {50, 70, 90}) {
            check(
                reader,
                topics + " topics, far " + percent + "%",
                target -> {
                  float bound =
                      corpus.bestScores(target, all, id -> true)[all - all * percent / 100];
                  IntPredicate isFar = id -> corpus.score(target, id) <= bound;
                  return new Filter(ids(all, isFar), isFar);
                });
          }
        }
      }
    }
  }

  private void checkFilters(int ef, double least, int... sizes) throws IOException {
    efSearch = ef;
    leastRecall = least;
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = writer(directory)) {
      List<Integer> ends = index(writer, sizes);
      int all = ends.getLast();
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        check(reader, "no filter", null, i -> true);
        for (int percent : new int[] {10, 25, 45, 60, 90}) {
          IntPredicate isAccepted = i -> i * 7919L % 100 < percent;
          check(reader, percent + "%", ids(all, isAccepted), isAccepted);
        }
        // all of one segment, and of the others none, half or all
        int first = ends.get(0);
        check(reader, "a segment", IntPoint.newRangeQuery("number", 0, first - 1), i -> i < first);
        IntPredicate half = i -> i < first || i % 2 == 0;
        check(reader, "half of others", ids(all, half), half);
        IntPredicate few = i -> i < first || i % 20 == 0;
        check(reader, "few of others", ids(all, few), few);
      }
      // some in each segment, then half, then all of the first segment too
      for (int step : new int[] {20, 2}) {
        int[] deleted =
            IntStream.range(0, all)
                .filter(i -> i % step == step - 1 && corpus.get(i) != null)
                .toArray();
        for (int i : deleted) {
          corpus.remove(i);
        }
        writer.deleteDocuments(IntPoint.newSetQuery("number", deleted));
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          check(reader, "one in " + step + " deleted", null, i -> true);
          IntPredicate isAccepted = i -> i * 7919L % 100 < 70;
          check(reader, "deletes and 70%", ids(all, isAccepted), isAccepted);
        }
      }
      int first = ends.get(0);
      writer.deleteDocuments(IntPoint.newRangeQuery("number", 0, first - 1));
      for (int i = 0; i < first; i++) {
        corpus.remove(i);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        check(reader, "first segment deleted", null, i -> true);
      }
    }
  }

  /** Writes segments, and returns for each the id after its last. */
  private List<Integer> index(IndexWriter writer, int... sizes) throws IOException {
    List<Integer> ends = new ArrayList<>();
    int id = 0;
    for (int segment = 0; segment < sizes.length; segment++) {
      for (int i = 0; i < sizes[segment]; i++) {
        writer.addDocument(corpus.documentWithVector(id++, vector(segment)));
      }
      ends.add(id);
      writer.flush();
    }
    return ends;
  }

  private float[] vector(int topic) {
    float[] vector = (float[]) corpus.randomVector();
    if (topics > 0) {
      vector[topic % topics] += 8;
    }
    return vector;
  }

  private static IndexWriter writer(Directory directory) throws IOException {
    return new IndexWriter(
        directory,
        new IndexWriterConfig().setCodec(new CairnCodec()).setMergePolicy(NoMergePolicy.INSTANCE));
  }

  private static Query ids(int all, IntPredicate isAccepted) {
    return IntPoint.newSetQuery("number", IntStream.range(0, all).filter(isAccepted).toArray());
  }

  private void check(DirectoryReader reader, String name, Query filter, IntPredicate isAccepted)
      throws IOException {
    check(reader, name, target -> new Filter(filter, isAccepted));
  }

  /** What hits must match, and the ids that do. */
  private record Filter(Query query, IntPredicate isAccepted) {}

  /** Searches with a filter for each target. */
  private void check(DirectoryReader reader, String name, Function<float[], Filter> filters)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    int found = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] target = vector(i);
      Filter filter = filters.apply(target);
      Query query = new CairnKnnQuery("v", target, K, efSearch, filter.query());
      ScoreDoc[] hits = searcher.search(query, K).scoreDocs;
      corpus.check(reader, target, hits, filter.isAccepted());
      assertEquals(name, K, hits.length);
      float tenth = corpus.bestScores(target, K, filter.isAccepted())[K - 1];
      for (ScoreDoc hit : hits) {
        found += hit.score >= tenth - 1e-6f * Math.abs(tenth) ? 1 : 0;
      }
    }
    double recall = found / (double) (K * QUERIES);
    assertTrue(name + ": recall " + recall, recall >= leastRecall);
  }
}
