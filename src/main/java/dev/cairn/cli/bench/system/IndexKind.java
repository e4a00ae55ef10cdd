/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.data.Progress;
import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/** A kind of index. */
public enum IndexKind {
  /** Cairn. */
  CAIRN,
  /** Lucene's default. */
  LUCENE,
  /** Lucene's, with 8-bit codes. */
  LUCENE_8BIT,
  /** Lucene's, with 4-bit codes. */
  LUCENE_4BIT,
  /** Lucene's, with 1-bit codes. */
  LUCENE_1BIT,
  /** JVector. */
  JVECTOR;

  /** The name of the kind, also of the directory it is built in. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Builds an index.
   *
   * @param directory empty or missing
   */
  public BuiltIndex build(Dataset data, Path directory, BuildPlan plan, Progress.Factory progress)
      throws IOException {
    return this == JVECTOR
        ? JVectorIndex.build(data, directory, plan, progress)
        : LuceneIndex.build(this, data, directory, plan, progress);
  }

  /** Opens an index that was built before. */
  public BuiltIndex open(Dataset data, Path directory, BuildPlan plan, BuildCost cost)
      throws IOException {
    return this == JVECTOR
        ? JVectorIndex.open(data, directory, plan, cost)
        : LuceneIndex.open(directory, cost);
  }

  /** Which of its ways to compute JVector chose, such as {@code native} or {@code panama}. */
  public static String jvectorKernels() {
    return JVectorIndex.kernels();
  }

  /** How JVector is set up, for the report. */
  public static String jvectorSettings(BuildPlan plan) {
    return JVectorIndex.settings(plan);
  }

  /** The format of a kind that lives in a Lucene index. */
  KnnVectorsFormat format(BuildPlan plan, ExecutorService mergeExecutor) {
    int m = plan.m();
    int beam = plan.efConstruction();
    int workers = plan.mergeWorkers();
    return switch (this) {
      case CAIRN -> cairn(plan, mergeExecutor);
      case LUCENE -> new WideFormat(new Lucene99HnswVectorsFormat(m, beam, workers, mergeExecutor));
      case LUCENE_8BIT -> quantized(ScalarEncoding.UNSIGNED_BYTE, plan, mergeExecutor);
      case LUCENE_4BIT -> quantized(ScalarEncoding.PACKED_NIBBLE, plan, mergeExecutor);
      case LUCENE_1BIT -> quantized(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, plan, mergeExecutor);
      case JVECTOR -> throw new IllegalStateException("JVector is no Lucene format");
    };
  }

  private static KnnVectorsFormat cairn(BuildPlan plan, ExecutorService mergeExecutor) {
    // no beam wider than asked for: the default would be the least width of every search
    CairnHnswParameters parameters =
        CairnHnswParameters.builder()
            .m(plan.m())
            .efConstruction(plan.efConstruction())
            .efSearch(1)
            .build();
    return new CairnHnswVectorsFormat(parameters, plan.mergeWorkers(), mergeExecutor);
  }

  private static KnnVectorsFormat quantized(
      ScalarEncoding encoding, BuildPlan plan, ExecutorService mergeExecutor) {
    return new WideFormat(
        new Lucene104HnswScalarQuantizedVectorsFormat(
            encoding, plan.m(), plan.efConstruction(), plan.mergeWorkers(), mergeExecutor));
  }
}
