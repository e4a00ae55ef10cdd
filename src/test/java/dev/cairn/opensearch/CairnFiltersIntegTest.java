/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which documents are searched and counted: filters of every kind, nested levels, radii. */
public class CairnFiltersIntegTest extends CairnClusterTestCase {
  private static final int DOCUMENTS = 60;
  private static final int DIMENSION = 4;
  private static final String VECTOR =
      "{\"type\": \"cairn_vector\", \"dimension\": " + DIMENSION + "}";
  private static final String RED = "{\"term\": {\"color\": \"red\"}}";
  private static final String SECOND_PAGE = "{\"term\": {\"parts.page\": 2}}";

  private final float[][] vectors = vectors(41, 2 * DOCUMENTS, DIMENSION);
  private final float[] target = vectors(42, 1, DIMENSION)[0];

  /** Every third document is red, every second says beta; each has a first and a second page. */
  private void create(String index, String nested) throws IOException {
    send(
        "PUT",
        "/" + index,
        "{"
            + SETTINGS.replace("shards\": 3", "shards\": 1")
            + ", \"mappings\": {\"properties\": {\"v\": "
            + VECTOR
            + ", \"color\": {\"type\": \"keyword\"}, \"words\": {\"type\": \"text\"},"
            + " \"n\": {\"type\": \"integer\"}, \"parts\": {\"type\": \"nested\""
            + nested
            + ", \"properties\": {\"page\": {\"type\": \"integer\"}, \"v\": "
            + VECTOR
            + "}}}}}");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      lines.add("{\"index\": {\"_id\": \"" + i + "\"}}");
      String first = "{\"page\": 1, \"v\": " + json(vectors[i]) + "}";
      String second = "{\"page\": 2, \"v\": " + json(vectors[DOCUMENTS + i]) + "}";
      // a document around holds one vector of a field alone
      String parts = nested.isEmpty() ? "[" + first + ", " + second + "]" : first;
      lines.add(
          "{\"color\": \""
              + (i % 3 == 0 ? "red" : "blue")
              + "\", \"words\": \"alpha"
              + (i % 2 == 0 ? " beta" : "")
              + "\", \"n\": "
              + i
              + ", \"v\": "
              + json(vectors[i])
              + ", \"parts\": "
              + parts
              + "}");
    }
    bulk(index, lines);
  }

  private static int total(String index, String query) throws IOException {
    Map<String, Object> answer =
        send("POST", "/" + index + "/_search?size=0", "{\"query\": " + query + "}");
    return at(answer, "hits", "total", "value");
  }

  private String inParts(String rest) {
    return "{\"nested\": {\"path\": \"parts\", \"query\": "
        + cairn(target, rest).replace("\"v\"", "\"parts.v\"")
        + "}}";
  }

  private void assertPass(int expected, String filter) throws IOException {
    for (String kind : List.of("\"k\": 100", "\"exact\": true", "\"min_score\": 0.000001")) {
      String query = inParts(kind + ", \"filter\": " + filter);
      assertEquals(query, expected, total("leaves", query));
    }
  }

  /** Each part of a filter may speak of the nested documents or of those around them. */
  public void testFiltersOfNestedDocuments() throws IOException {
    create("leaves", "");
    assertPass(20, RED);
    assertPass(60, SECOND_PAGE);
    assertPass(20, "{\"bool\": {\"must\": [" + RED + ", " + SECOND_PAGE + "]}}");
    assertPass(40, "{\"bool\": {\"must_not\": [" + RED + "]}}");
    assertPass(40, "{\"bool\": {\"filter\": [" + SECOND_PAGE + "], \"must_not\": [" + RED + "]}}");
    assertPass(60, "{\"bool\": {\"should\": [" + RED + ", " + SECOND_PAGE + "]}}");
    assertPass(20, "{\"prefix\": {\"color\": \"re\"}}");
    assertPass(20, "{\"dis_max\": {\"queries\": [" + RED + "]}}");
    assertPass(20, "{\"constant_score\": {\"filter\": " + RED + "}}");
    assertPass(20, "{\"function_score\": {\"query\": " + RED + "}}");
    assertPass(30, "{\"match_phrase\": {\"words\": \"alpha beta\"}}");
    assertPass(60, "{\"exists\": {\"field\": \"words\"}}");
    assertPass(10, "{\"range\": {\"n\": {\"lt\": 10}}}");
    assertPass(2, "{\"ids\": {\"values\": [\"3\", \"5\"]}}");
    assertPass(60, "{\"match_all\": {}}");
    assertPass(0, "{\"match_none\": {}}");
    // the pages within a hit are those that pass
    Map<String, Object> answer =
        send(
            "POST",
            "/leaves/_search",
            "{\"query\": "
                + inParts(
                        "\"k\": 5, \"filter\": {\"bool\": {\"must\": ["
                            + RED
                            + ", "
                            + SECOND_PAGE
                            + "]}}")
                    .replace("\"path\"", "\"inner_hits\": {}, \"path\"")
                + "}");
    assertEquals(5, ids(answer).size());
    assertEquals(
        (Integer) 1,
        at(answer, "hits", "hits", 0, "inner_hits", "parts", "hits", "total", "value"));
    assertEquals(
        (Integer) 2,
        at(answer, "hits", "hits", 0, "inner_hits", "parts", "hits", "hits", 0, "_source", "page"));
  }

  /** Nested documents do not take the places of the hits around them, nor these theirs. */
  public void testNestedVectorsThatAreInTheDocumentAroundAsWell() throws IOException {
    for (String included : List.of("include_in_parent", "include_in_root")) {
      create(included, ", \"" + included + "\": true");
      String around = cairn(target, "\"k\": 10").replace("\"v\"", "\"parts.v\"");
      assertEquals(10, total(included, around));
      assertEquals(10, total(included, inParts("\"k\": 10")));
      assertEquals(10, total(included, around.replace("\"k\"", "\"filter\": " + RED + ", \"k\"")));
    }
  }

  /** A filter of the hybrid query takes nothing back that its queries demand. */
  public void testFilterOfHybrid() throws IOException {
    create("mixed", "");
    String redOrNone = "{\"bool\": {\"should\": [" + RED + ", {\"term\": {\"color\": \"none\"}}]}}";
    String constant = "{\"constant_score\": {\"filter\": " + redOrNone + "}}";
    String near = cairn(target, "\"k\": 60, \"filter\": " + redOrNone);
    for (String query : List.of(redOrNone, constant, near)) {
      String hybrid =
          "{\"cairn_hybrid\": {\"queries\": ["
              + query
              + "], \"filter\": {\"range\": {\"n\": {\"lt\": 30}}}}}";
      assertEquals(hybrid, 10, total("mixed", hybrid));
      Map<String, Object> validated =
          send("POST", "/mixed/_validate/query?explain=true", "{\"query\": " + hybrid + "}");
      assertEquals(validated.toString(), true, validated.get("valid"));
      Map<String, Object> wrong =
          send(
              "POST",
              "/mixed/_validate/query?explain=true",
              "{\"query\": " + hybrid.replace(query, near.replace("\"v\"", "\"words\"")) + "}");
      assertEquals(wrong.toString(), false, wrong.get("valid"));
    }
  }

  /** With a routing of their own, documents of several shards may share an id. */
  public void testHybridTellsDocumentsOfOneIdApart() throws IOException {
    send(
        "PUT",
        "/routed",
        "{" + SETTINGS + ", \"mappings\": {\"properties\": {\"v\": " + VECTOR + "}}}");
    for (int i = 0; i < DOCUMENTS; i++) {
      send("PUT", "/routed/_doc/0?routing=" + i, "{\"v\": " + json(vectors[i]) + "}");
    }
    send("POST", "/routed/_refresh", null);
    String near = cairn(target, "\"k\": 10");
    List<List<Object>> rankings = new ArrayList<>();
    for (String query : List.of(near, "{\"cairn_hybrid\": {\"queries\": [" + near + "]}}")) {
      List<Map<String, Object>> hits =
          at(send("POST", "/routed/_search", "{\"query\": " + query + "}"), "hits", "hits");
      rankings.add(hits.stream().map(hit -> hit.get("_routing")).toList());
    }
    // one of each of the three shards
    assertEquals(3, rankings.get(0).size());
    assertEquals(rankings.get(0), rankings.get(1));
  }

  /** Where some shards fail, the answer says so, as that of a plain query does. */
  public void testHybridSaysWhichShardsFailed() throws IOException {
    create("sound", "");
    send(
        "PUT",
        "/other",
        "{"
            + SETTINGS.replace("shards\": 3", "shards\": 1")
            + ", \"mappings\": {\"properties\": {\"v\": {\"type\": \"keyword\"}}}}");
    send("PUT", "/other/_doc/1?refresh=true", "{\"v\": \"text\"}");
    String near = cairn(target, "\"k\": 10");
    for (String query :
        List.of(near, "{\"cairn_hybrid\": {\"queries\": [" + near + ", {\"match_all\": {}}]}}")) {
      Map<String, Object> answer =
          send("POST", "/sound,other/_search?size=60", "{\"query\": " + query + "}");
      assertEquals(query, (Integer) 1, at(answer, "_shards", "failed"));
      String reason = at(answer, "_shards", "failures", 0, "reason", "reason");
      assertTrue(reason, reason.contains("of type [keyword], not [cairn_vector]"));
      assertFalse(query, ids(answer).isEmpty());
    }
  }

  /** Counting alone drops the hits below {@code min_score} as well. */
  public void testCountWithMinScore() throws IOException {
    // without nested documents, which would have each hit looked at
    send(
        "PUT",
        "/counted",
        "{" + SETTINGS + ", \"mappings\": {\"properties\": {\"v\": " + VECTOR + "}}}");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      lines.add("{\"index\": {\"_id\": \"" + i + "\"}}");
      lines.add("{\"v\": " + json(vectors[i]) + "}");
    }
    bulk("counted", lines);
    List<String> order = nearest(vectors, target, 4, i -> i < DOCUMENTS);
    float fourth = (1 + dot(vectors[Integer.parseInt(order.get(3))], target)) / 2 - 1e-5f;
    String query = cairn(target, "\"k\": 50, \"ef_search\": 100, \"min_score\": " + fourth);
    assertEquals(4, send("POST", "/counted/_count", "{\"query\": " + query + "}").get("count"));
    assertEquals(4, total("counted", query));
  }
}
