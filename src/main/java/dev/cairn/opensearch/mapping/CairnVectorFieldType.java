/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.mapping;

import dev.cairn.codec.CairnHnswParameters;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.TextSearchInfo;
import org.opensearch.index.mapper.ValueFetcher;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.search.lookup.SearchLookup;
import org.opensearch.search.lookup.SourceLookup;

/** What a mapping says of a {@code cairn_vector} field. */
public final class CairnVectorFieldType extends MappedFieldType {
  /** The name of the field type. */
  public static final String TYPE = "cairn_vector";

  /** How far the squared length of a vector may be from 1 where unit length is demanded. */
  static final float UNIT_TOLERANCE = 1e-3f;

  private final int dimension;
  private final Similarity similarity;
  private final ElementType elementType;
  private final CairnHnswParameters parameters;

  CairnVectorFieldType(
      String name,
      int dimension,
      Similarity similarity,
      ElementType elementType,
      CairnHnswParameters parameters,
      Map<String, String> meta) {
    super(name, true, false, false, TextSearchInfo.NONE, meta);
    this.dimension = dimension;
    this.similarity = similarity;
    this.elementType = elementType;
    this.parameters = parameters;
  }

  /** Number of elements. */
  public int dimension() {
    return dimension;
  }

  /** How vectors are compared. */
  public Similarity similarity() {
    return similarity;
  }

  /** What vectors consist of. */
  public ElementType elementType() {
    return elementType;
  }

  /** How graphs are built and searched. */
  public CairnHnswParameters parameters() {
    return parameters;
  }

  /**
   * Checks a vector against the mapping.
   *
   * @param vector elements as numbers, finite
   * @param what names the vector in messages
   * @throws IllegalArgumentException if it does not fit
   */
  public void check(float[] vector, String what) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          what + " has " + vector.length + " elements, the field's [dimension] is " + dimension);
    }
    if (elementType == ElementType.BYTE) {
      for (int i = 0; i < vector.length; i++) {
        if (vector[i] != (byte) vector[i]) {
          throw new IllegalArgumentException(
              what
                  + ": element "
                  + i
                  + " must be an integer from -128 to 127 ([element_type] is byte), got "
                  + vector[i]);
        }
      }
    }
    float squared = squaredLength(vector);
    if (Float.isFinite(squared) == false) {
      // similarities are computed from such squares, and would not be numbers
      throw new IllegalArgumentException(
          what
              + " is too long: the square of its length must be finite in float32, from 0 to 3.4e38");
    }
    if (similarity == Similarity.COSINE && squared == 0) {
      throw new IllegalArgumentException(
          what
              + " is the zero vector, or as short in float32: it has no direction ([similarity] is"
              + " cosine)");
    }
    if (similarity == Similarity.DOT_PRODUCT
        && elementType == ElementType.FLOAT
        && (Math.abs(squared - 1) <= UNIT_TOLERANCE) == false) {
      throw new IllegalArgumentException(
          what
              + " must have length 1 ([similarity] is dot_product), has length "
              + (float) Math.sqrt(squared)
              + ": normalize it, or map the field with [max_inner_product] or [cosine]");
    }
  }

  private static float squaredLength(float[] vector) {
    double sum = 0;
    for (float element : vector) {
      sum += (double) element * element;
    }
    return (float) sum;
  }

  /** The elements of a checked vector of a byte field. */
  public static byte[] toBytes(float[] vector) {
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) vector[i];
    }
    return bytes;
  }

  @Override
  public String typeName() {
    return TYPE;
  }

  @Override
  public Query existsQuery(QueryShardContext context) {
    return new FieldExistsQuery(name());
  }

  @Override
  public Query termQuery(Object value, QueryShardContext context) {
    throw new QueryShardException(
        context, "field [" + name() + "] is of type [" + TYPE + "]: use a [cairn] query");
  }

  /** The array as it stands in the source, as one value. */
  @Override
  public ValueFetcher valueFetcher(QueryShardContext context, SearchLookup lookup, String format) {
    if (format != null) {
      throw new IllegalArgumentException(
          "field [" + name() + "] of type [" + TYPE + "] has no formats");
    }
    return new ValueFetcher() {
      @Override
      public List<Object> fetchValues(SourceLookup source) {
        Object value = source.extractValue(name(), null);
        return value == null ? List.of() : List.of(value);
      }
    };
  }
}
