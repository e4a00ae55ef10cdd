/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch.query;

import dev.cairn.opensearch.CairnPlugin;
import java.io.IOException;
import java.util.List;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.TermQueryBuilder;
import org.opensearch.search.SearchModule;
import org.opensearch.test.OpenSearchTestCase;

/** The queries survive being sent between nodes and written as JSON. */
public class QueryBuildersTest extends OpenSearchTestCase {
  private static final float[] VECTOR = {1, -.5f, 3e-9f};

  private final SearchModule module = new SearchModule(Settings.EMPTY, List.of(new CairnPlugin()));
  private final NamedWriteableRegistry writeables =
      new NamedWriteableRegistry(module.getNamedWriteables());

  @Override
  protected NamedXContentRegistry xContentRegistry() {
    return new NamedXContentRegistry(module.getNamedXContents());
  }

  public void testRoundTrips() throws IOException {
    for (QueryBuilder query : queries()) {
      assertEqual(query, sent(query));
      try (XContentParser parser = createParser(XContentType.JSON.xContent(), query.toString())) {
        assertEqual(query, AbstractQueryBuilder.parseInnerQueryBuilder(parser));
      }
    }
  }

  public void testEqualsTellsQueriesApart() throws IOException {
    List<QueryBuilder> queries = queries();
    for (int i = 0; i < queries.size(); i++) {
      for (int j = 0; j < queries.size(); j++) {
        assertEquals(i == j, queries.get(i).equals(queries().get(j)));
      }
    }
  }

  public void testFusedHits() throws IOException {
    FusedResult result = fused(7);
    try (StreamInput in = written(result)) {
      assertEqual(result, FusedResult.read(in));
    }
    assertNotEquals(result, fused(8));
  }

  private static FusedResult fused(int rank) {
    return new FusedResult(
        List.of(new FusedHit(new FusedHit.Key("index", 3, "id"), new int[] {1, 0, rank}, .5f)),
        List.of(new FusedResult.FailedShard("index", 2, "reason")));
  }

  private static List<QueryBuilder> queries() {
    QueryBuilder plain = new CairnQueryBuilder("v", VECTOR).k(3);
    return List.of(
        plain,
        new CairnQueryBuilder("w", VECTOR).k(3),
        new CairnQueryBuilder("v", VECTOR).k(3).efSearch(9),
        new CairnQueryBuilder("v", VECTOR).minScore(.25f),
        new CairnQueryBuilder("v", VECTOR).k(3).within(new TermQueryBuilder("a", "b")),
        new CairnQueryBuilder("v", VECTOR).k(3).boost(2).queryName("name"),
        new CairnHybridQueryBuilder(List.of(plain, new MatchAllQueryBuilder()), 50, 60),
        new CairnHybridQueryBuilder(List.of(plain, new MatchAllQueryBuilder()), 51, 60),
        new CairnHybridQueryBuilder(List.of(plain), 50, 7).boost(3).queryName("both"));
  }

  private static void assertEqual(Object expected, Object actual) {
    assertEquals(expected, actual);
    assertEquals(expected.hashCode(), actual.hashCode());
  }

  private QueryBuilder sent(QueryBuilder query) throws IOException {
    try (BytesStreamOutput out = new BytesStreamOutput()) {
      out.writeNamedWriteable(query);
      try (StreamInput in =
          new NamedWriteableAwareStreamInput(out.bytes().streamInput(), writeables)) {
        return in.readNamedWriteable(QueryBuilder.class);
      }
    }
  }

  private static StreamInput written(Writeable what) throws IOException {
    BytesStreamOutput out = new BytesStreamOutput();
    what.writeTo(out);
    return out.bytes().streamInput();
  }
}
