/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.LongPredicate;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.IOUtils;

/**
 * Vectors with 64-bit labels, with the interface of hnswlib 0.8, over a Lucene directory and the
 * Cairn codec. What each method is called there is said beside it; {@code docs/from-hnswlib.md} has
 * a program in both.
 *
 * <p>All methods may be called by several threads at once, searches during writes too. A search
 * sees every write that had ended when it began. Failures of the disk are thrown as {@link
 * UncheckedIOException}.
 *
 * <p>The quality that {@link #setEf} promises is hnswlib's. Estimated distances are noisier than
 * exact ones, so the beam is wider than ef, by a factor measured on the index itself when an ef is
 * first used, and again when the index has grown or shrunk by half. The search that does so takes
 * longer, by a few tenths of a second to a few seconds: the more, the larger the ef and the harder
 * the vectors are to search (2.5 to 3.3 s for 150,000 uniform random ones of 64 dimensions).
 */
public final class HnswIndex implements Closeable {
  /** The field of the vectors, for Lucene queries. */
  public static final String VECTOR_FIELD = Fields.VECTOR;

  /** The field of the labels, a numeric doc value, for Lucene queries. */
  public static final String LABEL_FIELD = Fields.LABEL;

  /** What distances mean; hnswlib: {@code Index(space='l2' | 'ip' | 'cosine')}. */
  public enum Space {
    /** The sum of squared differences. */
    L2,
    /** 1 minus the inner product. */
    IP,
    /** 1 minus the cosine of the angle; vectors are stored with length 1. */
    COSINE
  }

  /**
   * The answer to a query, nearest first. It is shorter than asked for when fewer elements can be
   * found: there are not as many, or the filter does not let as many pass.
   *
   * @param labels the labels
   * @param distances how far each is from the query
   */
  public record Result(long[] labels, float[] distances) {}

  /**
   * Work on a Lucene searcher.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface SearcherTask<T> {
    /** Does it; the searcher must not be used afterwards. */
    T run(IndexSearcher searcher) throws IOException;
  }

  private final OpenIndex index;
  private final ElementWriter elements;
  private final Views views;
  private final Queries queries;
  private final Space space;
  private final int dimension;
  private final AtomicLong nextLabel;
  private final Guard guard = new Guard();

  private HnswIndex(OpenIndex index) {
    this.index = index;
    this.elements = index.elements();
    this.views = index.views();
    this.queries = new Queries(views, index.settings());
    this.space = index.settings().space();
    this.dimension = index.settings().dimension();
    this.nextLabel = new AtomicLong(elements.count());
  }

  /** Starts to describe an index; hnswlib: {@code Index(space, dim)}. */
  public static HnswIndexBuilder builder(Space space, int dim) {
    return new HnswIndexBuilder(space, dim);
  }

  static HnswIndex create(IndexStorage storage, IndexSettings settings, Analyzer analyzer)
      throws IOException {
    OpenIndex index = new OpenIndex(storage, settings, analyzer, OpenMode.CREATE);
    try {
      if (!index.isTemporary()) {
        index.commit(); // so that what the index is made with is known whenever the process ends
      }
      return new HnswIndex(index);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, index::abandon);
      throw t;
    }
  }

  /**
   * Opens the index in a directory, as it was when it was last committed; hnswlib: {@code
   * load_index(path)}. Parameters, ef included, are those it was saved with.
   *
   * @throws IllegalArgumentException if there is no index, or one that is not of this class
   * @throws IllegalStateException if the index is open already
   */
  public static HnswIndex open(Path path) {
    return open(path, new StandardAnalyzer());
  }

  /** The same, with what makes words of extra text fields. */
  public static HnswIndex open(Path path, Analyzer analyzer) {
    return Guard.unchecked(
        () -> {
          IndexStorage storage = IndexStorage.existing(path);
          try {
            return new HnswIndex(
                new OpenIndex(storage, storage.readSettings(), analyzer, OpenMode.APPEND));
          } catch (Throwable t) {
            IOUtils.closeWhileSuppressingExceptions(t, storage);
            throw t;
          }
        });
  }

  /**
   * Adds an element, or replaces the one with that label; hnswlib: {@code add_items(vector, label)}
   * or {@code addPoint}.
   */
  public void addItem(float[] vector, long label) {
    addItem(vector, label, List.of());
  }

  /**
   * Adds an element with further fields, to filter by or to search for in the same index. They are
   * replaced together with the vector. There is nothing like it in hnswlib.
   */
  public void addItem(float[] vector, long label, Iterable<? extends IndexableField> fields) {
    addItems(new float[][] {vector}, new long[] {label}, 1, false, row -> fields);
  }

  /**
   * Adds elements with labels counted on from the number of rows added so far, as hnswlib does
   * ({@code add_items(vectors)}): an element that has such a label already is replaced. Several
   * threads that do so at once get labels of their own.
   */
  public void addItems(float[][] vectors) {
    long first = nextLabel.getAndAdd(vectors.length);
    long[] labels = new long[vectors.length];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = first + row;
    }
    boolean isAdded = false;
    try {
      add(vectors, labels, -1, false, row -> List.of());
      isAdded = true;
    } finally {
      if (!isAdded) {
        nextLabel.compareAndSet(first + labels.length, first);
      }
    }
  }

  /** Adds or replaces elements; hnswlib: {@code add_items(vectors, ids)}. */
  public void addItems(float[][] vectors, long[] labels) {
    addItems(vectors, labels, -1, false);
  }

  /**
   * Adds or replaces elements; hnswlib: {@code add_items(vectors, ids, num_threads,
   * replace_deleted)}.
   *
   * @param vectors one vector a row
   * @param labels the label of each
   * @param numThreads how many threads add; those of the machine when not positive
   * @param replaceDeleted whether new labels take the places of deleted elements while there are
   *     some, which are then gone for good
   * @throws IllegalArgumentException if a vector has the wrong dimension or is not finite; nothing
   *     has been added then
   * @throws IllegalStateException if there would be more than {@link #maxElements}: nothing has
   *     been added then, unless other threads added at the same time; or if replacing is not
   *     allowed
   */
  public void addItems(float[][] vectors, long[] labels, int numThreads, boolean replaceDeleted) {
    addItems(vectors, labels, numThreads, replaceDeleted, row -> List.of());
  }

  /** The same, with further fields by row. */
  public void addItems(
      float[][] vectors,
      long[] labels,
      int numThreads,
      boolean replaceDeleted,
      IntFunction<? extends Iterable<? extends IndexableField>> fields) {
    add(vectors, labels, numThreads, replaceDeleted, fields);
    nextLabel.addAndGet(labels.length);
  }

  private void add(
      float[][] vectors,
      long[] labels,
      int numThreads,
      boolean replaceDeleted,
      IntFunction<? extends Iterable<? extends IndexableField>> fields) {
    if (vectors.length != labels.length) {
      throw new IllegalArgumentException(
          vectors.length + " vectors with " + labels.length + " labels");
    }
    if (replaceDeleted && !index.settings().allowReplaceDeleted()) {
      throw new IllegalStateException(
          "replacing deleted elements is not allowed: see allowReplaceDeleted of the builder");
    }
    for (int row = 0; row < vectors.length; row++) {
      Spaces.check("vector " + row, vectors[row], dimension);
    }
    guard.shared(
        () -> {
          elements.checkCapacity(labels, replaceDeleted);
          Workers.forEach(
              labels.length,
              numThreads,
              row ->
                  elements.add(
                      Spaces.prepare(space, vectors[row]),
                      labels[row],
                      fields.apply(row),
                      replaceDeleted,
                      views));
        });
  }

  /**
   * The nearest elements to a vector; hnswlib: {@code knn_query(vector, k)}.
   *
   * @param k how many, from 1 to 1,000,000
   * @throws IllegalArgumentException if k is out of range, or the query has another dimension than
   *     the index or a component that is not finite
   */
  public Result knnQuery(float[] query, int k) {
    return knnQuery(query, k, null);
  }

  /**
   * The nearest elements whose label passes a filter; hnswlib: {@code knn_query(vector, k,
   * filter=...)}. The filter may be null, and may be called by any number of times and threads; see
   * {@link #bitmap} too.
   *
   * @throws IllegalArgumentException as {@link #knnQuery(float[], int)} does
   */
  public Result knnQuery(float[] query, int k, LongPredicate filter) {
    return knnQuery(new float[][] {query}, k, 1, filter)[0];
  }

  /**
   * The nearest elements to each of several vectors; hnswlib: {@code knn_query(vectors, k,
   * num_threads, filter)}.
   *
   * @param k how many, from 1 to 1,000,000
   * @param numThreads how many threads search; those of the machine when not positive
   * @param filter what labels must pass, or null
   * @throws IllegalArgumentException as {@link #knnQuery(float[], int)} does, for any of the
   *     queries; none is answered then
   */
  public Result[] knnQuery(float[][] queries, int k, int numThreads, LongPredicate filter) {
    return this.queries.nearest(
        queries,
        k,
        numThreads,
        index.settings().ef(),
        view -> ElementSearch.of(view, space, filter));
  }

  /**
   * The nearest elements among those that match a Lucene query on their further fields.
   *
   * @throws IllegalArgumentException as {@link #knnQuery(float[], int)} does
   */
  public Result knnQueryMatching(float[] query, int k, Query filter) {
    Objects.requireNonNull(filter, "filter");
    return queries
        .nearest(
            new float[][] {query},
            k,
            1,
            index.settings().ef(),
            view -> ElementSearch.of(view, space, filter))[0];
  }

  /**
   * All elements within a distance, nearest first; hnswlib: {@code searchStopConditionClosest} with
   * an {@code EpsilonSearchStopCondition}.
   *
   * @param epsilon the largest distance, in the terms of the space: squared for {@link Space#L2}
   * @param minCandidates how many of the nearest to look at, at least, from 1 to maxCandidates:
   *     more make it surer that none is missed
   * @param maxCandidates how many to return, at most, from 1 to 1,000,000
   * @param filter what labels must pass, or null
   * @throws IllegalArgumentException if one of these is out of range, or the query has another
   *     dimension than the index or a component that is not finite
   */
  public Result epsilonQuery(
      float[] query, float epsilon, int minCandidates, int maxCandidates, LongPredicate filter) {
    return queries.within(
        query,
        epsilon,
        minCandidates,
        maxCandidates,
        index.settings().ef(),
        view -> ElementSearch.of(view, space, filter));
  }

  /** Runs a search of Lucene's on the same index: text, hybrid, aggregations. */
  public <T> T withSearcher(SearcherTask<T> task) {
    return Guard.unchecked(() -> views.call(task::run));
  }

  /**
   * The labels of documents that a searcher of {@link #withSearcher} has found.
   *
   * @throws IllegalArgumentException if the searcher is another one
   */
  public long[] labels(IndexSearcher searcher, ScoreDoc... hits) {
    if (searcher instanceof IndexView view) {
      return view.labels(hits);
    }
    throw new IllegalArgumentException(
        "labels are known of what the searcher of withSearcher has found, not of " + searcher);
  }

  /** A filter that lets the labels pass whose bit is set. */
  public static LongPredicate bitmap(BitSet labels) {
    return label -> label >= 0 && label <= Integer.MAX_VALUE && labels.get((int) label);
  }

  /**
   * Marks an element deleted: searches do not find it until {@link #unmarkDeleted}; hnswlib: {@code
   * mark_deleted(label)}.
   *
   * @throws IllegalArgumentException if there is no such label
   * @throws IllegalStateException if it is marked already
   */
  public void markDeleted(long label) {
    guard.shared(() -> elements.mark(label, true, views));
  }

  /**
   * Takes the mark away; hnswlib: {@code unmark_deleted(label)}.
   *
   * @throws IllegalArgumentException if there is no such label
   * @throws IllegalStateException if it is not marked
   */
  public void unmarkDeleted(long label) {
    guard.shared(() -> elements.mark(label, false, views));
  }

  /**
   * The vectors of elements; hnswlib: {@code get_items(ids)}. Under {@link Space#COSINE} they are
   * of unit length.
   *
   * @throws IllegalArgumentException if a label is not there or is marked deleted
   */
  public float[][] getItems(long[] labels) {
    return Guard.unchecked(
        () ->
            views.call(
                view -> {
                  for (long label : labels) {
                    if (!elements.state(label).isLive()) {
                      throw ElementWriter.notFound(label);
                    }
                  }
                  return view.vectors(labels);
                }));
  }

  /** All labels, those of deleted elements included, in no order; hnswlib: {@code get_ids_list}. */
  public long[] getIds() {
    return elements.labels();
  }

  /** Number of elements, deleted ones included; hnswlib: {@code element_count}. */
  public long elementCount() {
    return elements.count();
  }

  /** How many elements there may be; hnswlib: {@code max_elements}. */
  public long maxElements() {
    return elements.maxElements();
  }

  /**
   * Changes how many elements there may be; hnswlib: {@code resize_index(new_size)}.
   *
   * @throws IllegalArgumentException if there are more already
   */
  public void resizeIndex(long newMaxElements) {
    guard.alone(
        () -> {
          index.settings().withMaxElements(newMaxElements); // checks it
          elements.resize(newMaxElements);
          index.change(settings -> settings.withMaxElements(newMaxElements));
        });
  }

  /** How good answers are to be; hnswlib: {@code ef}. */
  public int ef() {
    return index.settings().ef();
  }

  /**
   * Sets how good answers are to be: as good as hnswlib's with this ef; hnswlib: {@code
   * set_ef(ef)}. The first search with it measures how wide a beam that takes.
   *
   * @param ef from 1 to 1,000,000
   * @throws IllegalArgumentException if ef is out of range
   */
  public void setEf(int ef) {
    guard.shared(() -> index.change(settings -> settings.withEf(ef)));
  }

  /** The space. */
  public Space space() {
    return space;
  }

  /** Number of dimensions; hnswlib: {@code dim}. */
  public int dim() {
    return dimension;
  }

  /**
   * Merges everything into one graph, which is the fastest to search, and drops what was replaced.
   * It takes about as long as adding; small graphs are merged all along without it. Nothing waits
   * for it but {@link #close}: what is written meanwhile may be left in graphs of its own.
   */
  public void optimize() {
    guard.open(index::mergeAll);
  }

  /** Makes all writes durable, if the index has a path. After a crash it opens as of now. */
  public void commit() {
    guard.alone(index::commit);
  }

  /**
   * Saves the index to a directory; hnswlib: {@code save_index(path)}. For the index's own path
   * this is {@link #commit}. An index of this class that is there already is replaced as a whole: a
   * crash leaves either the old or the new one.
   *
   * @throws IllegalArgumentException if some other index is there
   */
  public void save(Path path) {
    guard.alone(() -> index.save(path));
  }

  /** Commits, if the index has a path, and closes; without a path the index is gone. */
  @Override
  public void close() {
    guard.close(index::close);
  }
}
