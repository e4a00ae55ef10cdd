/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

/**
 * How graphs are built and, by default, searched. Immutable; validated when built, and rejected
 * rather than capped.
 *
 * @param maxConn M: neighbours that the HNSW heuristic chooses for a new node on upper layers,
 *     twice as many on layer 0; blocks hold them rounded up to multiples of 32. From {@value
 *     #MIN_MAX_CONN} to {@value #MAX_MAX_CONN}, default {@value #DEFAULT_MAX_CONN}. Lucene calls it
 *     maxConn, hnswlib M.
 * @param beamWidth efConstruction: about how many nodes are expanded in search of a new node's
 *     neighbours. From 1 to {@value #MAX_BEAM_WIDTH}, default {@value #DEFAULT_BEAM_WIDTH}. Lucene
 *     calls it beamWidth, hnswlib ef_construction.
 * @param efSearch the width of a search's beam when a query does not say: from 1 to {@value
 *     #MAX_EF_SEARCH}, default {@value #DEFAULT_EF_SEARCH}. Stored in the segment. hnswlib calls it
 *     ef.
 */
public record CairnHnswParameters(int maxConn, int beamWidth, int efSearch) {
  /** Smallest M. */
  public static final int MIN_MAX_CONN = 2;

  /** Largest M. */
  public static final int MAX_MAX_CONN = 512;

  /** Largest efConstruction. */
  public static final int MAX_BEAM_WIDTH = 10_000;

  /** Largest efSearch. */
  public static final int MAX_EF_SEARCH = 1_000_000;

  /** Default M. */
  public static final int DEFAULT_MAX_CONN = 16;

  /** Default efConstruction. */
  public static final int DEFAULT_BEAM_WIDTH = 100;

  /** Default efSearch. */
  public static final int DEFAULT_EF_SEARCH = 50;

  /** The defaults. */
  public static final CairnHnswParameters DEFAULT = builder().build();

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public CairnHnswParameters {
    checkRange("M (maxConn)", maxConn, MIN_MAX_CONN, MAX_MAX_CONN);
    checkRange("efConstruction (beamWidth)", beamWidth, 1, MAX_BEAM_WIDTH);
    checkRange("efSearch", efSearch, 1, MAX_EF_SEARCH);
  }

  static void checkRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", got " + value);
    }
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds parameters, from the defaults. */
  public static final class Builder {
    private int maxConn = DEFAULT_MAX_CONN;
    private int beamWidth = DEFAULT_BEAM_WIDTH;
    private int efSearch = DEFAULT_EF_SEARCH;

    private Builder() {}

    /** Sets M. */
    public Builder maxConn(int maxConn) {
      this.maxConn = maxConn;
      return this;
    }

    /** Sets M, by hnswlib's name. */
    public Builder m(int m) {
      return maxConn(m);
    }

    /** Sets efConstruction. */
    public Builder beamWidth(int beamWidth) {
      this.beamWidth = beamWidth;
      return this;
    }

    /** Sets efConstruction, by hnswlib's name. */
    public Builder efConstruction(int efConstruction) {
      return beamWidth(efConstruction);
    }

    /** Sets the default efSearch. */
    public Builder efSearch(int efSearch) {
      this.efSearch = efSearch;
      return this;
    }

    /**
     * The parameters.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public CairnHnswParameters build() {
      return new CairnHnswParameters(maxConn, beamWidth, efSearch);
    }
  }
}
