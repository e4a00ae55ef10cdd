/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.VectorUtil;

/**
 * Vectors by document id, how they get into documents and queries, and the brute force that says
 * what a search should have found.
 */
final class VectorCorpus {
  static final String ID = "id";

  final String field;
  final VectorEncoding encoding;
  final VectorSimilarityFunction similarity;
  final int dimension;
  private final Random random;
  private final Map<Integer, Object> vectors = new TreeMap<>();

  VectorCorpus(
      String field,
      VectorEncoding encoding,
      VectorSimilarityFunction similarity,
      int dimension,
      long seed) {
    this.field = field;
    this.encoding = encoding;
    this.similarity = similarity;
    this.dimension = dimension;
    this.random = new Random(seed);
  }

  /** A random vector that the similarity allows. */
  Object randomVector() {
    if (encoding == VectorEncoding.BYTE) {
      byte[] vector = new byte[dimension];
      for (int i = 0; i < dimension; i++) {
        vector[i] = (byte) Math.clamp(Math.round(40 * random.nextGaussian()), -128, 127);
      }
      vector[0] = vector[0] == 0 ? 1 : vector[0];
      return vector;
    }
    float[] vector = new float[dimension];
    double squared = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
      squared += (double) vector[i] * vector[i];
    }
    if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
      for (int i = 0; i < dimension; i++) {
        vector[i] /= (float) Math.sqrt(squared);
      }
    }
    return vector;
  }

  Object get(int id) {
    return vectors.get(id);
  }

  int size() {
    return vectors.size();
  }

  Set<Integer> ids() {
    return vectors.keySet();
  }

  void put(int id, Object vector) {
    vectors.put(id, vector);
  }

  void remove(int id) {
    vectors.remove(id);
  }

  /** A document with an id alone. */
  static Document document(int id) {
    Document document = new Document();
    document.add(new StringField(ID, String.valueOf(id), Field.Store.NO));
    document.add(new StoredField(ID, id));
    document.add(new NumericDocValuesField("sort", id * 7919L % 1009));
    document.add(new IntPoint("number", id));
    return document;
  }

  /** A document with a new random vector, which this corpus then knows. */
  Document documentWithVector(int id) {
    return documentWithVector(id, randomVector());
  }

  Document documentWithVector(int id, Object vector) {
    put(id, vector);
    Document document = document(id);
    document.add(vectorField(vector));
    return document;
  }

  /**
   * A field of a vector. Fields refuse zero vectors under a cosine, but look at them only once; so
   * zeros take the place of another vector here, for indices hold them all the same.
   */
  Field vectorField(Object vector) {
    if (vector instanceof byte[] bytes) {
      byte[] copy = bytes.clone();
      copy[0] = 1;
      Field byteField = new KnnByteVectorField(field, copy, similarity);
      copy[0] = bytes[0];
      return byteField;
    }
    float[] copy = ((float[]) vector).clone();
    copy[0] = 1;
    Field floatField = new KnnFloatVectorField(field, copy, similarity);
    copy[0] = ((float[]) vector)[0];
    return floatField;
  }

  Query query(Object target, int k, Query filter, KnnSearchStrategy strategy) {
    return target instanceof byte[] bytes
        ? new KnnByteVectorQuery(field, bytes, k, filter, strategy)
        : new KnnFloatVectorQuery(field, (float[]) target, k, filter, strategy);
  }

  /** Lucene's score, or 0 where a cosine is not defined. */
  float score(Object target, int id) {
    Object vector = vectors.get(id);
    if (similarity == VectorSimilarityFunction.COSINE && (isZero(target) || isZero(vector))) {
      return 0;
    }
    return target instanceof byte[] bytes
        ? similarity.compare(bytes, (byte[]) vector)
        : similarity.compare((float[]) target, (float[]) vector);
  }

  private static boolean isZero(Object vector) {
    return vector instanceof byte[] bytes
        ? Arrays.equals(bytes, new byte[bytes.length])
        : VectorUtil.isZeroVector((float[]) vector);
  }

  /** The k best scores, descending; fewer when fewer ids are accepted. */
  float[] bestScores(Object target, int k, IntPredicate isAccepted) {
    double[] negated =
        vectors.keySet().stream()
            .mapToInt(Integer::intValue)
            .filter(isAccepted)
            .mapToDouble(id -> -score(target, id))
            .sorted()
            .limit(k)
            .toArray();
    float[] best = new float[negated.length];
    for (int i = 0; i < best.length; i++) {
      best[i] = (float) -negated[i];
    }
    return best;
  }

  /**
   * Searches, checks that hits are accepted, distinct, sorted and truly scored, and returns the
   * share of the best scores that was found.
   */
  double recall(
      IndexReader reader,
      Object target,
      int k,
      Query filter,
      KnnSearchStrategy strategy,
      IntPredicate isAccepted)
      throws IOException {
    ScoreDoc[] hits =
        new IndexSearcher(reader).search(query(target, k, filter, strategy), k).scoreDocs;
    float[] best = bestScores(target, k, isAccepted);
    check(reader, target, hits, isAccepted);
    assertEquals("hits", best.length, hits.length);
    int found = 0;
    for (ScoreDoc hit : hits) {
      found += hit.score >= best[best.length - 1] - tolerance(hit.score) ? 1 : 0;
    }
    return best.length == 0 ? 1 : (double) found / best.length;
  }

  void check(IndexReader reader, Object target, ScoreDoc[] hits, IntPredicate isAccepted)
      throws IOException {
    StoredFields stored = reader.storedFields();
    Set<Integer> distinct = new HashSet<>();
    float previous = Float.POSITIVE_INFINITY;
    for (ScoreDoc hit : hits) {
      int id = stored.document(hit.doc).getField(ID).numericValue().intValue();
      assertTrue("document " + id + " twice", distinct.add(id));
      assertTrue("document " + id + " has a vector", vectors.containsKey(id));
      assertTrue("document " + id + " is accepted", isAccepted.test(id));
      assertFalse("score of " + id, Float.isNaN(hit.score));
      float expected = score(target, id);
      assertEquals("score of " + id, expected, hit.score, tolerance(expected));
      assertTrue("sorted by score", hit.score <= previous);
      previous = hit.score;
    }
  }

  /**
   * A hundred thousandth, and for scores near zero what is left of a difference of numbers near 1.
   */
  private static float tolerance(float score) {
    return 1e-5f * Math.abs(score) + 1e-6f;
  }

  /** Mean recall of several queries. */
  double meanRecall(
      IndexReader reader,
      int queries,
      int k,
      Query filter,
      KnnSearchStrategy strategy,
      IntPredicate isAccepted)
      throws IOException {
    double sum = 0;
    for (int i = 0; i < queries; i++) {
      sum += recall(reader, randomVector(), k, filter, strategy, isAccepted);
    }
    return sum / queries;
  }
}
