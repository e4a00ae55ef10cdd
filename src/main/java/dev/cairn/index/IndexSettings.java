/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.index.HnswIndex.Space;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.index.IndexWriter;

/**
 * What an index was made with; kept in the commit.
 *
 * @param space what distances mean
 * @param dimension number of components of each vector
 * @param maxElements how many labels there may be
 * @param m M
 * @param efConstruction efConstruction
 * @param ef how good answers are to be
 * @param randomSeed seed of the sample that beam widths are measured with
 * @param allowReplaceDeleted whether new labels may take the place of deleted ones
 */
record IndexSettings(
    Space space,
    int dimension,
    long maxElements,
    int m,
    int efConstruction,
    int ef,
    long randomSeed,
    boolean allowReplaceDeleted) {
  private static final String PREFIX = "cairn.index.";
  private static final String SPACE = PREFIX + "space";
  private static final String DIMENSION = PREFIX + "dim";
  private static final String MAX_ELEMENTS = PREFIX + "max_elements";
  private static final String M = PREFIX + "M";
  private static final String EF_CONSTRUCTION = PREFIX + "ef_construction";
  private static final String EF = PREFIX + "ef";
  private static final String RANDOM_SEED = PREFIX + "random_seed";
  private static final String ALLOW_REPLACE_DELETED = PREFIX + "allow_replace_deleted";

  /** Most labels an index can hold. */
  static final long MAX_ELEMENTS_LIMIT = IndexWriter.MAX_DOCS;

  IndexSettings {
    if (space == null) {
      throw new IllegalArgumentException("space must not be null");
    }
    checkRange("dim", dimension, 1, CairnHnswVectorsFormat.MAX_DIMENSIONS);
    checkRange("maxElements", maxElements, 0, MAX_ELEMENTS_LIMIT);
    checkRange("ef", ef, 1, CairnHnswParameters.MAX_EF_SEARCH);
    // M and efConstruction
    CairnHnswParameters.builder().m(m).efConstruction(efConstruction).build();
  }

  static void checkRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", got " + value);
    }
  }

  CairnHnswParameters parameters() {
    return CairnHnswParameters.builder().m(m).efConstruction(efConstruction).efSearch(ef).build();
  }

  /** Whether a commit was written by this class. */
  static boolean isIn(Map<String, String> commitData) {
    return commitData.containsKey(SPACE);
  }

  Map<String, String> toCommitData() {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(SPACE, space.name());
    data.put(DIMENSION, Integer.toString(dimension));
    data.put(MAX_ELEMENTS, Long.toString(maxElements));
    data.put(M, Integer.toString(m));
    data.put(EF_CONSTRUCTION, Integer.toString(efConstruction));
    data.put(EF, Integer.toString(ef));
    data.put(RANDOM_SEED, Long.toString(randomSeed));
    data.put(ALLOW_REPLACE_DELETED, Boolean.toString(allowReplaceDeleted));
    return data;
  }

  /**
   * Reads what {@link #toCommitData} wrote.
   *
   * @throws IllegalArgumentException if a value is missing or makes no sense
   */
  static IndexSettings fromCommitData(Map<String, String> data) {
    return new IndexSettings(
        Space.valueOf(get(data, SPACE)),
        Integer.parseInt(get(data, DIMENSION)),
        Long.parseLong(get(data, MAX_ELEMENTS)),
        Integer.parseInt(get(data, M)),
        Integer.parseInt(get(data, EF_CONSTRUCTION)),
        Integer.parseInt(get(data, EF)),
        Long.parseLong(get(data, RANDOM_SEED)),
        Boolean.parseBoolean(get(data, ALLOW_REPLACE_DELETED)));
  }

  private static String get(Map<String, String> data, String key) {
    String value = data.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the commit says nothing of " + key);
    }
    return value;
  }

  IndexSettings withMaxElements(long newMaxElements) {
    return new IndexSettings(
        space, dimension, newMaxElements, m, efConstruction, ef, randomSeed, allowReplaceDeleted);
  }

  IndexSettings withEf(int newEf) {
    return new IndexSettings(
        space, dimension, maxElements, m, efConstruction, newEf, randomSeed, allowReplaceDeleted);
  }
}
