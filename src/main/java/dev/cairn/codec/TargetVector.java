/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.VectorScorer;

/** A vector whose nearest are wanted: of floats, or of bytes. Not to be changed while in use. */
public abstract sealed class TargetVector {
  private TargetVector() {}

  /** A target for fields of floats; the array is not copied. */
  public static TargetVector of(float[] components) {
    return new Floats(components);
  }

  /** A target for fields of bytes; the array is not copied. */
  public static TargetVector of(byte[] components) {
    return new Bytes(components);
  }

  /** The encoding of the fields that it can be compared with. */
  public abstract VectorEncoding encoding();

  /** The number of components. */
  public abstract int dimension();

  /** Whether all components are zero. */
  public boolean isZero() {
    for (int i = 0; i < dimension(); i++) {
      if (component(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Searches a segment in the way of its reader. */
  public abstract void search(
      LeafReader leaf, String field, KnnCollector collector, AcceptDocs accepted)
      throws IOException;

  /** Scores the vectors of a segment one by one; null where it has none in the field. */
  public abstract VectorScorer scorer(LeafReader leaf, String field) throws IOException;

  /** Turns a scorer to this vector. */
  abstract void set(QueryScorer scorer);

  /** The array, for its identity. */
  abstract Object components();

  abstract float component(int i);

  @Override
  public boolean equals(Object other) {
    // arrays of one type are equal if their components are, others never
    return other instanceof TargetVector that
        && Objects.deepEquals(components(), that.components());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(new Object[] {components()});
  }

  @Override
  public String toString() {
    return dimension() == 0 ? "[]" : "[" + Array.get(components(), 0) + ", ...] of " + dimension();
  }

  private static final class Floats extends TargetVector {
    private final float[] components;

    private Floats(float[] components) {
      this.components = components;
    }

    @Override
    public VectorEncoding encoding() {
      return VectorEncoding.FLOAT32;
    }

    @Override
    public int dimension() {
      return components.length;
    }

    @Override
    public void search(LeafReader leaf, String field, KnnCollector collector, AcceptDocs accepted)
        throws IOException {
      leaf.searchNearestVectors(field, components, collector, accepted);
    }

    @Override
    public VectorScorer scorer(LeafReader leaf, String field) throws IOException {
      FloatVectorValues values = leaf.getFloatVectorValues(field);
      return values == null ? null : values.scorer(components);
    }

    @Override
    void set(QueryScorer scorer) {
      scorer.set(components);
    }

    @Override
    Object components() {
      return components;
    }

    @Override
    float component(int i) {
      return components[i];
    }
  }

  private static final class Bytes extends TargetVector {
    private final byte[] components;

    private Bytes(byte[] components) {
      this.components = components;
    }

    @Override
    public VectorEncoding encoding() {
      return VectorEncoding.BYTE;
    }

    @Override
    public int dimension() {
      return components.length;
    }

    @Override
    public void search(LeafReader leaf, String field, KnnCollector collector, AcceptDocs accepted)
        throws IOException {
      leaf.searchNearestVectors(field, components, collector, accepted);
    }

    @Override
    public VectorScorer scorer(LeafReader leaf, String field) throws IOException {
      ByteVectorValues values = leaf.getByteVectorValues(field);
      return values == null ? null : values.scorer(components);
    }

    @Override
    void set(QueryScorer scorer) {
      scorer.set(components);
    }

    @Override
    Object components() {
      return components;
    }

    @Override
    float component(int i) {
      return components[i];
    }
  }
}
