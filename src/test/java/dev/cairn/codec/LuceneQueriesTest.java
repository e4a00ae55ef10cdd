/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.QueryTimeout;
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
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Lucene's other vector queries: by radius, seeded, patient, of several segments, of children. */
public class LuceneQueriesTest extends LuceneTestCase {
  private static VectorCorpus corpus(
      VectorEncoding encoding, VectorSimilarityFunction similarity, int dimension) {
    return new VectorCorpus("vector", encoding, similarity, dimension, random().nextLong());
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig().setCodec(new CairnCodec());
  }

  private static void fill(IndexWriter writer, VectorCorpus corpus, int count) throws IOException {
    for (int id = 0; id < count; id++) {
      writer.addDocument(corpus.documentWithVector(id));
    }
  }

  /** The score of the n-th best document. */
  private static float scoreOf(VectorCorpus corpus, Object target, int n) {
    float[] best = corpus.bestScores(target, n, id -> true);
    return best[n - 1];
  }

  private static Query radius(VectorCorpus corpus, Object target, float score, Query filter) {
    return target instanceof byte[] bytes
        ? new ByteVectorSimilarityQuery(corpus.field, bytes, score, filter)
        : new FloatVectorSimilarityQuery(corpus.field, (float[]) target, score, filter);
  }

  /** Hits are all within the radius and truly scored; returns how many there are. */
  private static int countHits(
      VectorCorpus corpus, DirectoryReader reader, Object target, float score, Query filter)
      throws IOException {
    ScoreDoc[] hits =
        new IndexSearcher(reader)
            .search(radius(corpus, target, score, filter), corpus.size())
            .scoreDocs;
    corpus.check(reader, target, hits, id -> true);
    for (ScoreDoc hit : hits) {
      assertTrue(hit.score >= score);
    }
    return hits.length;
  }

  public void testRadiusWithThousandsOfHits() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 16);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, 9000);
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int i = 0; i < 3; i++) {
          Object target = corpus.randomVector();
          int found = countHits(corpus, reader, target, scoreOf(corpus, target, 5000), null);
          assertTrue(found + " of 5000", found >= 4750);
        }
      }
    }
  }

  public void testRadiiOfEverySimilarity() throws IOException {
    for (VectorEncoding encoding : VectorEncoding.values()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        VectorCorpus corpus = corpus(encoding, similarity, 12);
        try (Directory directory = newDirectory();
            IndexWriter writer = new IndexWriter(directory, config())) {
          fill(writer, corpus, 800);
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            Query filter = IntPoint.newRangeQuery("number", 0, 399);
            int wanted = 0;
            int found = 0;
            for (int hits : new int[] {1, 10, 200, 200, 700}) {
              Object target = corpus.randomVector();
              float score = scoreOf(corpus, target, hits);
              wanted += hits;
              found += countHits(corpus, reader, target, score, null);
              countHits(corpus, reader, target, score, filter);
            }
            String message = encoding + ", " + similarity + ": " + found + " of " + wanted;
            assertTrue(message, found >= 0.95 * wanted);
            // nothing is as near as that, and everything as this
            assertEquals(0, countHits(corpus, reader, corpus.randomVector(), 1e30f, null));
            assertEquals(800, countHits(corpus, reader, corpus.randomVector(), -1, null));
          }
        }
      }
    }
  }

  /** The second round of a search of several segments enters where the first one ended. */
  public void testManySegments() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.COSINE, 20);
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(directory, config().setMergePolicy(NoMergePolicy.INSTANCE))) {
      // similar vectors stand together, so that one segment has nearly all hits of a query
      for (int part = 0; part < 8; part++) {
        for (int i = 0; i < 300; i++) {
          float[] vector = (float[]) corpus.randomVector();
          vector[part] += 12;
          writer.addDocument(corpus.documentWithVector(300 * part + i, vector));
        }
        writer.commit();
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(8, reader.leaves().size());
        double sum = 0;
        for (int part = 0; part < 8; part++) {
          float[] target = (float[]) corpus.randomVector();
          target[part] += 12;
          sum += corpus.recall(reader, target, 50, null, new EfSearch(100), id -> true);
        }
        assertTrue("recall " + sum / 8, sum / 8 >= 0.95);
      }
    }
  }

  public void testSeededAndPatientQueries() throws IOException {
    VectorCorpus floats = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.DOT_PRODUCT, 24);
    VectorCorpus bytes = corpus(VectorEncoding.BYTE, VectorSimilarityFunction.EUCLIDEAN, 24);
    for (VectorCorpus corpus : List.of(floats, bytes)) {
      try (Directory directory = newDirectory();
          IndexWriter writer = new IndexWriter(directory, config())) {
        for (int id = 0; id < 1500; id++) {
          writer.addDocument(
              id % 2 == 0 ? corpus.documentWithVector(id) : VectorCorpus.document(id));
        }
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          int found = 0;
          for (int i = 0; i < 30; i++) {
            Object target = corpus.randomVector();
            ScoreDoc[] hits =
                new IndexSearcher(reader).search(seededAndPatient(corpus, target, i), 10).scoreDocs;
            assertEquals(10, hits.length);
            corpus.check(reader, target, hits, id -> true);
            float worst = scoreOf(corpus, target, 10);
            for (ScoreDoc hit : hits) {
              found += hit.score >= worst * (1 - 1e-5f) ? 1 : 0;
            }
          }
          assertTrue(corpus.encoding + ": " + found + " of 300", found >= 255);
        }
      }
    }
  }

  /** Seeded, patient, or both, with seeds that have vectors, or not, or are none at all. */
  private static Query seededAndPatient(VectorCorpus corpus, Object target, int kind) {
    int from = 100 * (kind % 5);
    Query seeds = IntPoint.newRangeQuery("number", from, from + 8 * (kind % 4) - 1);
    EfSearch wide = new EfSearch(150);
    boolean isPatient = kind % 3 == 0;
    if (target instanceof byte[] bytes) {
      KnnByteVectorQuery query = new KnnByteVectorQuery(corpus.field, bytes, 10, null, wide);
      SeededKnnVectorQuery seeded = SeededKnnVectorQuery.fromByteQuery(query, seeds);
      return isPatient ? PatienceKnnVectorQuery.fromSeededQuery(seeded) : seeded;
    }
    KnnFloatVectorQuery query =
        new KnnFloatVectorQuery(corpus.field, (float[]) target, 10, null, wide);
    SeededKnnVectorQuery seeded = SeededKnnVectorQuery.fromFloatQuery(query, seeds);
    return isPatient ? PatienceKnnVectorQuery.fromSeededQuery(seeded) : seeded;
  }

  /** Several vectors count as one document, so a beam of nodes may hold fewer documents than k. */
  public void testChildrenOfParents() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 16);
    Families families = new Families(corpus, 20);
    int parents = 150;
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      for (int parent = 0; parent < parents; parent++) {
        float[] center = (float[]) corpus.randomVector();
        families.add(
            writer,
            parent,
            () -> {
              float[] vector = (float[]) corpus.randomVector();
              for (int i = 0; i < vector.length; i++) {
                vector[i] = 5 * center[i] + 0.3f * vector[i];
              }
              return vector;
            });
      }
      writer.forceMerge(1);
      BitSetProducer isParent = Families.parents();
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        int found = 0;
        for (int i = 0; i < 20; i++) {
          float[] target = (float[]) corpus.randomVector();
          for (int k : new int[] {10, 60}) {
            Query query =
                new DiversifyingChildrenFloatKnnVectorQuery(
                    "vector",
                    target,
                    i % 2 == 0 ? null : IntPoint.newRangeQuery("number", 0, 9999),
                    k,
                    isParent);
            ScoreDoc[] hits = searcher.search(query, k).scoreDocs;
            assertEquals("a best child of each of k parents", k, hits.length);
            corpus.check(reader, target, hits, id -> true);
            families.checkOneOfEach(hits);
            float bound = families.bestScores(target, k, id -> true).get(k - 1);
            for (ScoreDoc hit : hits) {
              found += hit.score >= bound * (1 - 1e-5f) ? 1 : 0;
            }
          }
        }
        assertTrue(found + " of 1400", found >= 0.9 * 1400);
      }
    }
  }

  /** A query that runs out of time returns what it has, without an error. */
  public void testTimeouts() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 16);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, 1500);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int calls : new int[] {0, 1, 20, 10_000}) {
          IndexSearcher searcher = new IndexSearcher(reader);
          int[] left = {calls};
          QueryTimeout timeout = () -> --left[0] < 0;
          searcher.setTimeout(timeout);
          Object target = corpus.randomVector();
          ScoreDoc[] hits = searcher.search(corpus.query(target, 10, null, null), 10).scoreDocs;
          corpus.check(reader, target, hits, id -> true);
          assertTrue(hits.length <= 10);
          if (calls == 10_000) {
            assertEquals(10, hits.length);
          }
        }
      }
    }
  }

  /** Explanations and searches agree on documents of every segment. */
  public void testExplain() throws IOException {
    VectorCorpus corpus = corpus(VectorEncoding.FLOAT32, VectorSimilarityFunction.COSINE, 8);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config())) {
      fill(writer, corpus, 200);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        Query query = corpus.query(corpus.randomVector(), 10, null, new EfSearch(60));
        for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
          assertEquals(hit.score, searcher.explain(query, hit.doc).getValue().floatValue(), 0);
        }
        for (LeafReaderContext leaf : reader.leaves()) {
          assertNotNull(leaf.reader().getFloatVectorValues("vector"));
        }
      }
    }
  }
}
