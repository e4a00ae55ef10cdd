/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.index.mapper.ObjectMapper;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.search.approximate.ApproximateScoreQuery;

/**
 * Which documents a query speaks of where some are nested in others: OpenSearch keeps nested
 * objects as documents of their own, before the one around them.
 */
final class NestedLevels {
  private final QueryShardContext context;
  // of the nested query around this one, or null
  private final ObjectMapper scope;

  NestedLevels(QueryShardContext context) {
    this.context = context;
    this.scope = context.nestedScope().getObjectMapper();
  }

  /** A vector of nested documents is out of reach of a query that is not nested. */
  void check(String field) {
    List<ObjectMapper> around = around(field);
    if (around.isEmpty()) {
      return;
    }
    ObjectMapper parent = around.get(0);
    boolean isReached =
        (scope != null && scope.fullPath().equals(parent.fullPath())) || isCopiedUp(parent);
    if (isReached == false) {
      throw new QueryShardException(
          context,
          "["
              + CairnQueryBuilder.NAME
              + "] field ["
              + field
              + "] is in nested documents: put the query into a [nested] query with path ["
              + parent.fullPath()
              + "]");
    }
  }

  /**
   * What a vector search may find.
   *
   * @param filter a filter that may speak of the documents searched or of those around them, or
   *     null
   * @return a filter of the documents searched, or null
   */
  Query accepted(String field, Query filter) {
    Query here = filter == null || scope == null ? filter : within(filter);
    if (around(field).stream().noneMatch(NestedLevels::isCopiedUp)) {
      return here;
    }
    // documents of other levels have the vector as well, and would take the places of hits
    BooleanQuery.Builder both = new BooleanQuery.Builder().add(level(scope), Occur.FILTER);
    return here == null ? both.build() : both.add(here, Occur.FILTER).build();
  }

  private static boolean isCopiedUp(ObjectMapper object) {
    return object.nested().isIncludeInParent() || object.nested().isIncludeInRoot();
  }

  /** The nested objects that a field is in, the innermost first. */
  private List<ObjectMapper> around(String field) {
    List<ObjectMapper> around = new ArrayList<>();
    for (int dot = field.lastIndexOf('.'); dot > 0; dot = field.lastIndexOf('.', dot - 1)) {
      ObjectMapper object = context.getObjectMapper(field.substring(0, dot));
      if (object != null && object.nested().isNested()) {
        around.add(object);
      }
    }
    return around;
  }

  private static Query level(ObjectMapper nested) {
    return nested == null ? Queries.newNonNestedFilter() : nested.nestedTypeFilter();
  }

  /** Each part of a filter speaks of one level; scores do not matter. */
  private Query within(Query filter) {
    return switch (filter) {
      case BooleanQuery all -> {
        BooleanQuery.Builder parts =
            new BooleanQuery.Builder()
                .setMinimumNumberShouldMatch(all.getMinimumNumberShouldMatch());
        all.clauses().forEach(clause -> parts.add(within(clause.query()), clause.occur()));
        yield parts.build();
      }
      case DisjunctionMaxQuery any -> {
        BooleanQuery.Builder parts = new BooleanQuery.Builder();
        any.getDisjuncts().forEach(part -> parts.add(within(part), Occur.SHOULD));
        yield parts.build();
      }
      case ConstantScoreQuery constant -> within(constant.getQuery());
      case BoostQuery boosted -> within(boosted.getQuery());
      case ApproximateScoreQuery approximate -> within(approximate.getOriginalQuery());
      case MatchAllDocsQuery every -> every;
      case MatchNoDocsQuery none -> none;
      default -> leaf(filter);
    };
  }

  private Query leaf(Query query) {
    Set<String> fields = fields(query);
    if (fields.isEmpty() || fields.stream().anyMatch(field -> field.startsWith("_"))) {
      // nothing says of which documents this speaks
      return new BooleanQuery.Builder()
          .add(query, Occur.SHOULD)
          .add(below(null, query), Occur.SHOULD)
          .build();
    }
    Set<ObjectMapper> levels = new HashSet<>();
    for (String field : fields) {
      List<ObjectMapper> around = around(field);
      levels.add(around.isEmpty() ? null : around.get(0));
    }
    ObjectMapper level = levels.iterator().next();
    boolean isAround = level == null || scope.fullPath().startsWith(level.fullPath() + ".");
    return levels.size() == 1 && isAround ? below(level, query) : query;
  }

  private static Set<String> fields(Query query) {
    Set<String> fields = new HashSet<>();
    query.visit(
        new QueryVisitor() {
          @Override
          public boolean acceptField(String field) {
            fields.add(field);
            return false;
          }

          @Override
          public QueryVisitor getSubVisitor(Occur occur, Query parent) {
            return this;
          }
        });
    return fields;
  }

  /** All that is nested in the documents of a level that match. */
  private Query below(ObjectMapper level, Query query) {
    Query documents =
        new BooleanQuery.Builder().add(query, Occur.FILTER).add(level(level), Occur.FILTER).build();
    return new ToChildBlockJoinQuery(documents, context.bitsetFilter(level(level)));
  }
}
