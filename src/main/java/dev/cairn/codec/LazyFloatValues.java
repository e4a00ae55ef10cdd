/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.util.Bits;

/**
 * The raw vectors of a field, opened when they are first asked for. Lucene's vector queries open
 * them for each search to ask for their number alone, which took 4% of a short one.
 */
final class LazyFloatValues extends FloatVectorValues {
  private final FlatVectorsReader flat;
  private final String field;
  private final int size;
  private final int dimension;
  private FloatVectorValues values;

  LazyFloatValues(FlatVectorsReader flat, String field, FieldMeta meta) {
    this.flat = flat;
    this.field = field;
    this.size = meta.size();
    this.dimension = meta.dimension();
  }

  private FloatVectorValues values() throws IOException {
    if (values == null) {
      values = flat.getFloatVectorValues(field);
    }
    return values;
  }

  /** For methods that may not throw what opening can. */
  private FloatVectorValues opened() {
    try {
      return values();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public float[] vectorValue(int ord) throws IOException {
    return values().vectorValue(ord);
  }

  @Override
  public void prefetch(int[] ords, int count) throws IOException {
    values().prefetch(ords, count);
  }

  @Override
  public FloatVectorValues copy() throws IOException {
    return values().copy();
  }

  @Override
  public int ordToDoc(int ord) {
    return opened().ordToDoc(ord);
  }

  @Override
  public Bits getAcceptOrds(Bits acceptDocs) {
    return opened().getAcceptOrds(acceptDocs);
  }

  @Override
  public DocIndexIterator iterator() {
    return opened().iterator();
  }

  @Override
  public VectorScorer scorer(float[] target) throws IOException {
    return values().scorer(target);
  }

  @Override
  public VectorScorer rescorer(float[] target) throws IOException {
    return values().rescorer(target);
  }
}
