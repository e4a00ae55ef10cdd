/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.HttpHost;
import org.opensearch.client.json.JsonData;
import org.opensearch.client.json.jackson.JacksonJsonpMapper;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch._types.OpenSearchException;
import org.opensearch.client.opensearch._types.Refresh;
import org.opensearch.client.opensearch.core.BulkResponse;
import org.opensearch.client.opensearch.generic.Bodies;
import org.opensearch.client.opensearch.generic.Requests;
import org.opensearch.client.opensearch.generic.Response;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/** The plugin as an application sees it: through OpenSearch's Java client, over HTTP. */
public class CairnJavaClientIntegTest extends CairnClusterTestCase {
  private static final int DOCUMENTS = 300;
  private static final int DIMENSION = 8;

  public void testLifeOfAnIndex() throws Exception {
    HttpHost[] hosts =
        Arrays.stream(cluster().httpAddresses())
            .map(a -> new HttpHost("http", a.getAddress().getHostAddress(), a.getPort()))
            .toArray(HttpHost[]::new);
    try (OpenSearchTransport transport =
        ApacheHttpClient5TransportBuilder.builder(hosts)
            .setMapper(new JacksonJsonpMapper())
            .build()) {
      OpenSearchClient client = new OpenSearchClient(transport);
      float[][] vectors = vectors(27, DOCUMENTS, DIMENSION);
      Response created =
          client
              .generic()
              .execute(
                  Requests.builder()
                      .method("PUT")
                      .endpoint("client")
                      .json(
                          "{"
                              + SETTINGS
                              + ", \"mappings\": {\"properties\": {\"v\": {\"type\":"
                              + " \"cairn_vector\", \"dimension\": "
                              + DIMENSION
                              + ", \"similarity\": \"dot_product\"}}}}")
                      .build());
      assertEquals(200, created.getStatus());
      BulkResponse bulk =
          client.bulk(
              request -> {
                request.index("client").refresh(Refresh.True);
                for (int i = 0; i < DOCUMENTS; i++) {
                  String id = String.valueOf(i);
                  Map<String, Object> document = Map.of("v", list(vectors[i]), "n", i);
                  request.operations(o -> o.index(x -> x.id(id).document(document)));
                }
                return request;
              });
      assertFalse(bulk.errors());
      assertEquals(DOCUMENTS, client.count(c -> c.index("client")).count());
      float[] target = vectors[123].clone();
      assertEquals(nearest(vectors, target, 10, i -> true), search(client, target));

      client.delete(d -> d.index("client").id("123").refresh(Refresh.True));
      client.update(
          u -> u.index("client").id("7").refresh(Refresh.True).doc(Map.of("v", list(target))),
          Map.class);
      vectors[7] = target;
      assertEquals(nearest(vectors, target, 10, i -> i != 123), search(client, target));

      OpenSearchException refused =
          assertThrows(
              OpenSearchException.class,
              () -> client.index(x -> x.index("client").document(Map.of("v", List.of(1f, 2f)))));
      assertEquals(400, refused.status());
    }
  }

  private static List<Float> list(float[] vector) {
    List<Float> list = new ArrayList<>();
    for (float value : vector) {
      list.add(value);
    }
    return list;
  }

  private static List<String> search(OpenSearchClient client, float[] target) throws IOException {
    Response answer =
        client
            .generic()
            .execute(
                Requests.builder()
                    .method("POST")
                    .endpoint("client/_search")
                    .json("{\"query\": " + cairn(target, "\"k\": 10, \"ef_search\": 200") + "}")
                    .build());
    JsonData body =
        Bodies.json(answer.getBody().orElseThrow(), JsonData.class, new JacksonJsonpMapper());
    return body.toJson().asJsonObject().getJsonObject("hits").getJsonArray("hits").stream()
        .map(hit -> hit.asJsonObject().getString("_id"))
        .toList();
  }
}
