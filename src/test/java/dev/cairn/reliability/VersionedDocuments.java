/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.VectorUtil;

/**
 * Documents whose vectors follow from id and version, and batches of changes that follow from their
 * number: so that what an index must hold after a batch is known without having watched.
 */
final class VersionedDocuments {
  static final int IDS = 400;
  static final int DIMENSION = 24;
  private static final int CHANGES = 25;

  /** Version by id, of what is in the index. */
  private final TreeMap<Integer, Integer> versions = new TreeMap<>();

  private int batch;

  /** The number of the last batch. */
  int batch() {
    return batch;
  }

  Map<Integer, Integer> versions() {
    return versions;
  }

  /** Goes on to the next batch, in an index too if there is one. */
  void next(IndexWriter writer) throws IOException {
    batch++;
    Random random = new Random(batch);
    for (int i = 0; i < CHANGES; i++) {
      int id = random.nextInt(IDS);
      if (random.nextInt(4) == 0) {
        versions.remove(id);
        if (writer != null) {
          writer.deleteDocuments(new Term("id", "" + id));
        }
      } else {
        versions.put(id, batch);
        if (writer != null) {
          writer.updateDocument(new Term("id", "" + id), documentOfManyVectors(id, batch));
        }
      }
    }
  }

  static Document document(int id, int version) {
    Document document = new Document();
    document.add(new StringField("id", "" + id, Field.Store.NO));
    document.add(new StoredField("id", id));
    document.add(new StoredField("version", version));
    document.add(new IntPoint("number", id));
    document.add(
        new KnnFloatVectorField("vector", vector(id, version), VectorSimilarityFunction.EUCLIDEAN));
    return document;
  }

  /** The same, with fields of all similarities that make a vector its own nearest. */
  private static Document documentOfManyVectors(int id, int version) {
    Document document = document(id, version);
    float[] vector = vector(id, version);
    document.add(new KnnFloatVectorField("cosine", vector, VectorSimilarityFunction.COSINE));
    VectorUtil.l2normalize(vector);
    document.add(new KnnFloatVectorField("dot", vector, VectorSimilarityFunction.DOT_PRODUCT));
    document.add(
        new KnnFloatVectorField("mip", vector, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
    document.add(
        new KnnByteVectorField("bytes", bytes(id, version), VectorSimilarityFunction.EUCLIDEAN));
    return document;
  }

  private static byte[] bytes(int id, int version) {
    byte[] bytes = new byte[DIMENSION];
    random(id, version).nextBytes(bytes);
    return bytes;
  }

  /** One sequence for each pair: no two documents have equal vectors. */
  private static Random random(int id, int version) {
    return new Random((long) version * IDS + id);
  }

  static float[] vector(int id, int version) {
    Random random = random(id, version);
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** What differs between an index and these documents, or null. */
  String difference(DirectoryReader reader) throws IOException {
    Map<Integer, Integer> found = new TreeMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues("vector");
      if (vectors == null) {
        continue;
      }
      var docs = vectors.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if (leaf.reader().getLiveDocs() != null && !leaf.reader().getLiveDocs().get(doc)) {
          continue;
        }
        Document stored = leaf.reader().storedFields().document(doc);
        int id = stored.getField("id").numericValue().intValue();
        int version = stored.getField("version").numericValue().intValue();
        if (found.put(id, version) != null) {
          return "document " + id + " twice";
        }
        if (!Arrays.equals(vector(id, version), vectors.vectorValue(docs.index()))) {
          return "vector of document " + id + ", version " + version;
        }
      }
    }
    return found.equals(versions) ? null : "expected " + versions + ", found " + found;
  }

  /** By field, which of some documents are not found by a search for their own vectors. */
  Map<String, List<Integer>> lost(DirectoryReader reader, int samples) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    Map<String, List<Integer>> lost = new TreeMap<>();
    int step = Math.max(1, versions.size() / samples);
    int i = 0;
    for (Map.Entry<Integer, Integer> entry : versions.entrySet()) {
      if (i++ % step != 0) {
        continue;
      }
      int id = entry.getKey();
      float[] vector = vector(id, entry.getValue());
      float[] unit = VectorUtil.l2normalize(vector.clone());
      for (Query query :
          List.of(
              new KnnFloatVectorQuery("vector", vector, 1),
              new KnnFloatVectorQuery("cosine", vector, 1),
              new KnnFloatVectorQuery("dot", unit, 1),
              new KnnFloatVectorQuery("mip", unit, 1),
              new KnnByteVectorQuery("bytes", bytes(id, entry.getValue()), 1))) {
        ScoreDoc[] hits = searcher.search(query, 1).scoreDocs;
        if (hits.length != 1 || idOf(searcher, hits[0].doc) != id) {
          lost.computeIfAbsent(query.toString(), name -> new ArrayList<>()).add(id);
        }
      }
    }
    return lost;
  }

  private static int idOf(IndexSearcher searcher, int doc) throws IOException {
    return searcher.storedFields().document(doc).getField("id").numericValue().intValue();
  }
}
