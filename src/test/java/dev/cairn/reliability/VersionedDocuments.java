/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
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
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;

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
          writer.updateDocument(new Term("id", "" + id), document(id, batch));
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

  static float[] vector(int id, int version) {
    Random random = new Random(31L * id + version);
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

  /** How many of some documents are not found by a search for their own vectors. */
  int lost(DirectoryReader reader, int samples) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    int lost = 0;
    int step = Math.max(1, versions.size() / samples);
    int i = 0;
    for (Map.Entry<Integer, Integer> entry : versions.entrySet()) {
      if (i++ % step != 0) {
        continue;
      }
      float[] vector = vector(entry.getKey(), entry.getValue());
      ScoreDoc[] hits = searcher.search(new KnnFloatVectorQuery("vector", vector, 1), 1).scoreDocs;
      lost +=
          hits.length == 1
                  && hits[0].score == 1
                  && searcher
                          .storedFields()
                          .document(hits[0].doc)
                          .getField("id")
                          .numericValue()
                          .intValue()
                      == entry.getKey()
              ? 0
              : 1;
    }
    return lost;
  }
}
