/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.opensearch.mapping.CairnVectorFieldType;
import dev.cairn.opensearch.mapping.VectorArrays;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.InnerHitContextBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;

/** The query {@code cairn}: the nearest vectors of a field, or all within a radius. */
public final class CairnQueryBuilder extends AbstractQueryBuilder<CairnQueryBuilder> {
  /** The name of the query. */
  public static final String NAME = "cairn";

  /** Most hits that a shard is asked for. */
  public static final int MAX_K = 10_000;

  private static final ParseField FIELD = new ParseField("field");
  private static final ParseField VECTOR = new ParseField("vector");
  private static final ParseField K = new ParseField("k");
  private static final ParseField EF_SEARCH = new ParseField("ef_search");
  private static final ParseField MIN_SCORE = new ParseField("min_score");
  private static final ParseField FILTER = new ParseField("filter");
  private static final ParseField EXACT = new ParseField("exact");
  private static final ParseField IGNORE_UNMAPPED = new ParseField("ignore_unmapped");
  private static final String PARTS =
      "field, vector, k, ef_search, min_score, filter, exact, ignore_unmapped, boost, _name";

  private final String field;
  private final float[] vector;
  private Integer k;
  private Integer efSearch;
  private Float minScore;
  private QueryBuilder filter;
  private boolean isExact;
  private boolean ignoresUnmapped;

  /**
   * A query; {@link #k} or {@link #minScore} is to follow.
   *
   * @param field the vector field
   * @param vector what hits are to be near to
   */
  public CairnQueryBuilder(String field, float[] vector) {
    this.field = Objects.requireNonNull(field, "[field] is required");
    this.vector = Objects.requireNonNull(vector, "[vector] is required");
  }

  /** Reads what {@link #doWriteTo} wrote. */
  public CairnQueryBuilder(StreamInput in) throws IOException {
    super(in);
    field = in.readString();
    vector = in.readFloatArray();
    k = in.readOptionalInt();
    efSearch = in.readOptionalInt();
    minScore = in.readOptionalFloat();
    filter = in.readOptionalNamedWriteable(QueryBuilder.class);
    isExact = in.readBoolean();
    ignoresUnmapped = in.readBoolean();
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeFloatArray(vector);
    out.writeOptionalInt(k);
    out.writeOptionalInt(efSearch);
    out.writeOptionalFloat(minScore);
    out.writeOptionalNamedWriteable(filter);
    out.writeBoolean(isExact);
    out.writeBoolean(ignoresUnmapped);
  }

  /** Reads the object that follows the query's name. */
  public static CairnQueryBuilder fromXContent(XContentParser parser) throws IOException {
    QueryParts parts = new QueryParts(NAME, parser);
    String field = null;
    float[] vector = null;
    Integer k = null;
    Integer efSearch = null;
    Float minScore = null;
    QueryBuilder filter = null;
    boolean isExact = false;
    boolean ignoresUnmapped = false;
    float boost = DEFAULT_BOOST;
    String name = null;
    while (parser.nextToken() != Token.END_OBJECT) {
      String part = parser.currentName();
      parser.nextToken();
      switch (part) {
        case "field" -> field = parts.text(part);
        case "vector" -> vector = VectorArrays.read(parser, "[" + NAME + "] [vector]");
        case "k" -> k = parts.integer(part, 1, MAX_K);
        case "ef_search" -> efSearch = parts.integer(part, 1, CairnHnswParameters.MAX_EF_SEARCH);
        case "min_score" -> minScore = parts.finite(part);
        case "filter" -> filter = parts.query(part);
        case "exact" -> isExact = parts.flag(part);
        case "ignore_unmapped" -> ignoresUnmapped = parts.flag(part);
        case "boost" -> boost = parts.boost();
        case "_name" -> name = parts.text(part);
        default -> throw parts.unknown(part, PARTS);
      }
    }
    if (field == null) {
      throw parts.failure("[field] is required");
    }
    if (vector == null) {
      throw parts.failure("[vector] is required");
    }
    if (k == null && minScore == null && isExact == false) {
      throw parts.failure(
          "[k] is required, or [min_score] for all documents within a radius, or [exact] for all");
    }
    CairnQueryBuilder query = new CairnQueryBuilder(field, vector).boost(boost).queryName(name);
    query.k = k;
    query.efSearch = efSearch;
    query.minScore = minScore;
    query.filter = filter;
    query.isExact = isExact;
    query.ignoresUnmapped = ignoresUnmapped;
    return query;
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME);
    builder.field(FIELD.getPreferredName(), field);
    builder.array(VECTOR.getPreferredName(), vector);
    if (k != null) {
      builder.field(K.getPreferredName(), k);
    }
    if (efSearch != null) {
      builder.field(EF_SEARCH.getPreferredName(), efSearch);
    }
    if (minScore != null) {
      builder.field(MIN_SCORE.getPreferredName(), minScore);
    }
    if (filter != null) {
      builder.field(FILTER.getPreferredName(), filter);
    }
    builder.field(EXACT.getPreferredName(), isExact);
    builder.field(IGNORE_UNMAPPED.getPreferredName(), ignoresUnmapped);
    printBoostAndQueryName(builder);
    builder.endObject();
  }

  /** How many hits each shard finds. */
  public CairnQueryBuilder k(int k) {
    this.k = k;
    return this;
  }

  /** Width of the search's beam; the mapping's when not set. */
  public CairnQueryBuilder efSearch(int efSearch) {
    this.efSearch = efSearch;
    return this;
  }

  /** Smallest score of a hit; without {@link #k}, all that have it. */
  public CairnQueryBuilder minScore(float minScore) {
    this.minScore = minScore;
    return this;
  }

  /** What hits must match beside being near. */
  public CairnQueryBuilder within(QueryBuilder filter) {
    this.filter = filter;
    return this;
  }

  /** Narrows the search itself, rather than what it found. */
  @Override
  public QueryBuilder filter(QueryBuilder more) {
    if (validateFilterParams(more) == false) {
      return this;
    }
    return copy(filter == null ? more : new BoolQueryBuilder().filter(filter).filter(more));
  }

  private CairnQueryBuilder copy(QueryBuilder newFilter) {
    CairnQueryBuilder copy =
        new CairnQueryBuilder(field, vector).boost(boost()).queryName(queryName());
    copy.k = k;
    copy.efSearch = efSearch;
    copy.minScore = minScore;
    copy.filter = newFilter;
    copy.isExact = isExact;
    copy.ignoresUnmapped = ignoresUnmapped;
    return copy;
  }

  // identity is what tells that rewriting has ended
  @SuppressWarnings("ReferenceEquality")
  @Override
  protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
    QueryBuilder rewritten = filter == null ? null : filter.rewrite(context);
    return rewritten == filter ? this : copy(rewritten);
  }

  @Override
  protected void extractInnerHitBuilders(Map<String, InnerHitContextBuilder> innerHits) {
    if (filter != null) {
      InnerHitContextBuilder.extractInnerHits(filter, innerHits);
    }
  }

  @Override
  protected Query doToQuery(QueryShardContext context) throws IOException {
    MappedFieldType mapped = context.fieldMapper(field);
    if (mapped == null && ignoresUnmapped) {
      return new MatchNoDocsQuery("field [" + field + "] is not mapped");
    }
    if (mapped == null) {
      throw new QueryShardException(
          context,
          "["
              + NAME
              + "] field ["
              + field
              + "] is not mapped here; [ignore_unmapped] true makes that no hits");
    }
    if ((mapped instanceof CairnVectorFieldType) == false) {
      throw new QueryShardException(
          context,
          "["
              + NAME
              + "] field ["
              + field
              + "] is of type ["
              + mapped.typeName()
              + "], not ["
              + CairnVectorFieldType.TYPE
              + "]");
    }
    CairnVectorFieldType type = (CairnVectorFieldType) mapped;
    type.check(vector, "[" + NAME + "] [vector] for field [" + field + "]");
    return new ShardSearch(type, vector, k, efSearch, minScore, isExact).query(context, filter);
  }

  @Override
  protected boolean doEquals(CairnQueryBuilder other) {
    return field.equals(other.field)
        && Arrays.equals(vector, other.vector)
        && Objects.equals(k, other.k)
        && Objects.equals(efSearch, other.efSearch)
        && Objects.equals(minScore, other.minScore)
        && Objects.equals(filter, other.filter)
        && isExact == other.isExact
        && ignoresUnmapped == other.ignoresUnmapped;
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(
        field, Arrays.hashCode(vector), k, efSearch, minScore, filter, isExact, ignoresUnmapped);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }
}
