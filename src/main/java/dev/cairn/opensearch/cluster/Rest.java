/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

/** Requests over HTTP to whichever node is there, in turn. */
final class Rest implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<NodeProcess> nodes;
  private final AtomicInteger next = new AtomicInteger();

  /** An answer that says the request failed. */
  static final class Failed extends IOException {
    private static final long serialVersionUID = 1;

    Failed(String request, int status, String body) {
      super(request + " failed with status " + status + ": " + body);
    }
  }

  Rest(List<NodeProcess> nodes) {
    this.nodes = nodes;
  }

  /** Sends a request and reads the answer. */
  JsonNode send(String method, String path, String body) throws IOException {
    return parse(sendRaw(method, path, body));
  }

  static JsonNode parse(String answer) throws IOException {
    return JSON.readTree(answer);
  }

  /** Sends a request; the answer as it came. */
  String sendRaw(String method, String path, String body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base() + path))
            .timeout(Duration.ofMinutes(10))
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new Failed(method + " " + path, response.statusCode(), response.body());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private String base() {
    for (int tries = 0; tries < nodes.size(); tries++) {
      NodeProcess node = nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size()));
      if (node.isAlive()) {
        return "http://127.0.0.1:" + node.httpPort();
      }
    }
    return "http://127.0.0.1:" + nodes.getFirst().httpPort();
  }

  /** The ids of a search's hits, best first. */
  static List<Integer> ids(JsonNode answer) {
    return StreamSupport.stream(answer.at("/hits/hits").spliterator(), false)
        .map(hit -> Integer.valueOf(hit.get("_id").asText()))
        .toList();
  }

  /** A text as JSON. */
  static String quote(String text) {
    return JSON.valueToTree(text).toString();
  }

  /** A vector as JSON. */
  static String array(float[] vector) {
    StringBuilder out = new StringBuilder(vector.length * 12).append('[');
    for (int i = 0; i < vector.length; i++) {
      out.append(i == 0 ? "" : ",").append(vector[i]);
    }
    return out.append(']').toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
