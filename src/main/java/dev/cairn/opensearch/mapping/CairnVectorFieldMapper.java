/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.mapping;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexableField;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.mapper.FieldMapper;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParseContext;

/** Maps and indexes {@code cairn_vector} fields. */
public final class CairnVectorFieldMapper extends ParametrizedFieldMapper {
  private final FieldType luceneType;

  private CairnVectorFieldMapper(
      String simpleName, CairnVectorFieldType fieldType, MultiFields multiFields, CopyTo copyTo) {
    super(simpleName, fieldType, multiFields, copyTo);
    luceneType = new FieldType();
    luceneType.setVectorAttributes(
        fieldType.dimension(),
        fieldType.elementType().encoding(),
        fieldType.similarity().function());
    luceneType.freeze();
  }

  /** Reads mappings of this type. */
  public static Mapper.TypeParser parser() {
    return new TypeParser(
        (name, context) -> {
          CairnSettings.requireEnabled(name, context.getSettings());
          if (context.isWithinMultiField()) {
            throw new IllegalArgumentException(
                "field ["
                    + name
                    + "] of type [cairn_vector] cannot be among the [fields] of another field:"
                    + " those are given one number at a time");
          }
          return new Builder(name);
        });
  }

  @Override
  public CairnVectorFieldType fieldType() {
    return (CairnVectorFieldType) super.fieldType();
  }

  @Override
  protected String contentType() {
    return CairnVectorFieldType.TYPE;
  }

  @Override
  public boolean parsesArrayValue() {
    return true;
  }

  @Override
  protected void parseCreateField(ParseContext context) throws IOException {
    if (context.parser().currentToken() == Token.VALUE_NULL) {
      return;
    }
    String what = "vector of field [" + name() + "]";
    float[] vector = VectorArrays.read(context.parser(), what);
    fieldType().check(vector, what);
    if (context.doc().getField(name()) != null) {
      throw new IllegalArgumentException(
          "field ["
              + name()
              + "] has two vectors in one document: several go into [nested] objects");
    }
    context.doc().add(luceneField(vector));
  }

  private IndexableField luceneField(float[] vector) {
    return switch (fieldType().elementType()) {
      case FLOAT -> new KnnFloatVectorField(name(), vector, luceneType);
      case BYTE -> new KnnByteVectorField(name(), CairnVectorFieldType.toBytes(vector), luceneType);
    };
  }

  @Override
  public ParametrizedFieldMapper.Builder getMergeBuilder() {
    return new Builder(simpleName()).init(this);
  }

  /** The parameters of a mapping. */
  private static final class Builder extends ParametrizedFieldMapper.Builder {
    private final Parameter<Integer> dimension;
    private final Parameter<Similarity> similarity;
    private final Parameter<ElementType> elementType;
    private final Parameter<Integer> m;
    private final Parameter<Integer> efConstruction;
    private final Parameter<Integer> efSearch;
    private final Parameter<Map<String, String>> meta = Parameter.metaParam();

    Builder(String name) {
      super(name);
      dimension =
          integer("dimension", false, null, CairnVectorFieldType::dimension)
              .setValidator(
                  value -> checkRange("dimension", value, 1, CairnHnswVectorsFormat.MAX_DIMENSIONS))
              .alwaysSerialize();
      similarity =
          choice(
              "similarity",
              Similarity.values(),
              Similarity.COSINE,
              Similarity.names(),
              CairnVectorFieldType::similarity);
      elementType =
          choice(
              "element_type",
              ElementType.values(),
              ElementType.FLOAT,
              ElementType.names(),
              CairnVectorFieldType::elementType);
      m =
          integer(
                  "m",
                  true,
                  CairnHnswParameters.DEFAULT_MAX_CONN,
                  type -> type.parameters().maxConn())
              .setValidator(
                  value ->
                      checkRange(
                          "m",
                          value,
                          CairnHnswParameters.MIN_MAX_CONN,
                          CairnHnswParameters.MAX_MAX_CONN));
      efConstruction =
          integer(
                  "ef_construction",
                  true,
                  CairnHnswParameters.DEFAULT_BEAM_WIDTH,
                  type -> type.parameters().beamWidth())
              .setValidator(
                  value ->
                      checkRange("ef_construction", value, 1, CairnHnswParameters.MAX_BEAM_WIDTH));
      efSearch =
          integer(
                  "ef_search",
                  true,
                  CairnHnswParameters.DEFAULT_EF_SEARCH,
                  type -> type.parameters().efSearch())
              .setValidator(
                  value -> checkRange("ef_search", value, 1, CairnHnswParameters.MAX_EF_SEARCH));
    }

    private void checkRange(String parameter, Integer value, int min, int max) {
      if (value == null) {
        throw new IllegalArgumentException(
            "field [" + name() + "]: [" + parameter + "] is required, from " + min + " to " + max);
      }
      if (value < min || value > max) {
        throw new IllegalArgumentException(
            "field ["
                + name()
                + "]: ["
                + parameter
                + "] must be from "
                + min
                + " to "
                + max
                + ", got "
                + value);
      }
    }

    private static Parameter<Integer> integer(
        String parameter,
        boolean isUpdateable,
        Integer defaultValue,
        Function<CairnVectorFieldType, Integer> getter) {
      return new Parameter<>(
          parameter,
          isUpdateable,
          () -> defaultValue,
          (field, context, value) -> parseInteger(field, parameter, value),
          mapper -> getter.apply(typeOf(mapper)));
    }

    private static int parseInteger(String field, String parameter, Object value) {
      // a number as text is what other field types take as well
      boolean isWhole =
          value instanceof Integer
              || value instanceof Long
              || (value instanceof String text && text.matches("-?\\d+"));
      if (isWhole) {
        long number =
            value instanceof String text && text.length() < 18
                ? Long.parseLong(text)
                : value instanceof Number n ? n.longValue() : Long.MAX_VALUE;
        if (number == (int) number) {
          return (int) number;
        }
      }
      throw new IllegalArgumentException(
          "field [" + field + "]: [" + parameter + "] must be an integer, got [" + value + "]");
    }

    private static <E extends Enum<E>> Parameter<E> choice(
        String parameter,
        E[] values,
        E defaultValue,
        String names,
        Function<CairnVectorFieldType, E> getter) {
      return new Parameter<>(
              parameter,
              false,
              () -> defaultValue,
              (field, context, value) ->
                  Arrays.stream(values)
                      .filter(v -> v.toString().equals(value))
                      .findFirst()
                      .orElseThrow(
                          () ->
                              new IllegalArgumentException(
                                  "field ["
                                      + field
                                      + "]: ["
                                      + parameter
                                      + "] must be one of ["
                                      + names
                                      + "], got ["
                                      + value
                                      + "]")),
              mapper -> getter.apply(typeOf(mapper)))
          .setSerializer((b, n, v) -> b.field(n, v.toString()), Enum::toString)
          .alwaysSerialize();
    }

    private static CairnVectorFieldType typeOf(FieldMapper mapper) {
      return ((CairnVectorFieldMapper) mapper).fieldType();
    }

    @Override
    protected List<Parameter<?>> getParameters() {
      return List.of(dimension, similarity, elementType, m, efConstruction, efSearch, meta);
    }

    @Override
    public CairnVectorFieldMapper build(BuilderContext context) {
      MultiFields multiFields = multiFieldsBuilder.build(this, context);
      if (multiFields.iterator().hasNext()) {
        throw new IllegalArgumentException(
            "field ["
                + name()
                + "] of type [cairn_vector] has no [fields]; [copy_to] makes another vector of it");
      }
      return new CairnVectorFieldMapper(
          name(),
          new CairnVectorFieldType(
              buildFullName(context),
              dimension.get(),
              similarity.get(),
              elementType.get(),
              new CairnHnswParameters(m.get(), efConstruction.get(), efSearch.get()),
              meta.get()),
          multiFields,
          copyTo.build());
    }
  }
}
