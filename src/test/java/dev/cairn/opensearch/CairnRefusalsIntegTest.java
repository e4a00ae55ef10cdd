/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.Before;

/** What cannot be is refused with a status below 500 and a message that says why. */
public class CairnRefusalsIntegTest extends CairnClusterTestCase {
  private static final String TARGET = "[1, 0, 0]";

  @Before
  public void create() throws IOException {
    send(
        "PUT",
        "/right",
        "{"
            + SETTINGS
            + ", \"mappings\": {\"properties\": {\"title\": {\"type\": \"text\"},"
            + " \"parts\": {\"type\": \"nested\", \"properties\": {\"v\": {\"type\":"
            + " \"cairn_vector\", \"dimension\": 3}}},"
            + " \"cosine\": {\"type\": \"cairn_vector\", \"dimension\": 3},"
            + " \"dot\": {\"type\": \"cairn_vector\", \"dimension\": 3, \"similarity\":"
            + " \"dot_product\"},"
            + " \"bytes\": {\"type\": \"cairn_vector\", \"dimension\": 3, \"element_type\":"
            + " \"byte\", \"similarity\": \"l2\"}}}}");
    send("PUT", "/right/_doc/1?refresh=true", "{\"cosine\": [1, 2, 3], \"bytes\": [1, 2, -128]}");
  }

  private static void assertRefused(String method, String path, String body, String... messageParts)
      throws IOException {
    Refusal refusal = refusal(method, path, body);
    assertEquals(body + ": " + refusal, 400, refusal.status());
    for (String part : messageParts) {
      assertTrue(body + ": " + refusal + " lacks " + part, refusal.text().contains(part));
    }
  }

  private static void assertMappingRefused(String field, String... messageParts)
      throws IOException {
    assertRefused(
        "PUT",
        "/wrong",
        "{" + SETTINGS + ", \"mappings\": {\"properties\": {\"v\": " + field + "}}}",
        messageParts);
  }

  public void testMappings() throws IOException {
    String type = "{\"type\": \"cairn_vector\"";
    assertMappingRefused(type + "}", "field [v]", "[dimension] is required");
    assertMappingRefused(type + ", \"dimension\": 0}", "field [v]", "[dimension]", "got 0");
    assertMappingRefused(type + ", \"dimension\": 4097}", "from 1 to 4096, got 4097");
    assertMappingRefused(type + ", \"dimension\": \"wide\"}", "must be an integer, got [wide]");
    assertMappingRefused(type + ", \"dimension\": 2.5}", "must be an integer, got [2.5]");
    assertMappingRefused(
        type + ", \"dimension\": 3, \"similarity\": \"hamming\"}",
        "[similarity] must be one of [l2, dot_product, cosine, max_inner_product], got [hamming]");
    assertMappingRefused(
        type + ", \"dimension\": 3, \"element_type\": \"bit\"}",
        "[element_type] must be one of [float, byte], got [bit]");
    assertMappingRefused(
        type + ", \"dimension\": 3, \"m\": 1}", "[m] must be from 2 to 512, got 1");
    assertMappingRefused(
        type + ", \"dimension\": 3, \"ef_construction\": 0}", "[ef_construction]", "got 0");
    assertMappingRefused(
        type + ", \"dimension\": 3, \"ef_search\": 1000001}", "[ef_search]", "got 1000001");
    assertMappingRefused(type + ", \"dimension\": 3, \"dims\": 4}", "unknown parameter [dims]");
    assertMappingRefused(
        type + ", \"dimension\": 3, \"fields\": {\"raw\": {\"type\": \"keyword\"}}}",
        "field [v] of type [cairn_vector] has no [fields]");
    assertMappingRefused(
        "{\"type\": \"float\", \"fields\": {\"w\": " + type + ", \"dimension\": 3}}}",
        "field [w] of type [cairn_vector] cannot be among the [fields] of another field");
    assertRefused(
        "PUT",
        "/wrong",
        "{\"mappings\": {\"properties\": {\"v\": " + type + ", \"dimension\": 3}}}}",
        "field [v]",
        "{\\\"settings\\\": {\\\"index.cairn\\\": true}}");
    assertRefused(
        "PUT", "/wrong", "{\"settings\": {\"index.cairn\": \"maybe\"}}", "index.cairn", "maybe");
    assertRefused(
        "PUT",
        "/wrong",
        "{\"settings\": {\"index.cairn\": true, \"index.cairn.format\": \"faiss\"}}",
        "[index.cairn.format] must be [cairn] or [lucene], got [faiss]");
    assertRefused("PUT", "/right/_settings", "{\"index.cairn\": false}", "index.cairn");
  }

  public void testMappingUpdates() throws IOException {
    for (String change :
        List.of(
            "\"dimension\": 4",
            "\"dimension\": 3, \"similarity\": \"l2\"",
            "\"dimension\": 3, \"element_type\": \"byte\"")) {
      assertRefused(
          "PUT",
          "/right/_mapping",
          "{\"properties\": {\"cosine\": {\"type\": \"cairn_vector\", " + change + "}}}",
          "cosine",
          "Cannot update parameter");
    }
    assertRefused(
        "PUT",
        "/right/_mapping",
        "{\"properties\": {\"cosine\": {\"type\": \"keyword\"}}}",
        "cannot be changed from type [cairn_vector] to [keyword]");
    send(
        "PUT",
        "/right/_mapping",
        "{\"properties\": {\"cosine\": {\"type\": \"cairn_vector\", \"dimension\": 3, \"m\": 24,"
            + " \"ef_construction\": 80, \"ef_search\": 70}}}");
    Map<String, Object> field =
        at(send("GET", "/right/_mapping", null), "right", "mappings", "properties", "cosine");
    assertEquals(24, field.get("m"));
    assertEquals(80, field.get("ef_construction"));
    assertEquals(70, field.get("ef_search"));
  }

  public void testDocuments() throws IOException {
    assertDocumentRefused("{\"cosine\": [1, 2]}", "[cosine] has 2 elements", "[dimension] is 3");
    assertDocumentRefused("{\"cosine\": []}", "[cosine] has 0 elements");
    assertDocumentRefused("{\"cosine\": [1, 2, 3, 4]}", "[cosine] has 4 elements");
    assertDocumentRefused("{\"cosine\": [1, \"two\", 3]}", "element 1", "the text [two]");
    assertDocumentRefused("{\"cosine\": [1, null, 3]}", "element 1", "null");
    assertDocumentRefused("{\"cosine\": [1, 1e39, 3]}", "element 1", "finite in float32");
    assertDocumentRefused("{\"cosine\": [[1, 2, 3], [4, 5, 6]]}", "element 0", "an array");
    assertDocumentRefused("{\"cosine\": [{\"x\": 1}, 2, 3]}", "element 0", "an object");
    assertDocumentRefused("{\"cosine\": \"AAAA\"}", "an array of numbers", "the text [AAAA]");
    assertDocumentRefused("{\"cosine\": 1}", "an array of numbers", "got [1]");
    assertDocumentRefused("{\"cosine\": {\"x\": 1}}", "cosine");
    assertDocumentRefused("{\"cosine\": [0, 0, 0]}", "zero vector", "cosine");
    assertDocumentRefused("{\"cosine\": [1e-30, 0, 0]}", "zero vector, or as short");
    assertDocumentRefused("{\"cosine\": [2e19, 0, 0]}", "[cosine] is too long", "3.4e38");
    assertDocumentRefused("{\"dot\": [1, 1, 0]}", "must have length 1", "1.414");
    assertDocumentRefused("{\"bytes\": [1, 2, 128]}", "element 2", "from -128 to 127", "128.0");
    assertDocumentRefused("{\"bytes\": [1, 2.5, 3]}", "element 1", "integer", "2.5");
    // in a bulk, the others are not held up
    Map<String, Object> answer =
        send(
            "POST",
            "/right/_bulk?refresh=true",
            "{\"index\": {\"_id\": \"7\"}}\n{\"cosine\": [1, 2, 3]}\n"
                + "{\"index\": {\"_id\": \"8\"}}\n{\"cosine\": [1, 2]}\n"
                + "{\"index\": {\"_id\": \"9\"}}\n{\"cosine\": null, \"dot\": [0, 1, 0]}\n");
    assertEquals((Integer) 201, at(answer, "items", 0, "index", "status"));
    assertEquals((Integer) 400, at(answer, "items", 1, "index", "status"));
    assertEquals((Integer) 201, at(answer, "items", 2, "index", "status"));
    assertEquals(3, send("GET", "/right/_count", null).get("count"));
  }

  private static void assertDocumentRefused(String document, String... messageParts)
      throws IOException {
    assertRefused("POST", "/right/_doc", document, messageParts);
  }

  /** Two vectors of one field meet in one document only through an object that is not nested. */
  public void testTwoVectorsInOneDocument() throws IOException {
    send(
        "PUT",
        "/right/_mapping",
        "{\"properties\": {\"o\": {\"properties\": {\"v\": {\"type\": \"cairn_vector\","
            + " \"dimension\": 2}}}}}");
    assertDocumentRefused(
        "{\"o\": [{\"v\": [1, 2]}, {\"v\": [3, 4]}]}", "field [o.v]", "two vectors", "nested");
  }

  public void testQueries() throws IOException {
    assertQueryRefused("\"vector\": [1, 0, 0], \"k\": 3", "[cairn] [field] is required");
    assertQueryRefused("\"field\": \"cosine\", \"k\": 3", "[cairn] [vector] is required");
    assertQueryRefused("\"field\": \"cosine\", \"vector\": [1, 0, 0]", "[k] is required");
    assertQueryRefused(on("cosine", "\"k\": 0"), "[k] must be an integer from 1 to 10000, got [0]");
    assertQueryRefused(on("cosine", "\"k\": -3"), "[k] must be", "[-3]");
    assertQueryRefused(on("cosine", "\"k\": 10001"), "[k] must be", "[10001]");
    assertQueryRefused(on("cosine", "\"k\": \"ten\""), "[k] must be", "[ten]");
    assertQueryRefused(on("cosine", "\"k\": 2.5"), "[k] must be", "[2.5]");
    assertQueryRefused(on("cosine", "\"k\": 3, \"ef_search\": 0"), "[ef_search] must be", "[0]");
    assertQueryRefused(on("cosine", "\"k\": 3, \"ef\": 9"), "unknown part [ef]", "ef_search");
    assertQueryRefused(on("cosine", "\"k\": 3, \"boost\": -1"), "[boost]", "negative");
    assertQueryRefused(on("cosine", "\"min_score\": \"high\""), "[min_score]", "[high]");
    assertQueryRefused(on("cosine", "\"k\": 3, \"filter\": []"), "filter");
    assertQueryRefused(
        on("cosine", "\"k\": 3, \"filter\": {\"like\": {}}"), "unknown query [like]");
    assertQueryRefused(
        on("cosine", "\"k\": 3").replace(TARGET, "[1, 0]"), "has 2 elements", "[dimension] is 3");
    assertQueryRefused(on("cosine", "\"k\": 3").replace(TARGET, "[0, 0, 0]"), "zero vector");
    assertQueryRefused(on("cosine", "\"k\": 3").replace(TARGET, "[3e38, 0, 0]"), "is too long");
    assertQueryRefused(on("cosine", "\"k\": 3").replace(TARGET, "[1, 0, \"x\"]"), "element 2");
    assertQueryRefused(on("cosine", "\"k\": 3").replace(TARGET, "\"x\""), "array of numbers");
    assertQueryRefused(on("dot", "\"k\": 3").replace(TARGET, "[1, 1, 1]"), "must have length 1");
    assertQueryRefused(on("bytes", "\"k\": 3").replace(TARGET, "[1, 0.5, 0]"), "integer", "0.5");
    assertQueryRefused(on("nowhere", "\"k\": 3"), "field [nowhere] is not mapped");
    assertQueryRefused(on("title", "\"k\": 3"), "of type [text], not [cairn_vector]");
    assertQueryRefused(on("parts.v", "\"k\": 3"), "[nested] query with path [parts]");
    assertSearchRefused("{\"term\": {\"cosine\": 1}}", "use a [cairn] query");
    assertSearchRefused("{\"cairn\": [1, 2]}", "cairn");
    assertSearchRefused("{\"cairn_hybrid\": {\"queries\": []}}", "1 to 10 queries, got 0");
    assertSearchRefused(
        "{\"cairn_hybrid\": {\"queries\": [{\"cairn\": {" + on("title", "\"k\": 3") + "}}]}}",
        "of type [text]");
    assertRefused("POST", "/right/_search", "{\"sort\": [\"cosine\"]}", "cosine", "cairn_vector");
    assertRefused(
        "POST",
        "/right/_search",
        "{\"aggs\": {\"a\": {\"terms\": {\"field\": \"cosine\"}}}}",
        "cosine",
        "cairn_vector");
    // and nothing of it has hurt
    Map<String, Object> answer =
        send(
            "POST",
            "/right/_search",
            "{\"query\": {\"cairn\": {" + on("cosine", "\"k\": 3") + "}}}");
    assertEquals(List.of("1"), ids(answer));
    assertEquals(
        List.of(),
        ids(
            send(
                "POST",
                "/right/_search",
                "{\"query\": {\"cairn\": {"
                    + on("nowhere", "\"k\": 3, \"ignore_unmapped\": true")
                    + "}}}")));
    // a field that no document has yet
    assertEquals(
        List.of(),
        ids(
            send(
                "POST",
                "/right/_search",
                "{\"query\": {\"cairn\": {" + on("dot", "\"k\": 3") + "}}}")));
    ensureGreen("right");
  }

  private static String on(String field, String rest) {
    return "\"field\": \"" + field + "\", \"vector\": " + TARGET + ", " + rest;
  }

  private static void assertQueryRefused(String parts, String... messageParts) throws IOException {
    assertSearchRefused("{\"cairn\": {" + parts + "}}", messageParts);
  }

  private static void assertSearchRefused(String query, String... messageParts) throws IOException {
    assertRefused("POST", "/right/_search", "{\"query\": " + query + "}", messageParts);
  }
}
