/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.hc.core5.http.HttpHost;
import org.opensearch.client.Node;
import org.opensearch.client.Request;
import org.opensearch.client.Response;
import org.opensearch.client.ResponseException;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.Netty4ModulePlugin;

/** Three data nodes with the plugin, asked over real HTTP. */
@ClusterScope(
    scope = Scope.SUITE,
    numDataNodes = 3,
    numClientNodes = 0,
    supportsDedicatedMasters = false)
public abstract class CairnClusterTestCase extends OpenSearchIntegTestCase {
  /** Three shards, one replica, a text, a number and a vector. */
  static final String SETTINGS =
      "\"settings\": {\"index.cairn\": true, \"index.codec\": \"default\","
          + " \"number_of_shards\": 3, \"number_of_replicas\": 1}";

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(CairnPlugin.class, Netty4ModulePlugin.class);
  }

  @Override
  protected boolean addMockHttpTransport() {
    return false;
  }

  @Override
  protected Settings nodeSettings(int nodeOrdinal) {
    return Settings.builder()
        .put(super.nodeSettings(nodeOrdinal))
        .put("transport.type", Netty4ModulePlugin.NETTY_TRANSPORT_NAME)
        .put("http.type", Netty4ModulePlugin.NETTY_HTTP_TRANSPORT_NAME)
        .build();
  }

  /** Nodes that were restarted listen elsewhere. */
  static void useNewPorts() {
    getRestClient()
        .setNodes(
            Arrays.stream(cluster().httpAddresses())
                .map(a -> new HttpHost("http", a.getAddress().getHostAddress(), a.getPort()))
                .map(Node::new)
                .toList());
  }

  /** Sends a request and reads the answer; one that failed is an exception. */
  static Map<String, Object> send(String method, String path, String body) throws IOException {
    Request request = new Request(method, path);
    if (body != null) {
      request.setJsonEntity(body);
    }
    return read(getRestClient().performRequest(request));
  }

  /** Sends a request that is to be refused; its status and what it says. */
  static Refusal refusal(String method, String path, String body) throws IOException {
    try {
      Map<String, Object> answer = send(method, path, body);
      throw new AssertionError("not refused: " + method + " " + path + " " + body + ": " + answer);
    } catch (ResponseException e) {
      Response response = e.getResponse();
      return new Refusal(
          response.getStatusLine().getStatusCode(),
          new String(response.getEntity().getContent().readAllBytes(), UTF_8));
    }
  }

  /** An answer that is an error. */
  record Refusal(int status, String text) {}

  private static Map<String, Object> read(Response response) throws IOException {
    if (response.getEntity() == null) {
      return Map.of();
    }
    byte[] body = response.getEntity().getContent().readAllBytes();
    return body.length == 0 || body[0] != '{'
        ? Map.of("text", new String(body, UTF_8))
        : XContentHelper.convertToMap(JsonXContent.jsonXContent, new String(body, UTF_8), true);
  }

  /** A value within an answer, by names and positions. */
  @SuppressWarnings("unchecked")
  static <T> T at(Object answer, Object... path) {
    Object value = answer;
    for (Object step : path) {
      value =
          step instanceof Integer position
              ? ((List<Object>) value).get(position)
              : ((Map<String, Object>) value).get(step);
    }
    return (T) value;
  }

  /** The ids of an answer's hits, in order. */
  static List<String> ids(Map<String, Object> answer) {
    List<Map<String, Object>> hits = at(answer, "hits", "hits");
    return hits.stream().map(hit -> (String) hit.get("_id")).toList();
  }

  static void bulk(String index, Collection<String> lines) throws IOException {
    Map<String, Object> answer =
        send("POST", "/" + index + "/_bulk?refresh=true", String.join("\n", lines) + "\n");
    assertEquals(answer.toString(), false, answer.get("errors"));
  }

  /** Random unit vectors, some of them in clusters as real ones are. */
  static float[][] vectors(long seed, int count, int dimension) {
    Random random = new Random(seed);
    float[][] centers = new float[20][dimension];
    for (float[] center : centers) {
      fill(center, random);
    }
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      fill(vector, random);
      float[] center = centers[random.nextInt(centers.length)];
      for (int i = 0; i < dimension; i++) {
        vector[i] = vector[i] * .7f + center[i];
      }
      float length = (float) Math.sqrt(dot(vector, vector));
      for (int i = 0; i < dimension; i++) {
        vector[i] /= length;
      }
    }
    return vectors;
  }

  private static void fill(float[] vector, Random random) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
  }

  static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The documents nearest by inner product among those that are accepted, by brute force. */
  static List<String> nearest(float[][] vectors, float[] target, int k, IntPredicate accepted) {
    return IntStream.range(0, vectors.length)
        .filter(accepted)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -dot(vectors[i], target)))
        .limit(k)
        .map(String::valueOf)
        .toList();
  }

  static String json(float[] vector) {
    return Arrays.toString(vector);
  }

  static String cairn(float[] vector, String rest) {
    return "{\"cairn\": {\"field\": \"v\", \"vector\": " + json(vector) + ", " + rest + "}}";
  }

  /** How many of the expected are found, from 0 to 1. */
  static double share(List<String> expected, List<String> found) {
    List<String> both = new ArrayList<>(expected);
    both.retainAll(found);
    return (double) both.size() / expected.size();
  }
}
