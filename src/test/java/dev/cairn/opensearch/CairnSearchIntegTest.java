/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.AfterClass;
import org.opensearch.test.OpenSearchIntegTestCase.SuiteScopeTestCase;

/** Searches of every kind against brute force, over one index of three shards. */
@SuiteScopeTestCase
public class CairnSearchIntegTest extends CairnClusterTestCase {
  private static final int DOCUMENTS = 900;
  private static final int DIMENSION = 24;
  private static final String[] COLORS = {"red", "green", "blue", "grey"};
  private static final IntPredicate HAS_VECTOR = i -> i % 11 != 0;

  private static float[][] vectors;
  private static float[][] queries;

  /** Document i: a color, its number, words, and its vector; every eleventh has none. */
  @Override
  protected void setupSuiteScopeCluster() throws IOException {
    vectors = vectors(7, DOCUMENTS, DIMENSION);
    queries = vectors(8, 8, DIMENSION);
    send(
        "PUT",
        "/near",
        "{"
            + SETTINGS
            + ", \"mappings\": {\"properties\": {"
            + "\"color\": {\"type\": \"keyword\"}, \"n\": {\"type\": \"integer\"},"
            + " \"words\": {\"type\": \"text\"},"
            + " \"also\": {\"type\": \"alias\", \"path\": \"v\"},"
            + " \"v\": {\"type\": \"cairn_vector\", \"dimension\": "
            + DIMENSION
            + ", \"similarity\": \"dot_product\"}}}}");
    // several bulks with refreshes: several segments in each shard
    for (int from = 0; from < DOCUMENTS; from += 300) {
      List<String> lines = new ArrayList<>();
      for (int i = from; i < from + 300; i++) {
        lines.add("{\"index\": {\"_id\": \"" + i + "\"}}");
        lines.add(
            "{\"color\": \""
                + color(i)
                + "\", \"n\": "
                + i
                + ", \"words\": \""
                + (i % 50 == 0 ? "rare " : "")
                + "common "
                + color(i)
                + "\""
                + (HAS_VECTOR.test(i) ? ", \"v\": " + json(vectors[i]) : "")
                + "}");
      }
      bulk("near", lines);
    }
    ensureGreen("near");
  }

  /** Here the framework keeps its HTTP client for the suite, and does not close it. */
  @AfterClass
  public static void forget() throws IOException {
    getRestClient().close();
    vectors = null;
    queries = null;
  }

  private static String color(int i) {
    return COLORS[i % COLORS.length];
  }

  private static Map<String, Object> search(String body) throws IOException {
    // the same copies of the shards each time: equal scores are ranked differently by others
    Map<String, Object> answer = send("POST", "/near/_search?preference=same", body);
    assertEquals(answer.toString(), (Integer) 0, at(answer, "_shards", "failed"));
    return answer;
  }

  private static String query(String query) {
    return "{\"query\": " + query + "}";
  }

  public void testNearest() throws IOException {
    double recall = 0;
    for (float[] target : queries) {
      Map<String, Object> answer = search(query(cairn(target, "\"k\": 10")));
      recall += share(nearest(vectors, target, 10, HAS_VECTOR), ids(answer)) / queries.length;
      // scores are those of Lucene's similarity, exactly
      float best = dot(vectors[Integer.parseInt(ids(answer).get(0))], target);
      double score = at(answer, "hits", "hits", 0, "_score");
      assertEquals((1 + best) / 2, score, 1e-5);
      // k hits of each of three shards
      assertEquals((Integer) 30, at(answer, "hits", "total", "value"));
    }
    assertTrue("recall " + recall, recall > .97);
  }

  public void testEfSearchBoostAndAlias() throws IOException {
    float[] target = queries[0];
    Map<String, Object> plain = search(query(cairn(target, "\"k\": 5, \"ef_search\": 400")));
    assertEquals(nearest(vectors, target, 5, HAS_VECTOR), ids(plain).subList(0, 5));
    Map<String, Object> boosted =
        search(
            query(
                cairn(target, "\"k\": 5, \"ef_search\": 400, \"boost\": 3")
                    .replace("\"v\"", "\"also\"")));
    assertEquals(ids(plain), ids(boosted));
    double score = at(plain, "hits", "hits", 0, "_score");
    double tripled = at(boosted, "hits", "hits", 0, "_score");
    assertEquals(3 * score, tripled, 1e-5);
  }

  public void testFilter() throws IOException {
    double recall = 0;
    for (float[] target : queries) {
      Map<String, Object> answer =
          search(
              query(
                  cairn(
                      target,
                      "\"k\": 10, \"ef_search\": 100, \"filter\": {\"bool\": {\"must\":"
                          + " [{\"term\": {\"color\": \"red\"}}, {\"range\": {\"n\": {\"lt\": 700}}}]}}")));
      IntPredicate accepted = i -> HAS_VECTOR.test(i) && i % 4 == 0 && i < 700;
      recall += share(nearest(vectors, target, 10, accepted), ids(answer)) / queries.length;
    }
    assertTrue("recall " + recall, recall > .97);
    // a filter that nothing passes, and one that a single document does
    assertEquals(
        List.of(),
        ids(
            search(
                query(
                    cairn(
                        queries[0], "\"k\": 10, \"filter\": {\"term\": {\"color\": \"pink\"}}")))));
    assertEquals(
        List.of("13"),
        ids(search(query(cairn(queries[0], "\"k\": 10, \"filter\": {\"term\": {\"n\": 13}}")))));
  }

  public void testRadius() throws IOException {
    float[] target = queries[1];
    List<String> order = nearest(vectors, target, DOCUMENTS, HAS_VECTOR);
    float radius = (1 + dot(vectors[Integer.parseInt(order.get(40))], target)) / 2 - 1e-6f;
    Map<String, Object> all =
        search("{\"size\": 100, \"query\": " + cairn(target, "\"min_score\": " + radius) + "}");
    assertEquals(1, share(order.subList(0, 41), ids(all)), .03);
    assertTrue("" + ids(all).size(), ids(all).size() <= 41);
    // a radius beside k only drops hits
    Map<String, Object> few =
        search(query(cairn(target, "\"k\": 3, \"ef_search\": 400, \"min_score\": " + radius)));
    assertEquals(order.subList(0, 3), ids(few).subList(0, 3));
    assertTrue(ids(few).size() <= 9);
    assertEquals(List.of(), ids(search(query(cairn(target, "\"k\": 3, \"min_score\": 1.001")))));
    // and is one of scores before boosts
    assertEquals(
        ids(few),
        ids(
            search(
                query(
                    cairn(
                        target,
                        "\"k\": 3, \"ef_search\": 400, \"boost\": 0.01, \"min_score\": "
                            + radius)))));
  }

  public void testExact() throws IOException {
    float[] target = queries[2];
    Map<String, Object> answer = search(query(cairn(target, "\"exact\": true")));
    assertEquals(nearest(vectors, target, 10, HAS_VECTOR), ids(answer));
    int withVector = (int) IntStream.range(0, DOCUMENTS).filter(HAS_VECTOR).count();
    assertEquals((Integer) withVector, at(answer, "hits", "total", "value"));
    Map<String, Object> filtered =
        search(
            query(cairn(target, "\"exact\": true, \"filter\": {\"term\": {\"color\": \"blue\"}}")));
    assertEquals(
        nearest(vectors, target, 10, i -> HAS_VECTOR.test(i) && i % 4 == 2), ids(filtered));
  }

  public void testBool() throws IOException {
    float[] target = queries[3];
    Map<String, Object> answer =
        search(
            "{\"size\": 60, \"query\": {\"bool\": {\"should\": ["
                + cairn(
                    target, "\"k\": 10, \"ef_search\": 400, \"boost\": 100, \"_name\": \"near\"")
                + ", {\"match\": {\"words\": {\"query\": \"rare\", \"_name\": \"text\"}}}]}}}");
    // ten of each shard and eighteen rare ones, some of them both
    List<String> rare =
        IntStream.range(0, DOCUMENTS).filter(i -> i % 50 == 0).mapToObj(String::valueOf).toList();
    assertTrue(ids(answer).containsAll(rare));
    assertTrue(ids(answer).containsAll(nearest(vectors, target, 10, HAS_VECTOR)));
    List<Map<String, Object>> hits = at(answer, "hits", "hits");
    for (Map<String, Object> hit : hits) {
      List<String> by = at(hit, "matched_queries");
      assertEquals(hit.toString(), rare.contains(hit.get("_id")), by.contains("text"));
      assertTrue(hit.toString(), by.contains("near") || by.contains("text"));
    }
    Map<String, Object> must =
        search(
            query(
                "{\"bool\": {\"must\": ["
                    + cairn(target, "\"k\": 50")
                    + "], \"must_not\": [{\"term\": {\"color\": \"red\"}}]}}"));
    for (String id : ids(must)) {
      assertFalse(id, Integer.parseInt(id) % 4 == 0);
    }
  }

  public void testAggregationsSortingAndPaging() throws IOException {
    float[] target = queries[4];
    Map<String, Object> answer =
        search(
            "{\"from\": 2, \"size\": 5, \"sort\": [{\"n\": \"desc\"}], \"_source\": [\"n\"],"
                + " \"aggs\": {\"colors\": {\"terms\": {\"field\": \"color\"}}}, \"query\": "
                + cairn(target, "\"k\": 20, \"ef_search\": 400")
                + "}");
    List<Map<String, Object>> buckets = at(answer, "aggregations", "colors", "buckets");
    assertEquals(60, buckets.stream().mapToInt(b -> (Integer) b.get("doc_count")).sum());
    List<Integer> numbers = ids(answer).stream().map(Integer::valueOf).toList();
    assertEquals(5, numbers.size());
    assertEquals(numbers.stream().sorted(Comparator.reverseOrder()).toList(), numbers);
    assertEquals(Map.of("n", numbers.get(0)), at(answer, "hits", "hits", 0, "_source"));
    // pages join without gap or repetition
    List<String> paged = new ArrayList<>();
    for (int from = 0; from < 12; from += 4) {
      paged.addAll(
          ids(
              search(
                  "{\"size\": 4, \"from\": "
                      + from
                      + ", \"query\": "
                      + cairn(target, "\"k\": 20, \"ef_search\": 400")
                      + "}")));
    }
    assertEquals(nearest(vectors, target, 12, HAS_VECTOR), paged);
    // as the filter of an aggregation, beside a query of its own
    Map<String, Object> within =
        search(
            "{\"size\": 0, \"aggs\": {\"near\": {\"filter\": " + cairn(target, "\"k\": 7") + "}}}");
    assertEquals((Integer) 21, at(within, "aggregations", "near", "doc_count"));
  }

  public void testFieldsExistsAndSource() throws IOException {
    Map<String, Object> exists =
        send("POST", "/near/_count", query("{\"exists\": {\"field\": \"v\"}}"));
    int withVector = (int) IntStream.range(0, DOCUMENTS).filter(HAS_VECTOR).count();
    assertEquals(withVector, exists.get("count"));
    Map<String, Object> answer =
        search(
            "{\"_source\": {\"excludes\": [\"v\"]}, \"fields\": [\"v\"], \"query\":"
                + " {\"ids\": {\"values\": [\"5\"]}}}");
    Map<String, Object> source = at(answer, "hits", "hits", 0, "_source");
    assertFalse(source.containsKey("v"));
    List<Double> fetched = at(answer, "hits", "hits", 0, "fields", "v", 0);
    assertEquals(DIMENSION, fetched.size());
    assertEquals(vectors[5][3], fetched.get(3), 1e-6);
  }

  public void testProfileAndExplain() throws IOException {
    float[] target = queries[5];
    Map<String, Object> answer =
        search(
            "{\"profile\": true, \"explain\": true, \"query\": " + cairn(target, "\"k\": 4") + "}");
    Map<String, Object> profiled = at(answer, "profile", "shards", 0, "searches", 0, "query", 0);
    assertTrue(
        profiled.toString(),
        profiled.get("description").toString().contains("cairn(v, k=4, ef_search=50"));
    long searching = ((Number) at(profiled, "breakdown", "create_weight")).longValue();
    assertTrue(profiled.toString(), searching > 0);
    Map<String, Object> explanation = at(answer, "hits", "hits", 0, "_explanation");
    assertEquals(at(answer, "hits", "hits", 0, "_score"), explanation.get("value"));
    assertTrue(explanation.toString(), explanation.toString().contains("k=4"));
    Map<String, Object> far =
        send(
            "POST",
            "/near/_explain/" + nearest(vectors, target, DOCUMENTS, HAS_VECTOR).get(700),
            query(cairn(target, "\"k\": 4")));
    assertEquals(false, far.get("matched"));
    assertEquals(
        true, send("POST", "/near/_validate/query", query(cairn(target, "\"k\": 4"))).get("valid"));
  }

  public void testRescore() throws IOException {
    float[] target = queries[6];
    Map<String, Object> answer =
        search(
            "{\"query\": {\"match\": {\"words\": \"rare\"}}, \"rescore\": {\"window_size\": 100,"
                + " \"query\": {\"query_weight\": 0, \"rescore_query\": "
                + cairn(target, "\"exact\": true")
                + "}}}");
    assertEquals(nearest(vectors, target, 10, i -> HAS_VECTOR.test(i) && i % 50 == 0), ids(answer));
    Map<String, Object> approximate =
        search(
            "{\"query\": {\"match_all\": {}}, \"rescore\": {\"window_size\": 900, \"query\": {"
                + "\"query_weight\": 0, \"rescore_query\": "
                + cairn(target, "\"k\": 10, \"ef_search\": 400")
                + "}}}");
    assertEquals(nearest(vectors, target, 10, HAS_VECTOR), ids(approximate));
  }

  /** The fused order is that of global ranks: computed here from two plain searches. */
  public void testHybrid() throws IOException {
    float[] target = queries[7];
    String near = cairn(target, "\"k\": 40, \"ef_search\": 400");
    // no two scores are equal: such are ranked as they stand, which a merge in between changes
    String text =
        "{\"function_score\": {\"query\": {\"match\": {\"words\": \"rare blue\"}},"
            + " \"field_value_factor\": {\"field\": \"n\", \"factor\": 0.001},"
            + " \"boost_mode\": \"sum\"}}";
    List<List<String>> rankings = new ArrayList<>();
    for (String part : List.of(near, text)) {
      rankings.add(ids(search("{\"size\": 40, \"query\": " + part + "}")));
    }
    Map<String, Double> fused = new HashMap<>();
    for (List<String> ranking : rankings) {
      for (int rank = 1; rank <= ranking.size(); rank++) {
        fused.merge(ranking.get(rank - 1), 1.0 / (60 + rank), Double::sum);
      }
    }
    String hybrid =
        "{\"cairn_hybrid\": {\"queries\": [" + near + ", " + text + "], \"window\": 40}}";
    Map<String, Object> answer =
        search(
            "{\"size\": 40, \"explain\": true, \"aggs\": {\"colors\": {\"terms\": {\"field\":"
                + " \"color\"}}}, \"query\": "
                + hybrid
                + "}");
    assertEquals(40, ids(answer).size());
    List<Map<String, Object>> hits = at(answer, "hits", "hits");
    double least = Double.MAX_VALUE;
    for (Map<String, Object> hit : hits) {
      double score = (Double) hit.get("_score");
      assertEquals(hit.toString(), fused.get((String) hit.get("_id")), score, 1e-6);
      assertTrue(score <= least);
      least = score;
      assertTrue(at(hit, "_explanation").toString().contains("rank"));
    }
    // no better document is missing
    long better =
        fused.values().stream()
            .sorted(Comparator.reverseOrder())
            .limit(40)
            .filter(s -> s > 0)
            .count();
    assertEquals(40, better);
    double last =
        fused.values().stream().sorted(Comparator.reverseOrder()).skip(39).findFirst().get();
    assertEquals(last, least, 1e-6);
    assertEquals((Integer) 40, at(answer, "hits", "total", "value"));
    // within a bool, filtered before it is fused, and paged
    Map<String, Object> red =
        search(
            query(
                hybrid.replace(
                    "\"window\"", "\"filter\": {\"term\": {\"color\": \"red\"}}, \"window\"")));
    assertEquals(10, ids(red).size());
    for (String id : ids(red)) {
      assertEquals(id, 0, Integer.parseInt(id) % 4);
    }
    Map<String, Object> inBool =
        search(
            query(
                "{\"bool\": {\"must\": ["
                    + hybrid
                    + "], \"filter\": [{\"term\": {\"color\": \"blue\"}}]}}"));
    assertTrue(new HashSet<>(ids(answer)).containsAll(ids(inBool)));
    Map<String, Object> page = search("{\"from\": 10, \"size\": 5, \"query\": " + hybrid + "}");
    // a document that one part ranks as the other part ranks another has the same score
    List<String> paged = ids(page);
    assertEquals(5, new HashSet<>(paged).size());
    for (int i = 0; i < paged.size(); i++) {
      assertEquals(fused.get(ids(answer).get(10 + i)), fused.get(paged.get(i)), 1e-9);
    }
  }

  /** Passages of documents: the nearest documents by their best passage. */
  public void testNested() throws IOException {
    send(
        "PUT",
        "/books",
        "{"
            + SETTINGS
            + ", \"mappings\": {\"properties\": {\"color\": {\"type\": \"keyword\"},"
            + " \"passages\": {\"type\": \"nested\", \"properties\": {\"page\": {\"type\":"
            + " \"integer\"}, \"v\": {\"type\": \"cairn_vector\", \"dimension\": "
            + DIMENSION
            + ", \"similarity\": \"dot_product\"}}}}}}");
    List<String> lines = new ArrayList<>();
    int books = 200;
    for (int book = 0; book < books; book++) {
      lines.add("{\"index\": {\"_id\": \"" + book + "\"}}");
      lines.add(
          "{\"color\": \""
              + color(book)
              + "\", \"passages\": [{\"page\": 1, \"v\": "
              + json(vectors[3 * book])
              + "}, {\"page\": 2, \"v\": "
              + json(vectors[3 * book + 1])
              + "}, {\"page\": 3, \"v\": "
              + json(vectors[3 * book + 2])
              + "}]}");
    }
    bulk("books", lines);
    for (float[] target : queries) {
      List<String> best =
          nearest(vectors, target, 3 * books, i -> i < 3 * books).stream()
              .map(id -> String.valueOf(Integer.parseInt(id) / 3))
              .distinct()
              .toList();
      String inner =
          cairn(target, "\"k\": 10, \"ef_search\": 400").replace("\"v\"", "\"passages.v\"");
      Map<String, Object> answer =
          send(
              "POST",
              "/books/_search",
              query(
                  "{\"nested\": {\"path\": \"passages\", \"score_mode\": \"max\", \"inner_hits\":"
                      + " {\"size\": 3}, \"query\": "
                      + inner
                      + "}}"));
      assertEquals(best.subList(0, 10), ids(answer));
      // ten books of each shard: passages of one book do not displace other books
      assertEquals((Integer) 30, at(answer, "hits", "total", "value"));
      List<Map<String, Object>> passages =
          at(answer, "hits", "hits", 0, "inner_hits", "passages", "hits", "hits");
      assertEquals(3, passages.size());
      int book = Integer.parseInt(best.get(0));
      int page = at(passages.get(0), "_source", "page");
      List<String> order = nearest(vectors, target, 1, i -> i / 3 == book);
      assertEquals(Integer.parseInt(order.get(0)) % 3 + 1, page);
      // a filter on the books, and one on their passages
      Map<String, Object> red =
          send(
              "POST",
              "/books/_search",
              query(
                  "{\"nested\": {\"path\": \"passages\", \"score_mode\": \"max\", \"query\": "
                      + inner.replace(
                          "\"k\"", "\"filter\": {\"term\": {\"color\": \"red\"}}, \"k\"")
                      + "}}"));
      assertEquals(
          best.stream().filter(id -> Integer.parseInt(id) % 4 == 0).limit(10).toList(), ids(red));
      Map<String, Object> secondPages =
          send(
              "POST",
              "/books/_search",
              query(
                  "{\"nested\": {\"path\": \"passages\", \"score_mode\": \"max\", \"query\": "
                      + inner.replace(
                          "\"k\"", "\"filter\": {\"term\": {\"passages.page\": 2}}, \"k\"")
                      + "}}"));
      assertEquals(
          nearest(vectors, target, 10, i -> i < 3 * books && i % 3 == 1).stream()
              .map(id -> String.valueOf(Integer.parseInt(id) / 3))
              .toList(),
          ids(secondPages));
    }
  }

  public void testStatistics() throws IOException {
    Map<String, Object> stats =
        send("GET", "/near,nowhere/_cairn/stats?ignore_unavailable=true", null);
    int withVector = (int) IntStream.range(0, DOCUMENTS).filter(HAS_VECTOR).count();
    Map<String, Object> field = at(stats, "indices", "near", "fields", "v");
    assertEquals(withVector, field.get("vectors"));
    assertEquals(withVector * DIMENSION * 4, field.get("vector_bytes"));
    assertTrue(stats.toString(), (Integer) field.get("graph_bytes") > withVector * DIMENSION);
    assertEquals((Integer) (2 * withVector), at(stats, "_all", "total", "vectors"));
    assertTrue((Integer) at(stats, "_all", "total", "work", "flushes") >= 3);
    send("POST", "/near/_forcemerge?max_num_segments=1", null);
    Map<String, Object> merged = send("GET", "/_cairn/stats", null);
    assertTrue((Integer) at(merged, "_all", "total", "work", "merges") >= 3);
    assertTrue((Integer) at(merged, "_all", "total", "work", "merged_vectors") >= withVector);
  }
}
