/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.Links;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;

/**
 * Vectors that are in no Lucene index yet, together with the links of a graph that was built over
 * them elsewhere. A segment that is merged from one of these alone, by {@code
 * IndexWriter.addIndexes}, keeps the links: nothing is searched for.
 */
public abstract class LinkedVectorsReader extends KnnVectorsReader {
  /** For subclasses. */
  protected LinkedVectorsReader() {}

  /** The links of a field, between the ordinals of its vectors. */
  public abstract Links links(String field) throws IOException;

  /** The links that a merged segment keeps, or null when there are none or not all nodes stay. */
  static Links links(MergeState merge, String field, int size) throws IOException {
    if (size == 0
        || merge.knnVectorsReaders.length != 1
        || !(merge.knnVectorsReaders[0] instanceof LinkedVectorsReader reader)
        || reader.getFloatVectorValues(field).size() != size) {
      return null;
    }
    return reader.links(field);
  }

  @Override
  public final ByteVectorValues getByteVectorValues(String field) {
    throw new UnsupportedOperationException("only vectors of floats have links");
  }

  @Override
  public final void search(
      String field, float[] target, KnnCollector collector, AcceptDocs acceptDocs) {
    throw new UnsupportedOperationException("only for merging");
  }

  @Override
  public final void search(
      String field, byte[] target, KnnCollector collector, AcceptDocs acceptDocs) {
    throw new UnsupportedOperationException("only for merging");
  }

  @Override
  public final Map<String, Long> getOffHeapByteSize(FieldInfo field) {
    return Map.of();
  }
}
