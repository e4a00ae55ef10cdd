/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.VectorFile;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * WordNet as an index: three shards, one replica, texts and vectors, loaded by bulk requests.
 *
 * @param rest where to send requests
 * @param name name of the index
 * @param synsets the documents, their ids being positions
 * @param vectors their vectors
 */
record WordNetIndex(Rest rest, String name, List<Synset> synsets, VectorFile vectors) {
  private static final int BULK = 500;
  private static final int LOADERS = 2;

  /** Makes the empty index; {@code format} is a value of {@code index.cairn.format}. */
  void create(String format) throws IOException {
    rest.send(
        "PUT",
        "/" + name,
        """
        {"settings": {"index.cairn": true, "index.cairn.format": "%s",
                      "number_of_shards": 3, "number_of_replicas": 1},
         "mappings": {"properties": {
           "words": {"type": "text"},
           "part_of_speech": {"type": "keyword"},
           "gloss": {"type": "text"},
           "vector": {"type": "cairn_vector", "dimension": %d, "similarity": "dot_product"}}}}
        """
            .formatted(format, vectors.dimension()));
  }

  /** Loads documents, given by their positions. */
  void load(int[] positions, Progress bar) throws IOException {
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService loaders = Executors.newFixedThreadPool(LOADERS)) {
      List<Future<?>> running =
          IntStream.range(0, LOADERS)
              .<Future<?>>mapToObj(
                  i ->
                      loaders.submit(
                          () -> {
                            for (int from = next.getAndAdd(BULK);
                                from < positions.length;
                                from = next.getAndAdd(BULK)) {
                              loadBulk(positions, from, Math.min(from + BULK, positions.length));
                              for (int n = from; n < from + BULK && n < positions.length; n++) {
                                bar.step();
                              }
                            }
                            return null;
                          }))
              .toList();
      for (Future<?> loader : running) {
        loader.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException("loading failed: " + e.getMessage(), e);
    }
    rest.send("POST", "/" + name + "/_refresh", null);
  }

  private void loadBulk(int[] positions, int from, int to) throws IOException {
    StringBuilder lines = new StringBuilder((to - from) * 5000);
    for (int i = from; i < to; i++) {
      lines.append("{\"index\":{\"_id\":\"").append(positions[i]).append("\"}}\n");
      lines.append(document(positions[i])).append('\n');
    }
    JsonNode answer = rest.send("POST", "/" + name + "/_bulk", lines.toString());
    if (answer.get("errors").asBoolean()) {
      throw new IOException("a bulk request failed in part: " + answer);
    }
  }

  /** A document as JSON. */
  String document(int position) {
    Synset synset = synsets.get(position);
    return "{\"words\":"
        + Rest.quote(String.join(", ", synset.words()))
        + ",\"part_of_speech\":\""
        + synset.partOfSpeech().label()
        + "\",\"gloss\":"
        + Rest.quote(synset.gloss())
        + ",\"vector\":"
        + Rest.array(vectors.row(position))
        + "}";
  }
}
