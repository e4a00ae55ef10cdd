/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/** The nearest vectors of queries, by comparison with every vector. */
final class ExactAnswers {
  /** Queries compared with a vector while it is in the cache. */
  private static final int BATCH = 64;

  private final VectorField field;
  private final int count;
  private final Progress progress;

  /** Answers: so many for each query. */
  ExactAnswers(VectorField field, int count, Progress progress) {
    this.field = field;
    this.count = count;
    this.progress = progress;
  }

  /** How many steps of progress there will be. */
  static long steps(VectorField field, int queries) throws IOException {
    long vectors = 0;
    for (LeafReaderContext leaf : field.leaves()) {
      vectors += field.values(leaf.reader()).size();
    }
    return vectors * Math.ceilDiv(queries, BATCH);
  }

  /** The best of each query, the query's own document aside. */
  NearestVectors[] find(List<QuerySample.Query> queries, int threads) throws IOException {
    NearestVectors[] nearest = new NearestVectors[queries.size()];
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> batches = new ArrayList<>();
      for (int from = 0; from < nearest.length; from += BATCH) {
        int first = from;
        List<QuerySample.Query> batch =
            queries.subList(from, Math.min(from + BATCH, nearest.length));
        batches.add(
            executor.submit(
                () -> {
                  NearestVectors[] found = search(batch);
                  System.arraycopy(found, 0, nearest, first, found.length);
                  return null;
                }));
      }
      for (Future<?> batch : batches) {
        batch.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    return nearest;
  }

  private NearestVectors[] search(List<QuerySample.Query> queries) throws IOException {
    NearestVectors[] best = new NearestVectors[queries.size()];
    Arrays.setAll(best, q -> new NearestVectors(count));
    List<LeafReaderContext> leaves = field.leaves();
    for (int l = 0; l < leaves.size(); l++) {
      LeafReaderContext leaf = leaves.get(l);
      KnnVectorValues values = field.values(leaf.reader());
      Bits live = leaf.reader().getLiveDocs();
      KnnVectorValues.DocIndexIterator docs = values.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        progress.step();
        if (live != null && !live.get(doc)) {
          continue;
        }
        for (int q = 0; q < best.length; q++) {
          if (queries.get(q).doc() != leaf.docBase + doc) {
            float score = field.score(queries.get(q).vector(), values, docs.index());
            best[q].add(score, l, docs.index());
          }
        }
      }
    }
    return best;
  }
}
