/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** An index through updates, deletes, merges, lost nodes, restarts, snapshots and resizing. */
@ClusterScope(
    scope = Scope.TEST,
    numDataNodes = 3,
    numClientNodes = 0,
    supportsDedicatedMasters = false)
public class CairnLifeIntegTest extends CairnClusterTestCase {
  private static final int DOCUMENTS = 600;
  private static final int DIMENSION = 16;

  private final float[][] vectors = vectors(17, DOCUMENTS, DIMENSION);
  private final float[][] queries = vectors(18, 6, DIMENSION);
  private final boolean[] isThere = new boolean[DOCUMENTS];

  private void create(String index, String replication) throws IOException {
    send(
        "PUT",
        "/" + index,
        "{"
            + SETTINGS.replace(
                "{\"index.cairn\"",
                "{\"index.replication.type\": \"" + replication + "\", \"index.cairn\"")
            + ", \"mappings\": {\"properties\": {\"v\": {\"type\": \"cairn_vector\","
            + " \"dimension\": "
            + DIMENSION
            + ", \"similarity\": \"l2\"}}}}");
    ensureGreen(index);
  }

  private String line(int i) {
    return "{\"v\": " + json(vectors[i]) + ", \"n\": " + i + "}";
  }

  private void index(String index, int from, int to) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lines.add("{\"index\": {\"_id\": \"" + i + "\"}}");
      lines.add(line(i));
      isThere[i] = true;
    }
    bulk(index, lines);
  }

  private void delete(String index, IntPredicate which) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      if (which.test(i) && isThere[i]) {
        lines.add("{\"delete\": {\"_id\": \"" + i + "\"}}");
        isThere[i] = false;
      }
    }
    bulk(index, lines);
  }

  /** A vector near to another, as long as it is. */
  private static float[] changed(float[] vector, float by) {
    float[] changed = vector.clone();
    changed[0] += by;
    float length = (float) Math.sqrt(dot(changed, changed));
    for (int i = 0; i < changed.length; i++) {
      changed[i] /= length;
    }
    return changed;
  }

  /** Every document that is there and no other is found, nearest first. */
  private void assertRight(String index) throws IOException {
    int count = (int) IntStream.range(0, DOCUMENTS).filter(i -> isThere[i]).count();
    assertEquals(count, send("GET", "/" + index + "/_count", null).get("count"));
    for (float[] target : queries) {
      Map<String, Object> answer =
          send(
              "POST",
              "/" + index + "/_search",
              "{\"query\": " + cairn(target, "\"k\": 10, \"ef_search\": 300") + "}");
      assertEquals((Integer) 0, at(answer, "_shards", "failed"));
      assertEquals(nearest(vectors, target, 10, i -> isThere[i]), ids(answer));
    }
  }

  /** From first document to full restart, with a node lost between, for one kind of replication. */
  private void live(String replication) throws Exception {
    create("life", replication);
    index("life", 0, 200);
    index("life", 200, 400);
    index("life", 400, DOCUMENTS);
    assertRightOnAllCopies();
    // updates: another document's vector, by partial update and by writing the document again
    for (int i = 0; i < 40; i++) {
      vectors[i] = changed(vectors[i + 100], .01f * (i + 1));
    }
    List<String> updates = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      updates.add("{\"" + (i % 2 == 0 ? "update" : "index") + "\": {\"_id\": \"" + i + "\"}}");
      updates.add(i % 2 == 0 ? "{\"doc\": {\"v\": " + json(vectors[i]) + "}}" : line(i));
    }
    bulk("life", updates);
    delete("life", i -> i % 5 == 1);
    assertRightOnAllCopies();
    // a wider graph from now on, merged with the old ones
    send(
        "PUT",
        "/life/_mapping",
        "{\"properties\": {\"v\": {\"type\": \"cairn_vector\", \"dimension\": "
            + DIMENSION
            + ", \"similarity\": \"l2\", \"m\": 24}}}");
    index("life", 0, 40);
    send("POST", "/life/_forcemerge?max_num_segments=1", null);
    send("POST", "/life/_refresh", null);
    assertRightOnAllCopies();
    // a replica that is behind when it becomes the primary writes segments under names that others
    // have seen before; copies with those then fail, whatever the format
    waitForReplication("life");
    internalCluster().stopRandomDataNode();
    index("life", 1, 2);
    ensureGreen("life");
    assertRightOnAllCopies();
    delete("life", i -> i % 7 == 3);
    internalCluster().fullRestart();
    useNewPorts();
    ensureGreen("life");
    assertRightOnAllCopies();
  }

  /** Whichever copy of a shard answers; segment replication brings replicas up a moment later. */
  private void assertRightOnAllCopies() throws Exception {
    assertBusy(
        () -> {
          for (int i = 0; i < 3; i++) {
            assertRight("life");
          }
        });
  }

  public void testDocumentReplication() throws Exception {
    live("DOCUMENT");
  }

  public void testSegmentReplication() throws Exception {
    live("SEGMENT");
  }

  public void testSnapshotRestoreShrinkAndSplit() throws Exception {
    String repository = randomRepoPath().toString();
    send(
        "PUT",
        "/_snapshot/store",
        "{\"type\": \"fs\", \"settings\": {\"location\": \"" + repository + "\"}}");
    create("kept", "DOCUMENT");
    index("kept", 0, 300);
    index("kept", 300, DOCUMENTS);
    delete("kept", i -> i % 9 == 2);
    send("PUT", "/_snapshot/store/one?wait_for_completion=true", "{\"indices\": \"kept\"}");
    boolean[] then = Arrays.copyOf(isThere, DOCUMENTS);
    delete("kept", i -> i % 2 == 0);
    send("DELETE", "/kept", null);
    send("POST", "/_snapshot/store/one/_restore?wait_for_completion=true", "{}");
    System.arraycopy(then, 0, isThere, 0, DOCUMENTS);
    ensureGreen("kept");
    assertRight("kept");
    Refusal refusal =
        refusal(
            "POST",
            "/_snapshot/store/one/_restore",
            "{\"rename_pattern\": \"kept\", \"rename_replacement\": \"bare\","
                + " \"ignore_index_settings\": [\"index.cairn\"]}");
    assertTrue(refusal.toString(), refusal.text().contains("setting [index.cairn]"));

    send("PUT", "/kept/_settings", "{\"index.blocks.write\": true}");
    for (String setting : List.of("false", "null")) {
      Refusal withoutCodec =
          refusal(
              "POST", "/kept/_clone/bare", "{\"settings\": {\"index.cairn\": " + setting + "}}");
      assertEquals(withoutCodec.toString(), 400, withoutCodec.status());
      String said = "index [bare] is made from [kept], so its setting [index.cairn] must be [true]";
      assertTrue(withoutCodec.toString(), withoutCodec.text().contains(said));
    }
    send("POST", "/kept/_split/six", "{\"settings\": {\"index.number_of_shards\": 6}}");
    ensureGreen("six");
    assertRight("six");
    String node = internalCluster().getDataNodeNames().iterator().next();
    send(
        "PUT",
        "/kept/_settings",
        "{\"index.routing.allocation.require._name\": \""
            + node
            + "\", \"index.number_of_replicas\": 0}");
    ensureGreen("kept");
    send(
        "POST",
        "/kept/_shrink/single",
        "{\"settings\": {\"index.number_of_shards\": 1, \"index.number_of_replicas\": 1,"
            + " \"index.routing.allocation.require._name\": null}}");
    ensureGreen("single");
    assertRight("single");
    send("POST", "/single/_forcemerge?max_num_segments=1", null);
    assertRight("single");
  }

  /** A codec for each name that {@code index.codec} takes. */
  public void testCodecs() throws Exception {
    for (String codec : List.of("default", "best_compression", "lucene_default", "Lucene104")) {
      String index = "codec_" + codec.toLowerCase(Locale.ROOT);
      send(
          "PUT",
          "/" + index,
          "{"
              + SETTINGS.replace("\"default\"", "\"" + codec + "\"")
              + ", \"mappings\": {\"properties\": {\"v\": {\"type\": \"cairn_vector\","
              + " \"dimension\": "
              + DIMENSION
              + ", \"similarity\": \"l2\"}}}}");
      index(index, 0, 100);
      Map<String, Object> stats = send("GET", "/" + index + "/_cairn/stats", null);
      assertTrue(
          codec + stats, (Integer) at(stats, "indices", index, "fields", "v", "graph_bytes") > 0);
      send("DELETE", "/" + index, null);
    }
  }

  /** Documents of the other format are found by the same queries. */
  public void testLuceneFormat() throws Exception {
    send(
        "PUT",
        "/plain",
        "{"
            + SETTINGS.replace(
                "{\"index.cairn\"", "{\"index.cairn.format\": \"lucene\", \"index.cairn\"")
            + ", \"mappings\": {\"properties\": {\"v\": {\"type\": \"cairn_vector\","
            + " \"dimension\": "
            + DIMENSION
            + ", \"similarity\": \"l2\"}}}}");
    index("plain", 0, 300);
    double recall = 0;
    for (float[] target : queries) {
      recall +=
          share(
                  nearest(vectors, target, 10, i -> isThere[i]),
                  ids(
                      send(
                          "POST",
                          "/plain/_search",
                          "{\"query\": " + cairn(target, "\"k\": 30") + "}")))
              / queries.length;
    }
    assertTrue("recall " + recall, recall > .95);
    Map<String, Object> stats = send("GET", "/plain/_cairn/stats", null);
    assertEquals((Integer) 0, at(stats, "indices", "plain", "fields", "v", "graph_bytes"));
    assertEquals((Integer) 300, at(stats, "indices", "plain", "fields", "v", "vectors"));
  }
}
