/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import dev.cairn.codec.EfSearch;
import dev.cairn.opensearch.mapping.CairnSettings;
import dev.cairn.opensearch.mapping.CairnVectorFieldType;
import dev.cairn.opensearch.mapping.ElementType;
import dev.cairn.query.CairnKnnQuery;
import java.io.IOException;
import org.apache.lucene.search.ByteVectorSimilarityQuery;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenByteKnnVectorQuery;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;

/**
 * Turns a {@code cairn} query into what Lucene runs on a shard.
 *
 * @param type the field
 * @param vector a vector that fits the field
 * @param k how many hits, or null for all within the radius
 * @param efSearch width of the beam, or null for the mapping's
 * @param minScore the radius, or null
 * @param isExact whether to score all documents rather than search
 */
record ShardSearch(
    CairnVectorFieldType type,
    float[] vector,
    Integer k,
    Integer efSearch,
    Float minScore,
    boolean isExact) {

  Query query(QueryShardContext context, QueryBuilder filterBuilder) throws IOException {
    NestedLevels levels = new NestedLevels(context);
    levels.check(type.name());
    Query asked = filterBuilder == null ? null : filterBuilder.toQuery(context);
    Query filter = levels.accepted(type.name(), asked);
    Query scan = atLeastMinScore(new EverySimilarity(type, vector, filter));
    // the hits within one hit are ranked among themselves, not among the shard's nearest
    if (isExact || context.isInnerHitQuery()) {
      return scan;
    }
    Query search = k == null ? radius(filter) : atLeastMinScore(nearest(context, filter));
    return new OncePerReader(search, k == null ? scan : search, type.name(), describe(context));
  }

  private int ef(QueryShardContext context) {
    return efSearch == null ? type.parameters().efSearch() : efSearch;
  }

  private Query nearest(QueryShardContext context, Query filter) {
    int ef = ef(context);
    EfSearch strategy = new EfSearch(ef);
    BitSetProducer parents = context.getParentFilter();
    boolean isOurs =
        CairnSettings.FORMAT.get(context.getIndexSettings().getSettings())
            == CairnSettings.Format.CAIRN;
    if (type.elementType() == ElementType.BYTE) {
      byte[] target = CairnVectorFieldType.toBytes(vector);
      if (parents != null) {
        return new DiversifyingChildrenByteKnnVectorQuery(
            type.name(), target, filter, k, parents, strategy);
      }
      return isOurs
          ? new CairnKnnQuery(type.name(), target, k, ef, filter)
          : new KnnByteVectorQuery(type.name(), target, k, filter, strategy);
    }
    if (parents != null) {
      return new DiversifyingChildrenFloatKnnVectorQuery(
          type.name(), vector, filter, k, parents, strategy);
    }
    return isOurs
        ? new CairnKnnQuery(type.name(), vector, k, ef, filter)
        : new KnnFloatVectorQuery(type.name(), vector, k, filter, strategy);
  }

  private Query radius(Query filter) {
    return type.elementType() == ElementType.BYTE
        ? new ByteVectorSimilarityQuery(
            type.name(), CairnVectorFieldType.toBytes(vector), minScore, filter)
        : new FloatVectorSimilarityQuery(type.name(), vector, minScore, filter);
  }

  private Query atLeastMinScore(Query query) {
    return minScore == null ? query : new ScoreAtLeast(query, minScore);
  }

  private String describe(QueryShardContext context) {
    String what = CairnQueryBuilder.NAME + "(" + type.name();
    if (k != null) {
      what += ", k=" + k + ", ef_search=" + ef(context);
    }
    if (minScore != null) {
      what += ", min_score=" + minScore;
    }
    return what + ", " + type.similarity() + ")";
  }
}
