/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * HNSW graphs whose nodes hold the 1-bit codes of their neighbours (RaBitQ, SIGMOD 2024; fused as
 * in SymphonyQG, SIGMOD 2025): one sequential read for each hop estimates the distances of all
 * neighbours at once. Results are scored exactly from the raw vectors, which Lucene's own flat
 * format stores.
 *
 * <p>Files of a segment, beside those of {@link Lucene99FlatVectorsFormat}:
 *
 * <ul>
 *   <li>{@code .vex}: blocks of all layers and centred codes, see {@code docs/format.md}
 *   <li>{@code .vcm}: metadata of the fields
 * </ul>
 *
 * <p>What this project calls M and efConstruction, Lucene calls maxConn and beamWidth.
 */
public final class CairnHnswVectorsFormat extends KnnVectorsFormat {
  /** The name under which segments refer to this format. */
  public static final String NAME = "CairnHnsw";

  /** Largest number of dimensions. */
  public static final int MAX_DIMENSIONS = 4096;

  static final String META_CODEC_NAME = "CairnHnswMeta";
  static final String DATA_CODEC_NAME = "CairnHnswData";
  static final String META_EXTENSION = "vcm";
  static final String DATA_EXTENSION = "vex";
  static final int VERSION_START = 1;
  static final int VERSION_CURRENT = VERSION_START;

  static final FlatVectorsFormat FLAT_FORMAT =
      new Lucene99FlatVectorsFormat(FlatVectorScorerUtil.getLucene99FlatVectorsScorer());

  private final CairnHnswParameters parameters;
  private final int mergeWorkers;
  private final ExecutorService mergeExecutor;

  /** Default parameters; also what reading uses, for all that a reader needs is in the segment. */
  public CairnHnswVectorsFormat() {
    this(CairnHnswParameters.DEFAULT);
  }

  /**
   * Chosen M and efConstruction.
   *
   * @throws IllegalArgumentException if a value is out of the range of {@link CairnHnswParameters}
   */
  public CairnHnswVectorsFormat(int maxConn, int beamWidth) {
    this(CairnHnswParameters.builder().maxConn(maxConn).beamWidth(beamWidth).build());
  }

  /**
   * Chosen M and efConstruction, and threads for merging, as Lucene's formats take them. With one
   * worker a merge repeats, byte by byte; several of them link nodes in an order of their own.
   *
   * @param numMergeWorkers most threads that one merge may use, at least 1
   * @param mergeExec where they run; null with one worker, or to use the threads that the merge
   *     scheduler offers
   * @throws IllegalArgumentException if a value is out of range, or an executor is given for a
   *     single worker
   */
  public CairnHnswVectorsFormat(
      int maxConn, int beamWidth, int numMergeWorkers, ExecutorService mergeExec) {
    this(
        CairnHnswParameters.builder().maxConn(maxConn).beamWidth(beamWidth).build(),
        numMergeWorkers,
        mergeExec);
  }

  /** Chosen parameters. */
  public CairnHnswVectorsFormat(CairnHnswParameters parameters) {
    this(parameters, 1, null);
  }

  /**
   * Chosen parameters, and several threads for each merge.
   *
   * @param mergeWorkers threads that build the graph of one merged segment, at least 1
   * @param mergeExecutor where they run; null with one worker, or to use the threads that the merge
   *     scheduler offers
   * @throws IllegalArgumentException if there is no worker, or an executor is given for a single
   *     one
   */
  public CairnHnswVectorsFormat(
      CairnHnswParameters parameters, int mergeWorkers, ExecutorService mergeExecutor) {
    super(NAME);
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    if (mergeWorkers < 1) {
      throw new IllegalArgumentException("numMergeWorkers must be at least 1, got " + mergeWorkers);
    }
    if (mergeWorkers == 1 && mergeExecutor != null) {
      throw new IllegalArgumentException(
          "mergeExec must be null when numMergeWorkers is 1: it would never be used");
    }
    this.mergeWorkers = mergeWorkers;
    this.mergeExecutor = mergeExecutor;
  }

  /** The parameters of new segments. */
  public CairnHnswParameters parameters() {
    return parameters;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new CairnHnswVectorsWriter(state, parameters, mergeWorkers, mergeExecutor);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new CairnHnswVectorsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }

  @Override
  public String toString() {
    return NAME
        + "(maxConn="
        + parameters.maxConn()
        + ", beamWidth="
        + parameters.beamWidth()
        + ", efSearch="
        + parameters.efSearch()
        + ", numMergeWorkers="
        + mergeWorkers
        + (mergeExecutor == null ? "" : ", mergeExec=" + mergeExecutor)
        + ")";
  }
}
