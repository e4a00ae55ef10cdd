/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Documents and queries.
 *
 * @param name as shown
 * @param documents what is searched; a document is known by its row
 * @param queries what is searched for
 * @param similarity what near means
 * @param bytes how floats become signed bytes, or null when they stay floats
 * @param neighbours the true neighbours of each query as a file gives them, or null
 */
public record Dataset(
    String name,
    VectorTable documents,
    float[][] queries,
    VectorSimilarityFunction similarity,
    ByteScale bytes,
    int[][] neighbours)
    implements AutoCloseable {

  /** Checks that queries and documents fit each other. */
  public Dataset {
    if (queries.length == 0 || documents.size() == 0) {
      throw new IllegalArgumentException(name + " has no queries or no documents");
    }
    for (float[] query : queries) {
      if (query.length != documents.dimension()) {
        throw new IllegalArgumentException(
            name
                + ": documents have "
                + documents.dimension()
                + " dimensions, a query has "
                + query.length);
      }
    }
    if (neighbours != null && neighbours.length < queries.length) {
      throw new IllegalArgumentException(
          name + " has neighbours of " + neighbours.length + " of " + queries.length + " queries");
    }
  }

  /** Number of documents. */
  public int size() {
    return documents.size();
  }

  /** Numbers in a vector. */
  public int dimension() {
    return documents.dimension();
  }

  /** Whether vectors are indexed as signed bytes. */
  public boolean isBytes() {
    return bytes != null;
  }

  /** A document as bytes. */
  public byte[] byteDocument(int row) {
    return bytes.toBytes(documents.row(row));
  }

  /** A query as bytes. */
  public byte[] byteQuery(int query) {
    return bytes.toBytes(queries[query]);
  }

  /** The first documents alone, with which neighbours from a file are no longer the true ones. */
  public Dataset head(int count) {
    return count >= size()
        ? this
        : new Dataset(name, documents.head(count), queries, similarity, bytes, null);
  }

  /** Compares documents with one query. */
  public interface Scorer {
    /** The score of a document: the higher, the nearer. */
    float score(int row);
  }

  /** The exact score of documents against a query; for one thread. */
  public Scorer scorer(int query) {
    if (isBytes()) {
      byte[] target = byteQuery(query);
      return row -> similarity.compare(target, byteDocument(row));
    }
    float[] target = queries[query];
    float[] document = new float[dimension()];
    return row -> {
      documents.read(row, document);
      return similarity.compare(target, document);
    };
  }

  /** Tells data sets apart by all that their true neighbours depend on. */
  public String fingerprint() {
    CRC32C checksum = new CRC32C();
    documents.addTo(checksum);
    ByteBuffer row = ByteBuffer.allocate(dimension() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] query : queries) {
      row.clear();
      row.asFloatBuffer().put(query);
      checksum.update(row);
    }
    return String.join(
        "-",
        Integer.toString(size()),
        Integer.toString(dimension()),
        Integer.toString(queries.length),
        similarity.name().toLowerCase(java.util.Locale.ROOT),
        isBytes() ? "bytes" : "floats",
        Long.toHexString(checksum.getValue()));
  }

  @Override
  public void close() {
    documents.close();
  }
}
