/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node's JVM, which can be killed and started again over the same data. */
final class NodeProcess {
  private final String name;
  private final int httpPort;
  private final List<String> command = new ArrayList<>();
  private final Path log;
  private Process process;

  /**
   * A node that is not started yet.
   *
   * @param directory holds its data and its log
   * @param heap the JVM's heap, such as 1g
   * @param seeds transport addresses of all nodes, separated by commas
   * @param names names of all nodes, separated by commas
   */
  NodeProcess(
      String name,
      Path directory,
      String heap,
      int httpPort,
      int transportPort,
      String seeds,
      String names) {
    this.name = name;
    this.httpPort = httpPort;
    this.log = directory.resolve(name + ".log");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xms" + heap,
            "-Xmx" + heap,
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dlog4j2.level=WARN",
            "-cp",
            System.getProperty("java.class.path"),
            LocalNode.class.getName(),
            "cluster.name=cairn-local",
            "node.name=" + name,
            "path.home=" + directory.resolve(name),
            "network.host=127.0.0.1",
            "http.port=" + httpPort,
            "transport.port=" + transportPort,
            "discovery.seed_hosts=" + seeds,
            "cluster.initial_cluster_manager_nodes=" + names,
            // a developer's disk is rarely as empty as OpenSearch wants a server's
            "cluster.routing.allocation.disk.threshold_enabled=false"));
  }

  void start() throws IOException {
    Files.createDirectories(log.getParent());
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  /** Ends the process at once, as a crash would. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  String name() {
    return name;
  }

  int httpPort() {
    return httpPort;
  }

  /** What it said last, for a person to see why it did not start. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }
}
