/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.VectorSource;
import dev.cairn.quantization.Metric;
import dev.cairn.simd.OffHeap;
import dev.cairn.simd.SegmentLayouts;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.lucene.index.VectorEncoding;

/**
 * The vectors that a graph is built over: those buffered by an index writer, or those of a file.
 */
abstract class RawVectors implements VectorSource {
  private final VectorKernels kernels = VectorKernels.best();
  private final Metric metric;
  private final int dimension;

  private RawVectors(Metric metric, int dimension) {
    this.metric = metric;
    this.dimension = dimension;
  }

  /** Vectors on the heap, as Lucene's flat field writer buffers them. */
  @SuppressWarnings("unchecked")
  static RawVectors buffered(
      Metric metric, int dimension, VectorEncoding encoding, List<?> vectors) {
    return switch (encoding) {
      case FLOAT32 -> {
        List<float[]> floats = (List<float[]>) vectors;
        yield new RawVectors(metric, dimension) {
          @Override
          float[] raw(int ordinal) {
            return floats.get(ordinal);
          }
        };
      }
      case BYTE -> {
        List<byte[]> bytes = (List<byte[]>) vectors;
        float[] scratch = new float[dimension];
        yield new RawVectors(metric, dimension) {
          @Override
          float[] raw(int ordinal) {
            byte[] vector = bytes.get(ordinal);
            for (int i = 0; i < scratch.length; i++) {
              scratch[i] = vector[i];
            }
            return scratch;
          }
        };
      }
    };
  }

  /** Vectors in a file, as Lucene's flat format stores them. */
  static RawVectors stored(
      Metric metric, int dimension, VectorEncoding encoding, BlockSource rows) {
    float[] scratch = new float[dimension];
    return switch (encoding) {
      case FLOAT32 ->
          new RawVectors(metric, dimension) {
            @Override
            float[] raw(int ordinal) throws IOException {
              rows.seek(ordinal);
              MemorySegment.copy(
                  rows.segment(), SegmentLayouts.FLOAT, rows.offset(), scratch, 0, scratch.length);
              return scratch;
            }
          };
      case BYTE ->
          new RawVectors(metric, dimension) {
            @Override
            float[] raw(int ordinal) throws IOException {
              rows.seek(ordinal);
              MemorySegment memory = OffHeap.of(rows.segment());
              for (int i = 0; i < scratch.length; i++) {
                scratch[i] = memory.get(SegmentLayouts.BYTE, rows.offset() + i);
              }
              return scratch;
            }
          };
    };
  }

  /** A vector as it was indexed, widened to floats; valid until the next call. */
  abstract float[] raw(int ordinal) throws IOException;

  @Override
  public final int dimension() {
    return dimension;
  }

  @Override
  public final void load(int ordinal, float[] row) throws IOException {
    float[] raw = raw(ordinal);
    if (metric == Metric.ANGULAR) {
      float factor = factor(raw);
      for (int i = 0; i < dimension; i++) {
        row[i] = raw[i] * factor;
      }
    } else {
      System.arraycopy(raw, 0, row, 0, dimension);
    }
  }

  @Override
  public final float nodeFactor(int ordinal) throws IOException {
    return metric == Metric.SQUARED_L2 ? 0 : factor(raw(ordinal));
  }

  private float factor(float[] raw) {
    return Keys.nodeFactor(metric, kernels.dot(raw, raw, dimension));
  }
}
