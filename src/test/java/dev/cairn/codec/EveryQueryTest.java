/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ByteVectorSimilarityQuery;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SeededKnnVectorQuery;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenByteKnnVectorQuery;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Each of Lucene's vector queries, on floats and bytes, all similarities, several segments, with
 * random deletions and filters, against brute force.
 */
public class EveryQueryTest extends LuceneTestCase {
  private static final int PARENTS = 150;
  private static final int CHILDREN = 6;
  private static final int QUERIES = 12;
  private static final int K = 10;

  private VectorCorpus corpus;
  private Families families;
  private DirectoryReader reader;
  private BitSetProducer parents;

  public void testAll() throws IOException {
    for (VectorEncoding encoding : VectorEncoding.values()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        corpus = new VectorCorpus("vector", encoding, similarity, 16, random().nextLong());
        families = new Families(corpus, CHILDREN);
        parents = Families.parents();
        int deleted = random().nextInt(6) * 10;
        try (Directory directory = newDirectory();
            IndexWriter writer = new IndexWriter(directory, config())) {
          fill(writer, deleted);
          try (DirectoryReader open = DirectoryReader.open(writer)) {
            reader = open;
            String where = encoding + ", " + similarity + ", " + deleted + "% deleted: ";
            checkAll(where, null, id -> true);
            int from = random().nextInt(300);
            int to = from + 100 + random().nextInt(500);
            checkAll(
                where + from + " to " + to + ": ",
                IntPoint.newRangeQuery("number", from, to),
                id -> id >= from && id <= to);
          }
        }
      }
    }
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig()
        .setCodec(new CairnCodec())
        .setMergePolicy(NoMergePolicy.INSTANCE);
  }

  /** Blocks of children in three segments, of which some are deleted. */
  private void fill(IndexWriter writer, int deleted) throws IOException {
    for (int parent = 0; parent < PARENTS; parent++) {
      families.add(writer, parent, corpus::randomVector);
      if (parent % 50 == 49) {
        writer.commit();
      }
    }
    for (int id = 0; id < PARENTS * CHILDREN; id++) {
      if (random().nextInt(100) < deleted) {
        writer.deleteDocuments(new Term(VectorCorpus.ID, String.valueOf(id)));
        corpus.remove(id);
      }
    }
    writer.commit();
  }

  private void checkAll(String where, Query filter, IntPredicate accepted) throws IOException {
    int[] found = new int[5];
    int[] wanted = new int[5];
    for (int i = 0; i < QUERIES; i++) {
      Object target = corpus.randomVector();
      float[] best = corpus.bestScores(target, K, accepted);
      float worst = best[best.length - 1];
      Query knn = corpus.query(target, K, filter, new EfSearch(100));
      Query seeds = IntPoint.newRangeQuery("number", 20 * i, 20 * i + 9);
      Query[] queries = {knn, seeded(knn, seeds), patient(knn), radius(target, worst, filter)};
      for (int q = 0; q < queries.length; q++) {
        int room = q == 3 ? corpus.size() : K;
        ScoreDoc[] hits = new IndexSearcher(reader).search(queries[q], room).scoreDocs;
        corpus.check(reader, target, hits, accepted);
        found[q] += count(hits, worst, best.length);
        wanted[q] += best.length;
      }
      checkChildren(target, filter, accepted, found, wanted);
    }
    for (int q = 0; q < found.length; q++) {
      assertTrue(
          where + "query " + q + " found " + found[q] + " of " + wanted[q],
          found[q] >= .95 * wanted[q]);
    }
  }

  private static int count(ScoreDoc[] hits, float worst, int most) {
    int count = 0;
    for (ScoreDoc hit : hits) {
      count += hit.score >= worst - 1e-5f * Math.abs(worst) - 1e-6f ? 1 : 0;
    }
    return Math.min(count, most);
  }

  private static Query seeded(Query knn, Query seeds) {
    return knn instanceof KnnByteVectorQuery bytes
        ? SeededKnnVectorQuery.fromByteQuery(bytes, seeds)
        : SeededKnnVectorQuery.fromFloatQuery((KnnFloatVectorQuery) knn, seeds);
  }

  private static Query patient(Query knn) {
    return knn instanceof KnnByteVectorQuery bytes
        ? PatienceKnnVectorQuery.fromByteQuery(bytes, .999, 30)
        : PatienceKnnVectorQuery.fromFloatQuery((KnnFloatVectorQuery) knn, .999, 30);
  }

  private Query radius(Object target, float score, Query filter) {
    float within = score - 1e-6f * Math.abs(score);
    return target instanceof byte[] bytes
        ? new ByteVectorSimilarityQuery(corpus.field, bytes, within, filter)
        : new FloatVectorSimilarityQuery(corpus.field, (float[]) target, within, filter);
  }

  /** The best child of each of the best parents. */
  private void checkChildren(
      Object target, Query filter, IntPredicate accepted, int[] found, int[] wanted)
      throws IOException {
    List<Float> best = families.bestScores(target, K, accepted);
    Query query =
        target instanceof byte[] bytes
            ? new DiversifyingChildrenByteKnnVectorQuery(corpus.field, bytes, filter, K, parents)
            : new DiversifyingChildrenFloatKnnVectorQuery(
                corpus.field, (float[]) target, filter, K, parents);
    ScoreDoc[] hits = new IndexSearcher(reader).search(query, K).scoreDocs;
    corpus.check(reader, target, hits, accepted);
    families.checkOneOfEach(hits);
    found[4] += count(hits, best.getLast(), best.size());
    wanted[4] += best.size();
  }
}
