/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Nodes on this machine, each a JVM of its own; gone without a trace when closed. */
final class LocalCluster implements AutoCloseable {
  private static final int TRANSPORT_OFFSET = 100;
  private static final long START_MILLIS = 120_000;

  private final Path directory;
  private final List<NodeProcess> nodes;
  private final Rest rest;

  private LocalCluster(Path directory, List<NodeProcess> nodes) {
    this.directory = directory;
    this.nodes = nodes;
    this.rest = new Rest(nodes);
  }

  /**
   * Starts a cluster and waits for all of its nodes.
   *
   * @param directory holds everything; what is in it is deleted, before and after
   * @param count how many nodes
   * @param firstPort HTTP port of the first node, the others follow
   */
  static LocalCluster start(Path directory, int count, int firstPort, String heap)
      throws IOException {
    delete(directory);
    String seeds =
        IntStream.range(0, count)
            .mapToObj(i -> "127.0.0.1:" + (firstPort + TRANSPORT_OFFSET + i))
            .collect(Collectors.joining(","));
    String names =
        IntStream.range(0, count).mapToObj(LocalCluster::name).collect(Collectors.joining(","));
    List<NodeProcess> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(
          new NodeProcess(
              name(i),
              directory,
              heap,
              firstPort + i,
              firstPort + TRANSPORT_OFFSET + i,
              seeds,
              names));
    }
    LocalCluster cluster = new LocalCluster(directory, List.copyOf(nodes));
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::stop));
    try {
      for (NodeProcess node : nodes) {
        node.start();
      }
      cluster.awaitNodes(count);
    } catch (Throwable failure) {
      cluster.close();
      throw failure;
    }
    return cluster;
  }

  private static String name(int i) {
    return "node-" + (i + 1);
  }

  List<NodeProcess> nodes() {
    return nodes;
  }

  Rest rest() {
    return rest;
  }

  /** Waits until the cluster has so many nodes. */
  void awaitNodes(int count) throws IOException {
    long deadline = System.currentTimeMillis() + START_MILLIS;
    while (true) {
      try {
        if (rest.send("GET", "/_cluster/health?local=false", null).get("number_of_nodes").asInt()
            == count) {
          return;
        }
      } catch (IOException e) {
        for (NodeProcess node : nodes) {
          if (node.isAlive() == false && System.currentTimeMillis() < deadline - START_MILLIS / 2) {
            throw new IOException(node.name() + " did not start:\n" + node.lastWords(), e);
          }
        }
      }
      if (System.currentTimeMillis() > deadline) {
        throw new IOException("no cluster of " + count + " nodes in time; see " + directory);
      }
      pause(200);
    }
  }

  /** Waits until every copy of every shard is there. */
  void awaitGreen() throws IOException {
    rest.send("GET", "/_cluster/health?wait_for_status=green&timeout=300s", null);
  }

  static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void stop() {
    nodes.forEach(NodeProcess::kill);
  }

  @Override
  public void close() throws IOException {
    rest.close();
    stop();
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
