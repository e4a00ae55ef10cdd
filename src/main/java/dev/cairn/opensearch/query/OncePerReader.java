/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FilterWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;

/**
 * Runs a vector search when its weight is made, not when the query is rewritten. OpenSearch
 * rewrites a request's query in the query phase and once more in the fetch phase, and only the
 * first is counted in a shard's query time and shown by profile: done here, the search runs once
 * and its cost is seen.
 */
final class OncePerReader extends Query {
  private final Query search;
  private final Query percolated;
  private final String field;
  private final String description;
  // a request asks the same reader again for an aggregation's filter or to explain a hit
  private volatile Resolved last;

  private record Resolved(Object reader, Query query) {}

  /**
   * @param search the search as a query of Lucene, which does its work in rewriting
   * @param percolated what finds the same in a document that is percolated, which has no index
   * @param field the vector field
   * @param description what was asked, for profile and explain
   */
  OncePerReader(Query search, Query percolated, String field, String description) {
    this.search = search;
    this.percolated = percolated;
    this.field = field;
    this.description = description;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Weight weight = resolve(searcher).createWeight(searcher, scoreMode, boost);
    return new FilterWeight(this, weight) {
      @Override
      public boolean isCacheable(LeafReaderContext context) {
        // which documents of a segment are hits depends on all segments beside it
        return false;
      }

      @Override
      public Explanation explain(LeafReaderContext context, int doc) throws IOException {
        Explanation inner = in.explain(context, doc);
        return inner.isMatch()
            ? Explanation.match(inner.getValue(), "similarity found by " + description, inner)
            : Explanation.noMatch("not found by " + description, inner);
      }
    };
  }

  private Query resolve(IndexSearcher searcher) throws IOException {
    Object reader = searcher.getTopReaderContext().id();
    Resolved resolved = last;
    if (resolved == null || resolved.reader.equals(reader) == false) {
      // not by the searcher: its profiler would count the search as rewriting
      Query query =
          hasVectors(searcher) == false
              ? new MatchNoDocsQuery("no vector of [" + field + "] yet")
              : isIndex(searcher) ? search : percolated;
      for (Query next = query.rewrite(searcher);
          next.equals(query) == false;
          next = query.rewrite(searcher)) {
        query = next;
      }
      resolved = new Resolved(reader, query);
      last = resolved;
    }
    return resolved.query;
  }

  /** A shard may not have seen a vector so far. */
  private boolean hasVectors(IndexSearcher searcher) {
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info != null && info.hasVectorValues()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIndex(IndexSearcher searcher) {
    return searcher.getIndexReader().leaves().stream()
        .allMatch(leaf -> FilterLeafReader.unwrap(leaf.reader()) instanceof CodecReader);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String defaultField) {
    return description;
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && search.equals(((OncePerReader) other).search)
        && description.equals(((OncePerReader) other).description);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), search, description);
  }
}
