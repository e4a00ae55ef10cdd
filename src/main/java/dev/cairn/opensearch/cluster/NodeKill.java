/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Kills each node in turn while documents are written and searched, and counts what is lost. */
final class NodeKill {
  private static final int QUERIES = 50;
  private static final long MILLIS_BEFORE = 3_000;
  private static final long MILLIS_AFTER = 12_000;

  private final LocalCluster cluster;
  private final WordNetIndex index;
  private final PrintStream out;

  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicInteger nextDocument = new AtomicInteger();

  NodeKill(LocalCluster cluster, WordNetIndex index, PrintStream out) {
    this.cluster = cluster;
    this.index = index;
    this.out = out;
  }

  /** Kills all nodes, one after the other; each comes back before the next goes. */
  void run() throws IOException {
    index.create("cairn");
    cluster.awaitGreen();
    for (NodeProcess node : cluster.nodes()) {
      kill(node);
    }
    verify();
  }

  /** What the searches of one round saw. */
  private static final class Searches {
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger partial = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
  }

  private void kill(NodeProcess node) throws IOException {
    AtomicBoolean isOver = new AtomicBoolean();
    Searches searches = new Searches();
    AtomicInteger failedWrites = new AtomicInteger();
    int before = acknowledged.size();
    try (ExecutorService load = Executors.newFixedThreadPool(2)) {
      Future<?> writer = load.submit(() -> write(isOver, failedWrites));
      Future<?> reader = load.submit(() -> search(isOver, searches));
      try {
        LocalCluster.pause(MILLIS_BEFORE);
        node.kill();
        LocalCluster.pause(MILLIS_AFTER);
      } finally {
        isOver.set(true);
      }
      writer.get();
      reader.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException("load failed: " + e.getMessage(), e);
    }
    out.printf(
        Locale.ROOT,
        "killed %s: %,d documents acknowledged meanwhile, %d bulks failed and were not; %,d"
            + " searches answered in full, %d in part, %d failed; longest wait for a full answer"
            + " %.1f s%n",
        node.name(),
        acknowledged.size() - before,
        failedWrites.get(),
        searches.answered.get(),
        searches.partial.get(),
        searches.failed.get(),
        searches.longestNanos.get() / 1e9);
    node.start();
    cluster.awaitNodes(cluster.nodes().size());
    cluster.awaitGreen();
  }

  private Void write(AtomicBoolean isOver, AtomicInteger failed) throws IOException {
    while (isOver.get() == false) {
      int from = nextDocument.getAndAdd(20);
      if (from + 20 > index.synsets().size()) {
        break;
      }
      StringBuilder lines = new StringBuilder();
      for (int i = from; i < from + 20; i++) {
        lines.append("{\"index\":{\"_id\":\"").append(i).append("\"}}\n");
        lines.append(index.document(i)).append('\n');
      }
      try {
        JsonNode answer =
            cluster.rest().send("POST", "/" + index.name() + "/_bulk", lines.toString());
        for (JsonNode item : answer.get("items")) {
          if (item.at("/index/status").asInt() < 300) {
            acknowledged.add(item.at("/index/_id").asInt());
          }
        }
      } catch (IOException e) {
        // as any client: not acknowledged, perhaps written
        failed.incrementAndGet();
        LocalCluster.pause(20);
      }
    }
    return null;
  }

  private Void search(AtomicBoolean isOver, Searches searches) throws IOException {
    long lastAnswer = System.nanoTime();
    for (int i = 0; isOver.get() == false; i++) {
      try {
        JsonNode answer = search(i % index.vectors().size(), 10, "");
        if (answer.at("/_shards/failed").asInt() == 0) {
          searches.answered.incrementAndGet();
          long now = System.nanoTime();
          searches.longestNanos.accumulateAndGet(now - lastAnswer, Math::max);
          lastAnswer = now;
        } else {
          searches.partial.incrementAndGet();
        }
      } catch (IOException e) {
        searches.failed.incrementAndGet();
        LocalCluster.pause(20);
      }
    }
    return null;
  }

  private JsonNode search(int position, int k, String more) throws IOException {
    return cluster
        .rest()
        .send(
            "POST",
            "/" + index.name() + "/_search",
            "{\"size\":"
                + k
                + ",\"_source\":false,\"query\":{\"cairn\":{\"field\":\"vector\",\"k\":"
                + k
                + more
                + ",\"vector\":"
                + Rest.array(index.vectors().row(position))
                + "}}}");
  }

  /** After recovery: every acknowledged document is there, and searches agree with exact ones. */
  private void verify() throws IOException {
    cluster.rest().send("POST", "/" + index.name() + "/_refresh", null);
    List<Integer> ids = acknowledged.stream().sorted().toList();
    int lost = 0;
    for (int from = 0; from < ids.size(); from += 1000) {
      String some =
          ids.subList(from, Math.min(from + 1000, ids.size())).stream()
              .map(id -> "\"" + id + "\"")
              .collect(Collectors.joining(","));
      JsonNode answer =
          cluster
              .rest()
              .send(
                  "POST", "/" + index.name() + "/_mget?_source=false", "{\"ids\":[" + some + "]}");
      for (JsonNode document : answer.get("docs")) {
        lost += document.get("found").asBoolean() ? 0 : 1;
      }
    }
    double recall = 0;
    for (int i = 0; i < QUERIES; i++) {
      List<Integer> exact = Rest.ids(search(i * 97, 10, ",\"exact\":true"));
      List<Integer> found = Rest.ids(search(i * 97, 10, ""));
      recall += found.stream().filter(exact::contains).count() / (double) exact.size() / QUERIES;
    }
    out.printf(
        Locale.ROOT,
        "after recovery: %d of %,d acknowledged documents lost; recall@10 against exact %.4f%n",
        lost,
        ids.size(),
        recall);
  }
}
