/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch.query;

import dev.cairn.opensearch.CairnPlugin;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.index.memory.MemoryIndex;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/** The percolator holds a document in memory, without an index, and asks it stored queries. */
public class PercolatedDocumentTest extends OpenSearchSingleNodeTestCase {
  private static final float[] TARGET = {3, 4};

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(CairnPlugin.class);
  }

  public void testQueries() throws IOException {
    QueryShardContext context =
        createIndexWithMappingSource(
                "stored",
                Settings.builder().put("index.cairn", true).build(),
                "{\"properties\": {\"v\": {\"type\": \"cairn_vector\", \"dimension\": 2},"
                    + " \"b\": {\"type\": \"cairn_vector\", \"dimension\": 2, \"element_type\":"
                    + " \"byte\", \"similarity\": \"l2\"}}}")
            .newQueryShardContext(0, null, () -> 0, null);
    IndexSearcher near = document(new float[] {3, 4.1f}, new byte[] {3, 4});
    IndexSearcher far = document(new float[] {-3, -4}, new byte[] {-3, -4});
    for (String field : List.of("v", "b")) {
      Query within = new CairnQueryBuilder(field, TARGET).minScore(.5f).toQuery(context);
      assertEquals(field, 1, near.count(within));
      assertEquals(field, 0, far.count(within));
      Query nearest = new CairnQueryBuilder(field, TARGET).k(3).toQuery(context);
      assertEquals(field, 1, near.count(nearest));
      assertEquals(field, 1, far.count(nearest));
      Query both = new CairnQueryBuilder(field, TARGET).k(3).minScore(.5f).toQuery(context);
      assertEquals(field, 1, near.count(both));
      assertEquals(field, 0, far.count(both));
    }
  }

  private static IndexSearcher document(float[] floats, byte[] bytes) {
    return MemoryIndex.fromDocument(
            List.of(
                new KnnFloatVectorField("v", floats, VectorSimilarityFunction.COSINE),
                new KnnByteVectorField("b", bytes, VectorSimilarityFunction.EUCLIDEAN)),
            new KeywordAnalyzer())
        .createSearcher();
  }
}
