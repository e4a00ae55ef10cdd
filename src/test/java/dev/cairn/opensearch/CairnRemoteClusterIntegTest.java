/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import dev.cairn.opensearch.query.CairnHybridQueryBuilder;
import dev.cairn.opensearch.query.CairnQueryBuilder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.AbstractMultiClustersTestCase;
import org.opensearch.transport.client.Client;

/** Searches over the indices of two clusters. */
public class CairnRemoteClusterIntegTest extends AbstractMultiClustersTestCase {
  private static final String REMOTE = "far";
  private static final int DOCUMENTS = 40;
  private static final int DIMENSION = 4;

  @Override
  protected Collection<String> remoteClusterAlias() {
    return List.of(REMOTE);
  }

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins(String clusterAlias) {
    return List.of(CairnPlugin.class);
  }

  /** Documents are told apart by their clusters where names of indices and ids are the same. */
  public void testSameIndexAndIdsInBoth() {
    load(client(), CairnClusterTestCase.vectors(51, DOCUMENTS, DIMENSION), "v");
    load(client(REMOTE), CairnClusterTestCase.vectors(52, DOCUMENTS, DIMENSION), "v");
    float[] target = CairnClusterTestCase.vectors(53, 1, DIMENSION)[0];
    QueryBuilder near = new CairnQueryBuilder("v", target).k(DOCUMENTS);
    QueryBuilder hybrid = new CairnHybridQueryBuilder(List.of(near), 2 * DOCUMENTS, 60);
    for (boolean isOneRoundtrip : List.of(true, false)) {
      List<String> expected = places(search(near, isOneRoundtrip));
      assertEquals(2 * DOCUMENTS, expected.size());
      assertEquals(expected, places(search(hybrid, isOneRoundtrip)));
    }
  }

  /** A shard of the other cluster that fails is reported as one of this cluster is. */
  public void testFailedShardsOfTheOther() {
    load(client(), CairnClusterTestCase.vectors(51, DOCUMENTS, DIMENSION), "v");
    load(client(REMOTE), CairnClusterTestCase.vectors(52, DOCUMENTS, DIMENSION), "w");
    float[] target = CairnClusterTestCase.vectors(53, 1, DIMENSION)[0];
    QueryBuilder near = new CairnQueryBuilder("v", target).k(DOCUMENTS);
    QueryBuilder hybrid = new CairnHybridQueryBuilder(List.of(near), DOCUMENTS, 60);
    // in one roundtrip a cluster all of whose shards fail fails the request, whatever the query
    SearchResponse response = search(hybrid, false);
    assertEquals(1, response.getFailedShards());
    String reason = response.getShardFailures()[0].reason();
    assertTrue(reason, reason.contains("field [v] is not mapped"));
    assertEquals(DOCUMENTS, places(response).size());
  }

  private static void load(Client client, float[][] vectors, String field) {
    client
        .admin()
        .indices()
        .prepareCreate("books")
        .setSettings(
            Settings.builder()
                .put("index.cairn", true)
                .put("number_of_shards", 1)
                .put("number_of_replicas", 0))
        .setMapping(
            "{\"properties\": {\""
                + field
                + "\": {\"type\": \"cairn_vector\", \"dimension\": "
                + DIMENSION
                + "}}}")
        .get();
    for (int i = 0; i < vectors.length; i++) {
      client.prepareIndex("books").setId("" + i).setSource(Map.of(field, vectors[i])).get();
    }
    client.admin().indices().prepareRefresh("books").get();
  }

  private SearchResponse search(QueryBuilder query, boolean isOneRoundtrip) {
    SearchRequest request =
        new SearchRequest("books", REMOTE + ":books")
            .source(new SearchSourceBuilder().query(query).size(2 * DOCUMENTS));
    request.setCcsMinimizeRoundtrips(isOneRoundtrip);
    return client().search(request).actionGet();
  }

  private static List<String> places(SearchResponse response) {
    return Arrays.stream(response.getHits().getHits())
        .map(hit -> hit.getClusterAlias() + ":" + hit.getId())
        .toList();
  }
}
