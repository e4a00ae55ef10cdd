/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.EfSearch;
import dev.cairn.codec.JointSearch;
import dev.cairn.codec.NearestRequest;
import dev.cairn.codec.TargetVector;
import dev.cairn.codec.TopHits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;

/**
 * The k nearest vectors of a whole index, by one search over the graphs of all segments. Where
 * Lucene's {@code KnnFloatVectorQuery} searches each segment apart, this query's effort is spent
 * where the nearest are: 13 segments of equal size take some 3 to 4.5 times as long as one.
 *
 * <p>Scores are Lucene's, computed from the raw vectors. Deleted documents and those that the
 * filter rejects are no hits. Segments of other formats, and those behind readers that search in
 * their own way, are searched apart, through those readers.
 *
 * <p>An {@link IndexSearcher} itself, not one of a class derived from it, that has an executor
 * searches many segments in several tasks, where that is faster.
 */
public final class CairnKnnQuery extends Query {
  private final String field;
  private final TargetVector target;
  private final int k;
  private final int efSearch;
  private final Query filter;

  /**
   * A query on a field of float vectors.
   *
   * @param field name of the field
   * @param target the vector whose nearest are wanted
   * @param k how many
   * @param efSearch about how many nodes to expand: more finds more, see {@link EfSearch}
   * @param filter what hits must match, or null for anything
   * @throws IllegalArgumentException if a component is NaN or infinite, or k or efSearch is out of
   *     range: from 1 to {@value CairnHnswParameters#MAX_EF_SEARCH}. A search throws it if no
   *     document of the index has a vector in the field, if the field is of bytes or of another
   *     dimension, or if the target is zero and the similarity COSINE
   */
  public CairnKnnQuery(String field, float[] target, int k, int efSearch, Query filter) {
    this(field, TargetVector.of(Targets.checkFinite(field, target)), k, efSearch, filter);
  }

  /**
   * A query on a field of byte vectors.
   *
   * @param field name of the field
   * @param target the vector whose nearest are wanted
   * @param k how many
   * @param efSearch about how many nodes to expand: more finds more, see {@link EfSearch}
   * @param filter what hits must match, or null for anything
   * @throws IllegalArgumentException if k or efSearch is out of range: from 1 to {@value
   *     CairnHnswParameters#MAX_EF_SEARCH}. A search throws it if no document of the index has a
   *     vector in the field, if the field is of floats or of another dimension, or if the target is
   *     zero and the similarity COSINE
   */
  public CairnKnnQuery(String field, byte[] target, int k, int efSearch, Query filter) {
    this(field, TargetVector.of(target.clone()), k, efSearch, filter);
  }

  private CairnKnnQuery(String field, TargetVector target, int k, int efSearch, Query filter) {
    this.field = Objects.requireNonNull(field, "field");
    this.target = target;
    this.k = Targets.checkRange(field, "k", k);
    this.efSearch = Targets.checkRange(field, "efSearch", efSearch);
    this.filter = filter;
  }

  /** The field searched. */
  public String field() {
    return field;
  }

  /** How many hits are wanted. */
  public int k() {
    return k;
  }

  /** About how many nodes the search expands. */
  public int efSearch() {
    return efSearch;
  }

  /** What hits must match, or null. */
  public Query filter() {
    return filter;
  }

  /** The same query with another filter. */
  CairnKnnQuery withFilter(Query otherFilter) {
    return new CairnKnnQuery(field, target, k, efSearch, otherFilter);
  }

  /** The same query for another number of hits; efSearch does not change. */
  CairnKnnQuery withK(int otherK) {
    return new CairnKnnQuery(field, target, otherK, efSearch, filter);
  }

  /**
   * The next k hits, after those of a page before.
   *
   * @param after the last hit of the page before, or null for the first page
   */
  public TopDocs nextPage(IndexSearcher searcher, ScoreDoc after) throws IOException {
    if (after == null) {
      return searcher.search(this, k);
    }
    int limit =
        Math.clamp(searcher.getIndexReader().maxDoc(), 1, CairnHnswParameters.MAX_EF_SEARCH);
    for (long wanted = 2L * k; ; wanted *= 2) {
      int size = (int) Math.min(wanted, limit);
      TopDocs found = searcher.search(withK(size), size);
      ScoreDoc[] page =
          Arrays.stream(found.scoreDocs)
              .filter(hit -> ranksAfter(hit, after))
              .limit(k)
              .toArray(ScoreDoc[]::new);
      if (page.length == k || size == limit || found.scoreDocs.length < size) {
        return new TopDocs(found.totalHits, page);
      }
    }
  }

  private static boolean ranksAfter(ScoreDoc hit, ScoreDoc after) {
    return hit.score < after.score || (hit.score == after.score && hit.doc > after.doc);
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    List<LeafReaderContext> leaves = leaves(searcher);
    Weight filterWeight = null;
    if (filter != null) {
      Query rewritten = searcher.rewrite(filter);
      if (rewritten instanceof MatchNoDocsQuery) {
        return rewritten;
      }
      if (!(rewritten instanceof MatchAllDocsQuery)) {
        filterWeight = searcher.createWeight(rewritten, ScoreMode.COMPLETE_NO_SCORES, 1);
      }
    }
    TopHits hits = search(searcher, leaves, filterWeight);
    hits.sort();
    return hits.size() == 0
        ? MatchNoDocsQuery.INSTANCE
        : NearestDocsQuery.of(searcher.getIndexReader(), hits);
  }

  /** The segments in which documents have a vector in the field. */
  private List<LeafReaderContext> leaves(IndexSearcher searcher) {
    List<LeafReaderContext> leaves = new ArrayList<>();
    for (LeafReaderContext context : searcher.getIndexReader().leaves()) {
      FieldInfo info = context.reader().getFieldInfos().fieldInfo(field);
      if (info != null && info.hasVectorValues()) {
        check(info);
        leaves.add(context);
      }
    }
    if (leaves.isEmpty() && !searcher.getIndexReader().leaves().isEmpty()) {
      throw new IllegalArgumentException(
          "field \"" + field + "\": no document of the index has a vector in it");
    }
    return leaves;
  }

  private TopHits search(
      IndexSearcher searcher, List<LeafReaderContext> leaves, Weight filterWeight)
      throws IOException {
    NearestRequest request = new NearestRequest(field, target, k, efSearch, searcher.getTimeout());
    // not for filtered searches: each part would do as much extra work as the whole. Not for
    // derived searchers: some know their slices during a search only, OpenSearch's not when it
    // explains
    if (leaves.size() > 1
        && filterWeight == null
        && !searcher.getIndexReader().hasDeletions()
        && searcher.getClass() == IndexSearcher.class
        && searcher.getSlices().length > 1) {
      int slots = Math.min(searcher.getSlices().length, Runtime.getRuntime().availableProcessors());
      LeafGroups groups = new LeafGroups(leaves, target.dimension(), request.width());
      List<List<LeafReaderContext>> parts = groups.part(slots);
      if (parts.size() > 1) {
        return searchParts(searcher, request, groups, parts);
      }
    }
    return search(request, leaves, new JointSearch(request), filterWeight);
  }

  private static TopHits searchParts(
      IndexSearcher searcher,
      NearestRequest request,
      LeafGroups groups,
      List<List<LeafReaderContext>> parts)
      throws IOException {
    List<Callable<TopHits>> tasks = new ArrayList<>();
    for (List<LeafReaderContext> part : parts) {
      JointSearch joint = new JointSearch(request);
      joint.setPart(groups.share(part), groups.evenNumber());
      tasks.add(() -> search(request, part, joint, null));
    }
    TopHits hits = new TopHits(request.k());
    for (TopHits found : searcher.getTaskExecutor().invokeAll(tasks)) {
      hits.addAll(found);
    }
    return hits;
  }

  private static TopHits search(
      NearestRequest request,
      List<LeafReaderContext> leaves,
      JointSearch joint,
      Weight filterWeight)
      throws IOException {
    TopHits hits = new TopHits(request.k());
    SearchApart apart = new SearchApart(request);
    for (LeafReaderContext context : leaves) {
      AcceptDocs accepted = accepted(context, filterWeight);
      if (accepted != null && !joint.add(context.reader(), context.docBase, accepted)) {
        apart.search(context, accepted, hits);
      }
    }
    joint.run(hits);
    return hits;
  }

  private void check(FieldInfo info) {
    if (info.getVectorEncoding() != target.encoding()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "field \"%s\" holds %s vectors, the target is %s",
              field,
              info.getVectorEncoding(),
              target.encoding()));
    }
    if (info.getVectorDimension() != target.dimension()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "field \"%s\" has %d dimensions, the target %d",
              field,
              info.getVectorDimension(),
              target.dimension()));
    }
    if (info.getVectorSimilarityFunction() == VectorSimilarityFunction.COSINE && target.isZero()) {
      throw new IllegalArgumentException(
          "field \"" + field + "\": the cosine of a zero vector is not defined");
    }
  }

  /** The documents of a segment that may be hits, or null for none. */
  private static AcceptDocs accepted(LeafReaderContext context, Weight filterWeight)
      throws IOException {
    LeafReader leaf = context.reader();
    if (filterWeight == null) {
      return AcceptDocs.fromLiveDocs(leaf.getLiveDocs(), leaf.maxDoc());
    }
    Scorer scorer = filterWeight.scorer(context);
    if (scorer == null) {
      return null;
    }
    Scorer[] first = {scorer};
    return AcceptDocs.fromIteratorSupplier(
        () -> {
          // an iterator serves once
          Scorer next = first[0] != null ? first[0] : filterWeight.scorer(context);
          first[0] = null;
          return next == null ? DocIdSetIterator.empty() : next.iterator();
        },
        leaf.getLiveDocs(),
        leaf.maxDoc());
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String defaultField) {
    return "CairnKnnQuery("
        + field
        + ", "
        + target
        + ", k="
        + k
        + ", efSearch="
        + efSearch
        + (filter == null ? ")" : ", filter=" + filter + ")");
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && other instanceof CairnKnnQuery that
        && field.equals(that.field)
        && k == that.k
        && efSearch == that.efSearch
        && target.equals(that.target)
        && Objects.equals(filter, that.filter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), field, target, k, efSearch, filter);
  }
}
