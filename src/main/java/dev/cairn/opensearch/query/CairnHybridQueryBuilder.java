/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.SetOnce;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.MultiSearchRequest;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.pipeline.SearchPipelineService;

/**
 * The query {@code cairn_hybrid}: fuses the results of several queries by reciprocal rank. Ranks
 * are those over all shards, so the node that takes the request runs the queries first, as one
 * multi-search, and then asks for the fused documents; everything else of the request, such as
 * aggregations, sorting and paging, works on those.
 */
public final class CairnHybridQueryBuilder extends AbstractQueryBuilder<CairnHybridQueryBuilder> {
  /** The name of the query. */
  public static final String NAME = "cairn_hybrid";

  private static final int MAX_QUERIES = 10;
  private static final int MAX_WINDOW = 10_000;
  private static final int DEFAULT_WINDOW = 100;
  private static final int DEFAULT_RANK_CONSTANT = 60;
  private static final String PARTS = "queries, window, rank_constant, filter, boost, _name";

  private final List<QueryBuilder> queries;
  private final int window;
  private final int rankConstant;
  // known once the queries have run
  private final FusedResult result;
  private SetOnce<FusedResult> running;

  /**
   * A query.
   *
   * @param queries what to fuse, 1 to 10 queries
   * @param window how many hits of each query are fused, and how many are returned at most
   * @param rankConstant what is added to each rank
   */
  public CairnHybridQueryBuilder(List<QueryBuilder> queries, int window, int rankConstant) {
    this(queries, window, rankConstant, null);
  }

  private CairnHybridQueryBuilder(
      List<QueryBuilder> queries, int window, int rankConstant, FusedResult result) {
    this.queries = List.copyOf(queries);
    this.window = window;
    this.rankConstant = rankConstant;
    this.result = result;
  }

  /** Reads what {@link #doWriteTo} wrote. */
  public CairnHybridQueryBuilder(StreamInput in) throws IOException {
    super(in);
    queries = in.readNamedWriteableList(QueryBuilder.class);
    window = in.readVInt();
    rankConstant = in.readVInt();
    result = in.readOptionalWriteable(FusedResult::read);
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    if (running != null) {
      throw new IllegalStateException("the queries of [" + NAME + "] are still running");
    }
    out.writeNamedWriteableList(queries);
    out.writeVInt(window);
    out.writeVInt(rankConstant);
    out.writeOptionalWriteable(result);
  }

  /** Reads the object that follows the query's name. */
  public static CairnHybridQueryBuilder fromXContent(XContentParser parser) throws IOException {
    QueryParts parts = new QueryParts(NAME, parser);
    List<QueryBuilder> queries = new ArrayList<>();
    QueryBuilder filter = null;
    int window = DEFAULT_WINDOW;
    int rankConstant = DEFAULT_RANK_CONSTANT;
    float boost = DEFAULT_BOOST;
    String name = null;
    while (parser.nextToken() != Token.END_OBJECT) {
      String part = parser.currentName();
      parser.nextToken();
      switch (part) {
        case "queries" -> {
          if (parser.currentToken() != Token.START_ARRAY) {
            throw parts.wrong(part, "must be an array of queries");
          }
          while (parser.nextToken() != Token.END_ARRAY) {
            queries.add(parts.query(part));
          }
        }
        case "window" -> window = parts.integer(part, 1, MAX_WINDOW);
        case "rank_constant" -> rankConstant = parts.integer(part, 1, MAX_WINDOW);
        case "filter" -> filter = parts.query(part);
        case "boost" -> boost = parts.boost();
        case "_name" -> name = parts.text(part);
        default -> throw parts.unknown(part, PARTS);
      }
    }
    if (queries.isEmpty() || queries.size() > MAX_QUERIES) {
      throw parts.wrong(
          "queries", "must be 1 to " + MAX_QUERIES + " queries, got " + queries.size());
    }
    CairnHybridQueryBuilder query =
        new CairnHybridQueryBuilder(queries, window, rankConstant).boost(boost).queryName(name);
    return filter == null ? query : (CairnHybridQueryBuilder) query.filter(filter);
  }

  /** Narrows each of the queries. */
  @Override
  public QueryBuilder filter(QueryBuilder filter) {
    return validateFilterParams(filter)
        ? copy(queries.stream().map(query -> narrow(query, filter)).toList(), result)
        : this;
  }

  /** Other queries are not asked to do it themselves: a bool would no longer need its shoulds. */
  private static QueryBuilder narrow(QueryBuilder query, QueryBuilder filter) {
    return query instanceof CairnQueryBuilder || query instanceof CairnHybridQueryBuilder
        ? query.filter(filter)
        : new BoolQueryBuilder().must(query).filter(filter);
  }

  private CairnHybridQueryBuilder copy(List<QueryBuilder> newQueries, FusedResult newResult) {
    return new CairnHybridQueryBuilder(newQueries, window, rankConstant, newResult)
        .boost(boost())
        .queryName(queryName());
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME);
    builder.startArray("queries");
    for (QueryBuilder query : queries) {
      query.toXContent(builder, params);
    }
    builder.endArray();
    builder.field("window", window);
    builder.field("rank_constant", rankConstant);
    printBoostAndQueryName(builder);
    builder.endObject();
  }

  @Override
  protected QueryBuilder doRewrite(QueryRewriteContext context) {
    if (result != null) {
      return this;
    }
    if (running != null) {
      return running.get() == null ? this : copy(queries, running.get());
    }
    QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
    if (coordinator == null || context.validate()) {
      return this;
    }
    CairnHybridQueryBuilder started = copy(queries, null);
    started.running = new SetOnce<>();
    MultiSearchRequest searches = searches(coordinator.getSearchRequest());
    context.registerAsyncAction(
        (client, listener) -> {
          RunningSearch search = SearchTasks.current(client.threadPool().getThreadContext());
          if (search != null) {
            searches.setParentTask(search.task());
          }
          client.multiSearch(
              searches,
              ActionListener.map(
                  listener,
                  response -> {
                    started.running.set(
                        new FusedResult(
                            RankFusion.fuse(rankings(response), rankConstant, window),
                            failedShards(response)));
                    if (search != null && isTimedOut(response)) {
                      search.notePartTimedOut();
                    }
                    return null;
                  }));
        });
    return started;
  }

  private MultiSearchRequest searches(IndicesRequest request) {
    MultiSearchRequest searches = new MultiSearchRequest();
    for (QueryBuilder query : queries) {
      SearchSourceBuilder source =
          new SearchSourceBuilder()
              .query(query)
              .size(window)
              .fetchSource(false)
              .trackTotalHits(false);
      SearchRequest search =
          new SearchRequest(request.indices())
              .source(source)
              .indicesOptions(request.indicesOptions())
              .pipeline(SearchPipelineService.NOOP_PIPELINE_ID);
      if (request instanceof SearchRequest whole) {
        search
            .routing(whole.routing())
            .preference(whole.preference())
            .searchType(whole.searchType());
        search.setCcsMinimizeRoundtrips(whole.isCcsMinimizeRoundtrips());
        if (whole.allowPartialSearchResults() != null) {
          search.allowPartialSearchResults(whole.allowPartialSearchResults());
        }
        if (whole.source() != null) {
          source.timeout(whole.source().timeout());
          source.pointInTimeBuilder(whole.source().pointInTimeBuilder());
        }
      }
      searches.add(search);
    }
    return searches;
  }

  private static List<List<FusedHit.Key>> rankings(MultiSearchResponse response) throws Exception {
    List<List<FusedHit.Key>> rankings = new ArrayList<>();
    for (MultiSearchResponse.Item item : response.getResponses()) {
      if (item.isFailure()) {
        throw item.getFailure();
      }
      rankings.add(
          Arrays.stream(item.getResponse().getHits().getHits())
              .map(CairnHybridQueryBuilder::key)
              .toList());
    }
    return rankings;
  }

  private static boolean isTimedOut(MultiSearchResponse response) {
    return Arrays.stream(response.getResponses()).anyMatch(item -> item.getResponse().isTimedOut());
  }

  private static FusedHit.Key key(SearchHit hit) {
    return new FusedHit.Key(
        hit.getShard().getFullyQualifiedIndexName(), hit.getShard().getShardId().id(), hit.getId());
  }

  private static List<FusedResult.FailedShard> failedShards(MultiSearchResponse response) {
    return Arrays.stream(response.getResponses())
        .flatMap(item -> Arrays.stream(item.getResponse().getShardFailures()))
        .filter(failure -> failure.index() != null)
        .map(
            failure ->
                new FusedResult.FailedShard(
                    failure.index(), failure.shardId(), failure.getCause().getMessage()))
        .toList();
  }

  @Override
  protected Query doToQuery(QueryShardContext context) throws IOException {
    if (result == null && context.validate()) {
      // nothing is searched then, but each of the queries can be looked at
      BooleanQuery.Builder any = new BooleanQuery.Builder();
      for (QueryBuilder query : queries) {
        any.add(query.toQuery(context), BooleanClause.Occur.SHOULD);
      }
      return any.build();
    }
    if (result == null) {
      throw new QueryShardException(
          context, "[" + NAME + "] works in the [query] of a search request alone");
    }
    String index = context.getFullyQualifiedIndex().getName();
    for (FusedResult.FailedShard failed : result.failedShards()) {
      if (failed.index().equals(index) && failed.shard() == context.getShardId()) {
        // the answer would not say that hits of this shard are missing
        throw new QueryShardException(
            context, "[" + NAME + "] one of the [queries] failed here: " + failed.reason());
      }
    }
    List<FusedHit> here = result.hits(index, context.getShardId());
    return here.isEmpty()
        ? new MatchNoDocsQuery("no fused hits in this shard")
        : new FusedHitsQuery(here, rankConstant);
  }

  @Override
  protected boolean doEquals(CairnHybridQueryBuilder other) {
    return queries.equals(other.queries)
        && window == other.window
        && rankConstant == other.rankConstant
        && Objects.equals(result, other.result)
        && Objects.equals(running, other.running);
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(queries, window, rankConstant, result);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }
}
