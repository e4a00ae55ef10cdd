/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.cli.bench.data.Dataset;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex.ScoringView;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;

/** Asks JVector. */
final class JVectorSearcher implements Searcher {
  private final GraphSearcher searcher;
  private final RandomAccessVectorValues vectors;
  private final VectorSimilarityFunction similarity;
  private final VectorFloat<?>[] queries;

  JVectorSearcher(ImmutableGraphIndex graph, RandomAccessVectorValues vectors, Dataset data) {
    this.searcher = new GraphSearcher(graph);
    this.vectors = vectors;
    this.similarity = JVectorIndex.similarity(data);
    this.queries = new VectorFloat<?>[data.queries().length];
    for (int q = 0; q < queries.length; q++) {
      queries[q] = JVectorIndex.TYPES.createFloatVector(data.queries()[q]);
    }
  }

  @Override
  public Object search(int query, int k, int ef) {
    return searcher.search(scores(queries[query]), k, Math.max(k, ef), 0f, 0f, Bits.ALL);
  }

  /** From the file where the graph has its vectors inline, else from the heap. */
  private SearchScoreProvider scores(VectorFloat<?> query) {
    return searcher.getView() instanceof ScoringView view
        ? new DefaultSearchScoreProvider(view.rerankerFor(query, similarity))
        : DefaultSearchScoreProvider.exact(query, similarity, vectors);
  }

  @Override
  public int[] rows(Object result) {
    SearchResult.NodeScore[] nodes = ((SearchResult) result).getNodes();
    int[] rows = new int[nodes.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = nodes[i].node;
    }
    return rows;
  }

  @Override
  public void close() throws IOException {
    searcher.close();
  }
}
