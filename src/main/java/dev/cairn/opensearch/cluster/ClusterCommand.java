/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import dev.cairn.cli.Cairn;
import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.Terminal;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.CacheDirectory;
import dev.cairn.cli.data.EmbeddingCache;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.SentenceEmbedder;
import dev.cairn.cli.data.VectorFile;
import dev.cairn.cli.data.WordNetCorpus;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a cluster of three nodes with the plugin, loads WordNet into it and asks it questions. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    description =
        "Starts three OpenSearch nodes with the plugin on this machine, loads WordNet over HTTP and"
            + " answers questions by requests that it prints.")
public final class ClusterCommand implements Callable<Integer> {
  private static final int NODES = 3;
  private static final int HELD_OUT = 1000;
  private static final String INDEX = "wordnet";

  private final PrintStream out = System.out;
  private final Progress.Factory progress = ConsoleProgress::start;

  @Option(
      names = "--measure",
      description = "Instead of questions: recall, speed and cost beside Lucene's default format.")
  private boolean isMeasuring;

  @Option(
      names = "--kill",
      description = "Instead of questions: kill each node while documents are written and sought.")
  private boolean isKilling;

  @Option(
      names = "--keep",
      description = "Leave the cluster running until this command is stopped.")
  private boolean isKeeping;

  @Option(
      names = "--port",
      defaultValue = "9200",
      description = "HTTP port of the first node, the others follow (default ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--heap",
      defaultValue = "1g",
      description = "Heap of each node (default ${DEFAULT-VALUE}).")
  private String heap;

  @Option(
      names = "--documents",
      description = "Use the first so many documents alone, for a quick look.")
  private Integer documents;

  private ClusterCommand() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(Cairn.commandLine(new ClusterCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (documents != null) {
      WrongCall.checkAtLeast("--documents", 1, documents);
    }
    List<Synset> synsets = WordNetCorpus.load();
    Path cache = CacheDirectory.locate();
    try (SentenceEmbedder embedder = new SentenceEmbedder();
        VectorFile vectors =
            new EmbeddingCache(cache, progress, out::println)
                .vectors("wordnet-3.1", WordNetCorpus.glosses(synsets), embedder);
        LocalCluster cluster =
            LocalCluster.start(cache.resolve("cluster-" + port), NODES, port, heap)) {
      out.printf(
          "Three nodes at http://127.0.0.1:%d to %d, logs in %s%n",
          port, port + NODES - 1, cache.resolve("cluster-" + port));
      if (isMeasuring) {
        measure(cluster, synsets, vectors);
      } else if (isKilling) {
        new NodeKill(cluster, new WordNetIndex(cluster.rest(), "killed", synsets, vectors), out)
            .run();
      } else {
        answer(cluster, synsets, vectors, embedder);
      }
      if (isKeeping) {
        out.printf("%nThe cluster runs until this command is stopped.%n");
        new CountDownLatch(1).await();
      } else if (Terminal.isPresent()) {
        System.console().readLine("%nEnter ends the cluster. ");
      }
    }
    return 0;
  }

  private void answer(
      LocalCluster cluster, List<Synset> synsets, VectorFile vectors, SentenceEmbedder embedder)
      throws Exception {
    int count = count(synsets);
    WordNetIndex index = new WordNetIndex(cluster.rest(), INDEX, synsets, vectors);
    index.create("cairn");
    try (Progress bar = progress.start("Loading", 0, count)) {
      index.load(IntStream.range(0, count).toArray(), bar);
    }
    cluster.awaitGreen();
    String url = "http://127.0.0.1:" + port + "/" + INDEX;
    new Questions(
            cluster.rest(),
            embedder,
            CacheDirectory.locate().resolve("cluster-" + port).resolve("requests"),
            url,
            out)
        .answerAll(INDEX);
    out.printf("%ncurl -s '%s/_cairn/stats?pretty'%n", url);
    out.println(cluster.rest().send("GET", "/" + INDEX + "/_cairn/stats", null).toPrettyString());
  }

  private int count(List<Synset> synsets) {
    return documents == null ? synsets.size() : Math.min(documents, synsets.size());
  }

  private void measure(LocalCluster cluster, List<Synset> synsets, VectorFile vectors)
      throws Exception {
    HeldOut heldOut = new HeldOut(vectors, count(synsets), Math.min(HELD_OUT, count(synsets) / 10));
    Measurement measurement = new Measurement(cluster.rest(), heldOut, out);
    WordNetIndex cairn = new WordNetIndex(cluster.rest(), "cairn", synsets, vectors);
    WordNetIndex lucene = new WordNetIndex(cluster.rest(), "lucene", synsets, vectors);
    measurement.warmUp(cairn, lucene, progress);
    measurement.load(lucene, "lucene", progress);
    measurement.load(cairn, "cairn", progress);
    cluster.awaitGreen();
    out.printf("%nWith the segments that loading left:%n");
    measurement.compare(cairn.name(), lucene.name());
    measurement.mergeAll(cairn, "cairn");
    measurement.mergeAll(lucene, "lucene");
    out.printf("%nWith one segment a shard:%n");
    measurement.compare(cairn.name(), lucene.name());
  }
}
