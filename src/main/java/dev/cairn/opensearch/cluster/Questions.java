/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.cli.data.TextEmbedder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The questions of the demo, as requests that a person can send again. */
final class Questions {
  private static final List<String> ALL =
      List.of(
          "fear of heights",
          "a person who cannot stop talking",
          "stealing someone else's writing",
          "the part of a ship where the captain stands",
          "marriage to more than one wife",
          "money paid to someone after retirement");
  private static final int SHOWN = 4;

  private final Rest rest;
  private final TextEmbedder embedder;
  private final Path directory;
  private final String url;
  private final PrintStream out;

  /**
   * @param directory where the requests are kept
   * @param url of the index
   */
  Questions(Rest rest, TextEmbedder embedder, Path directory, String url, PrintStream out) {
    this.rest = rest;
    this.embedder = embedder;
    this.directory = directory;
    this.url = url;
    this.out = out;
  }

  void answerAll(String index) throws IOException {
    Files.createDirectories(directory);
    for (String question : ALL) {
      out.printf("%n== %s%n", question);
      for (Map.Entry<String, String> kind : queries(question, "").entrySet()) {
        answer(index, question, kind.getKey(), kind.getValue());
      }
    }
    String verbs = "{\"term\": {\"part_of_speech\": \"verb\"}}";
    out.printf("%n== moving very fast, verbs only%n");
    answer(
        index,
        "moving very fast",
        "hybrid",
        queries("moving very fast", ", \"filter\": " + verbs).get("hybrid"));
  }

  /** By text, by vector, and by both. */
  private Map<String, String> queries(String question, String filter) throws IOException {
    String text =
        "{\"multi_match\": {\"query\": "
            + Rest.quote(question)
            + ", \"fields\": [\"gloss\", \"words^0.2\"], \"type\": \"most_fields\"}}";
    String vector =
        "{\"cairn\": {\"field\": \"vector\", \"vector\": "
            + Rest.array(embedder.embed(question))
            + ", \"k\": 100}}";
    Map<String, String> queries = new LinkedHashMap<>();
    queries.put("text", text);
    queries.put("vector", vector);
    queries.put(
        "hybrid",
        "{\"cairn_hybrid\": {\"queries\": [" + text + ", " + vector + "]" + filter + "}}");
    return queries;
  }

  private void answer(String index, String question, String kind, String query) throws IOException {
    String body =
        "{\"size\": " + SHOWN + ", \"_source\": [\"words\", \"gloss\"], \"query\": " + query + "}";
    String name = (question + " by " + kind).replaceAll("[^a-z]+", "-") + ".json";
    Path file = directory.resolve(name);
    Files.writeString(file, body);
    out.printf(
        "%ncurl -s '%s/_search?pretty' -H 'Content-Type: application/json' -d @%s%n", url, file);
    JsonNode answer = rest.send("POST", "/" + index + "/_search", body);
    for (JsonNode hit : answer.at("/hits/hits")) {
      String gloss = hit.at("/_source/gloss").asText();
      out.printf(
          Locale.ROOT,
          "  %.4f  %-30s %s%n",
          hit.get("_score").asDouble(),
          hit.at("/_source/words").asText(),
          gloss.substring(0, Math.min(70, gloss.length())));
    }
  }
}
