/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Cairn's format and Lucene's, in two indices of the same cluster, asked the same questions. */
final class Measurement {
  private static final int[] WIDTHS = {10, 15, 25, 40, 65, 100};
  private static final int DEFAULT_WIDTH = 50;
  private static final int CLIENTS = 4;
  private static final int WARM_UP = 10_000;
  private static final double[] RECALLS = {.95, .97, .98, .99};

  private final Rest rest;
  private final HeldOut heldOut;
  private final List<Set<Integer>> exact;
  private final PrintStream out;

  /**
   * What searches with one width gave.
   *
   * @param recall share of the exact ten that was found
   * @param shardMillis query time of all shards together, for one request
   * @param clientMillis time of one request, asked one after the other
   * @param cpuMillis processor time of all nodes for one such request
   * @param perSecond requests a second, asked by several clients
   */
  private record Point(
      double recall, double shardMillis, double clientMillis, double cpuMillis, double perSecond) {
    Point towards(Point other, double share) {
      return new Point(
          recall + share * (other.recall - recall),
          shardMillis + share * (other.shardMillis - shardMillis),
          clientMillis + share * (other.clientMillis - clientMillis),
          cpuMillis + share * (other.cpuMillis - cpuMillis),
          perSecond + share * (other.perSecond - perSecond));
    }
  }

  Measurement(Rest rest, HeldOut heldOut, PrintStream out) {
    this.rest = rest;
    this.heldOut = heldOut;
    this.exact = heldOut.exact();
    this.out = out;
  }

  /** Loads an index and says what it cost. */
  void load(WordNetIndex index, String format, Progress.Factory progress) throws IOException {
    index.create(format);
    long start = System.nanoTime();
    long cpu = cpuMillis();
    try (Progress bar = progress.start("Loading " + format, 0, heldOut.documents().length)) {
      index.load(heldOut.documents(), bar);
    }
    awaitMerges(index.name());
    double seconds = (System.nanoTime() - start) / 1e9;
    rest.send("POST", "/" + index.name() + "/_flush", null);
    JsonNode total = rest.send("GET", "/" + index.name() + "/_stats", null).at("/_all/total");
    out.printf(
        Locale.ROOT,
        "%-7s loaded and merged in %.1f s, %.1f s of processor time; both copies: indexing %.1f s,"
            + " refreshing %.1f s, flushing %.1f s, merging %.1f s; %d segments, %.0f MiB%n",
        format,
        seconds,
        (cpuMillis() - cpu) / 1e3,
        total.at("/indexing/index_time_in_millis").asLong() / 1e3,
        total.at("/refresh/total_time_in_millis").asLong() / 1e3,
        total.at("/flush/total_time_in_millis").asLong() / 1e3,
        total.at("/merges/total_time_in_millis").asLong() / 1e3,
        total.at("/segments/count").asLong(),
        total.at("/store/size_in_bytes").asLong() / (1024.0 * 1024));
  }

  /** Makes the nodes' compilers see both formats before anything is measured. */
  void warmUp(WordNetIndex cairn, WordNetIndex lucene, Progress.Factory progress)
      throws IOException {
    int[] some = Arrays.copyOf(heldOut.documents(), Math.min(WARM_UP, heldOut.documents().length));
    cairn.create("cairn");
    lucene.create("lucene");
    try (Progress bar = progress.start("Warming up", 0, 2L * some.length)) {
      cairn.load(some, bar);
      lucene.load(some, bar);
    }
    for (int i = 0; i < 2; i++) {
      ask(cairn.name(), q -> body(heldOut.query(q), DEFAULT_WIDTH, true));
      ask(lucene.name(), q -> body(heldOut.query(q), DEFAULT_WIDTH, false));
    }
    rest.send("DELETE", "/" + cairn.name() + "," + lucene.name(), null);
  }

  private void awaitMerges(String index) throws IOException {
    while (rest.send("GET", "/" + index + "/_stats/merge", null)
            .at("/_all/total/merges/current")
            .asInt()
        > 0) {
      LocalCluster.pause(200);
    }
  }

  /** Merges each shard into one segment, and says what that cost. */
  void mergeAll(WordNetIndex index, String format) throws IOException {
    long start = System.nanoTime();
    long cpu = cpuMillis();
    rest.send("POST", "/" + index.name() + "/_forcemerge?max_num_segments=1", null);
    out.printf(
        Locale.ROOT,
        "%-7s merged into one segment a shard in %.1f s, %.1f s of processor time%n",
        format,
        (System.nanoTime() - start) / 1e9,
        (cpuMillis() - cpu) / 1e3);
  }

  /** Asks both indices with ever wider searches and compares them at equal recall. */
  void compare(String cairn, String lucene) throws IOException {
    ask(lucene, i -> body(heldOut.query(i), DEFAULT_WIDTH, false));
    ask(cairn, i -> body(heldOut.query(i), DEFAULT_WIDTH, true));
    out.printf(
        "%-8s %5s %8s %16s %12s %12s %12s%n",
        "format", "width", "recall", "shards' ms/query", "request ms", "CPU ms", "requests/s");
    // what HTTP, JSON and asking three shards cost by themselves
    print("nothing", 0, measure(cairn, i -> nothing(heldOut.query(i))));
    List<Point> ours = new ArrayList<>();
    List<Point> theirs = new ArrayList<>();
    // in turn, so that what else the machine does meets both
    for (int width : WIDTHS) {
      ours.add(measured(cairn, "cairn", width));
      theirs.add(measured(lucene, "lucene", width));
    }
    out.println("At defaults:");
    measured(cairn, "cairn", DEFAULT_WIDTH);
    out.printf("%nAt equal recall, Lucene's figures and Cairn's:%n");
    for (double recall : RECALLS) {
      Point mine = at(ours, recall);
      Point other = at(theirs, recall);
      if (mine != null && other != null) {
        out.printf(
            Locale.ROOT,
            "%.2f  shards' ms/query %.3f and %.3f (%.2fx), request ms %.2f and %.2f,"
                + " CPU ms %.2f and %.2f, requests/s %.0f and %.0f (%.2fx)%n",
            recall,
            other.shardMillis,
            mine.shardMillis,
            other.shardMillis / mine.shardMillis,
            other.clientMillis,
            mine.clientMillis,
            other.cpuMillis,
            mine.cpuMillis,
            other.perSecond,
            mine.perSecond,
            mine.perSecond / other.perSecond);
      }
    }
  }

  private Point measured(String index, String format, int width) throws IOException {
    boolean hasWidth = format.equals("cairn");
    Point point = measure(index, i -> body(heldOut.query(i), width, hasWidth));
    print(format, width, point);
    return point;
  }

  private void print(String format, int width, Point point) {
    out.printf(
        Locale.ROOT,
        "%-8s %5d %8.4f %16.3f %12.2f %12.2f %12.0f%n",
        format,
        width,
        point.recall,
        point.shardMillis,
        point.clientMillis,
        point.cpuMillis,
        point.perSecond);
  }

  /** Between two measured points; null where none was measured on one side. */
  private static Point at(List<Point> points, double recall) {
    for (int i = 1; i < points.size(); i++) {
      Point low = points.get(i - 1);
      Point high = points.get(i);
      if (low.recall <= recall && recall <= high.recall && low.recall < high.recall) {
        return low.towards(high, (recall - low.recall) / (high.recall - low.recall));
      }
    }
    return null;
  }

  private interface Body {
    String of(int query);
  }

  private Point measure(String index, Body body) throws IOException {
    long queryMillis = queryMillis(index);
    long cpu = cpuMillis();
    double[] recall = new double[1];
    double client = oneByOne(index, body, recall);
    double count = heldOut.count();
    double shards = (queryMillis(index) - queryMillis) / count;
    double processors = (cpuMillis() - cpu) / count;
    return new Point(recall[0], shards, client, processors, ask(index, body));
  }

  /** Milliseconds of a request, one client asking; and the recall of the answers. */
  private double oneByOne(String index, Body body, double[] recall) throws IOException {
    double found = 0;
    long nanos = 0;
    for (int i = 0; i < heldOut.count(); i++) {
      String request = body.of(i);
      long start = System.nanoTime();
      String answer = rest.sendRaw("POST", "/" + index + "/_search", request);
      nanos += System.nanoTime() - start;
      found +=
          Rest.ids(Rest.parse(answer)).stream().filter(exact.get(i)::contains).count()
              / (double) HeldOut.K;
    }
    recall[0] = found / heldOut.count();
    return nanos / 1e6 / heldOut.count();
  }

  /** Requests a second, several clients asking every question once. */
  private double ask(String index, Body body) throws IOException {
    List<String> bodies = IntStream.range(0, heldOut.count()).mapToObj(body::of).toList();
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        running.add(
            clients.submit(
                () -> {
                  for (int i = next.getAndIncrement();
                      i < bodies.size();
                      i = next.getAndIncrement()) {
                    rest.sendRaw("POST", "/" + index + "/_search", bodies.get(i));
                  }
                  return null;
                }));
      }
      for (Future<?> client : running) {
        client.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException("asking failed: " + e.getMessage(), e);
    }
    return bodies.size() / ((System.nanoTime() - start) / 1e9);
  }

  /** Processor time that the nodes have used since they were started. */
  private long cpuMillis() throws IOException {
    long millis = 0;
    for (JsonNode node : rest.send("GET", "/_nodes/stats/process", null).get("nodes")) {
      millis += node.at("/process/cpu/total_in_millis").asLong();
    }
    return millis;
  }

  private long queryMillis(String index) throws IOException {
    return rest.send("GET", "/" + index + "/_stats/search", null)
        .at("/_all/total/search/query_time_in_millis")
        .asLong();
  }

  /**
   * A search. Lucene's format has no width apart from k, so there each shard finds as many hits as
   * the search is wide, and the ten best are returned all the same.
   */
  private static String body(float[] vector, int width, boolean hasWidth) {
    return request(
        vector, hasWidth ? "\"k\":" + HeldOut.K + ",\"ef_search\":" + width : "\"k\":" + width);
  }

  private static String nothing(float[] vector) {
    return request(vector, "\"k\":10,\"filter\":{\"match_none\":{}}");
  }

  private static String request(float[] vector, String rest) {
    return "{\"size\":"
        + HeldOut.K
        + ",\"_source\":false,\"query\":{\"cairn\":{\"field\":\"vector\",\"vector\":"
        + Rest.array(vector)
        + ","
        + rest
        + "}}}";
  }
}
