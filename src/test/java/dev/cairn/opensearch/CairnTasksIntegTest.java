/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.opensearch.client.Request;
import org.opensearch.client.Response;
import org.opensearch.client.ResponseException;
import org.opensearch.client.ResponseListener;
import org.opensearch.plugins.Plugin;
import org.opensearch.script.MockScriptPlugin;

/** Searches within a hybrid query are parts of the request: cancelled with it, timed with it. */
public class CairnTasksIntegTest extends CairnClusterTestCase {
  private static final int DIMENSION = 4;
  private static final String SEARCHES = "/_tasks?actions=indices:data/read/*search*&group_by=none";

  private static volatile CountDownLatch reached;
  private static volatile CountDownLatch released;

  /** Scripts that take their time. */
  public static final class SlowScripts extends MockScriptPlugin {
    /** Made by OpenSearch. */
    public SlowScripts() {}

    @Override
    protected Map<String, Function<Map<String, Object>, Object>> pluginScripts() {
      return Map.of("wait", variables -> await(), "sleep", variables -> sleep());
    }

    private static boolean await() {
      reached.countDown();
      try {
        return released.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static boolean sleep() {
      try {
        Thread.sleep(2000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return true;
    }
  }

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
    plugins.add(SlowScripts.class);
    return plugins;
  }

  /** One shard; a segment for each document. */
  private void create() throws IOException {
    send(
        "PUT",
        "/slow",
        "{"
            + SETTINGS.replace("shards\": 3", "shards\": 1")
            + ", \"mappings\": {\"properties\": {\"v\": {\"type\": \"cairn_vector\","
            + " \"dimension\": "
            + DIMENSION
            + "}}}}");
    float[][] vectors = vectors(61, 3, DIMENSION);
    for (int i = 0; i < vectors.length; i++) {
      send("PUT", "/slow/_doc/" + i + "?refresh=true", "{\"v\": " + json(vectors[i]) + "}");
    }
    ensureGreen("slow");
  }

  private static String hybrid(String script) {
    return "{\"cairn_hybrid\": {\"queries\": ["
        + cairn(new float[] {1, 0, 0, 0}, "\"k\": 3")
        + ", {\"script\": {\"script\": {\"lang\": \"mockscript\", \"source\": \""
        + script
        + "\"}}}]}}";
  }

  public void testCancelledWithTheRequest() throws Exception {
    create();
    reached = new CountDownLatch(1);
    released = new CountDownLatch(1);
    Request request = new Request("POST", "/slow/_search");
    request.setJsonEntity("{\"query\": " + hybrid("wait") + "}");
    CompletableFuture<Exception> failure = new CompletableFuture<>();
    getRestClient()
        .performRequestAsync(
            request,
            new ResponseListener() {
              @Override
              public void onSuccess(Response response) {
                failure.completeExceptionally(new AssertionError("not cancelled: " + response));
              }

              @Override
              public void onFailure(Exception e) {
                failure.complete(e);
              }
            });
    try {
      assertTrue(reached.await(60, TimeUnit.SECONDS));
      List<Map<String, Object>> outermost =
          searches().stream().filter(t -> t.containsKey("parent_task_id") == false).toList();
      assertEquals(outermost.toString(), 1, outermost.size());
      Map<String, Object> task = outermost.get(0);
      send("POST", "/_tasks/" + task.get("node") + ":" + task.get("id") + "/_cancel", null);
      assertBusy(
          () -> {
            for (Map<String, Object> search : searches()) {
              assertEquals(search.toString(), true, search.get("cancelled"));
            }
          });
    } finally {
      released.countDown();
    }
    Exception answer = failure.get(60, TimeUnit.SECONDS);
    assertTrue(answer.toString(), answer instanceof ResponseException);
    assertTrue(answer.toString(), answer.getMessage().contains("cancelled"));
  }

  private static List<Map<String, Object>> searches() throws IOException {
    return at(send("GET", SEARCHES, null), "tasks");
  }

  public void testTimedOut() throws Exception {
    create();
    String body = "{\"timeout\": \"1s\", \"profile\": true, \"query\": ";
    Map<String, Object> answer = send("POST", "/slow/_search", body + hybrid("sleep") + "}");
    assertEquals(answer.toString(), true, answer.get("timed_out"));
    // what was found is there, as all else
    assertFalse(ids(answer).isEmpty());
    assertEquals((Integer) 1, at(answer, "_shards", "successful"));
    assertNotNull(at(answer, "profile", "shards", 0));
    Map<String, Object> inTime =
        send(
            "POST",
            "/slow/_search",
            "{\"timeout\": \"60s\", \"query\": {\"cairn_hybrid\": {\"queries\": ["
                + cairn(new float[] {1, 0, 0, 0}, "\"k\": 3")
                + "]}}}");
    assertEquals(false, inTime.get("timed_out"));
  }
}
