/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.util.IOUtils;

/**
 * Makes an empty {@link HnswIndex}: hnswlib's {@code Index(space, dim)} and {@code init_index}. The
 * names are hnswlib's, and so are the defaults.
 */
public final class HnswIndexBuilder {
  /** hnswlib's own. */
  static final int DEFAULT_EF = 10;

  /** hnswlib's own. */
  static final long DEFAULT_RANDOM_SEED = 100;

  private final Space space;
  private final int dimension;
  private long maxElements = IndexSettings.MAX_ELEMENTS_LIMIT;
  private int m = CairnHnswParameters.DEFAULT_MAX_CONN;
  private int efConstruction = 200;
  private int ef = DEFAULT_EF;
  private long randomSeed = DEFAULT_RANDOM_SEED;
  private boolean allowReplaceDeleted;
  private Analyzer analyzer = new StandardAnalyzer();
  private Path path;

  HnswIndexBuilder(Space space, int dimension) {
    this.space = Objects.requireNonNull(space, "space");
    this.dimension = dimension;
  }

  /**
   * Sets how many elements there may be, those marked deleted included; hnswlib: {@code
   * init_index(max_elements=...)}. Nothing is allocated ahead. By default as many as a Lucene index
   * can hold.
   */
  public HnswIndexBuilder maxElements(long maxElements) {
    this.maxElements = maxElements;
    return this;
  }

  /** Sets M; hnswlib: {@code init_index(M=...)}. By default 16. */
  public HnswIndexBuilder m(int m) {
    this.m = m;
    return this;
  }

  /** Sets efConstruction; hnswlib: {@code init_index(ef_construction=...)}. By default 200. */
  public HnswIndexBuilder efConstruction(int efConstruction) {
    this.efConstruction = efConstruction;
    return this;
  }

  /** Sets ef; hnswlib: {@code set_ef(...)}. By default 10. See {@link HnswIndex#setEf}. */
  public HnswIndexBuilder ef(int ef) {
    this.ef = ef;
    return this;
  }

  /**
   * Sets the seed; hnswlib: {@code init_index(random_seed=...)}. Here it chooses the sample that
   * beam widths are measured with. Levels are drawn from the order of insertion alone, so that
   * builds by one thread repeat whatever the seed.
   */
  public HnswIndexBuilder randomSeed(long randomSeed) {
    this.randomSeed = randomSeed;
    return this;
  }

  /**
   * Sets whether new elements may take the place of deleted ones; hnswlib: {@code
   * init_index(allow_replace_deleted=...)}. By default not.
   */
  public HnswIndexBuilder allowReplaceDeleted(boolean allowReplaceDeleted) {
    this.allowReplaceDeleted = allowReplaceDeleted;
    return this;
  }

  /** Sets the directory that holds the index. Without it the index is gone when closed. */
  public HnswIndexBuilder path(Path path) {
    this.path = path;
    return this;
  }

  /** Sets what makes words of extra text fields. By default {@link StandardAnalyzer}. */
  public HnswIndexBuilder analyzer(Analyzer analyzer) {
    this.analyzer = Objects.requireNonNull(analyzer, "analyzer");
    return this;
  }

  /**
   * Makes the index.
   *
   * @throws IllegalArgumentException if a value is out of range, or the directory holds an index
   *     already
   */
  public HnswIndex build() {
    IndexSettings settings =
        new IndexSettings(
            space, dimension, maxElements, m, efConstruction, ef, randomSeed, allowReplaceDeleted);
    try {
      IndexStorage storage = path == null ? IndexStorage.inMemory() : IndexStorage.at(path);
      try {
        if (storage.hasIndex()) {
          throw new IllegalArgumentException(
              path + " holds an index already: open it with HnswIndex.open");
        }
        return HnswIndex.create(storage, settings, analyzer);
      } catch (Throwable t) {
        IOUtils.closeWhileSuppressingExceptions(t, storage);
        throw t;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
