/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.MemorySegment;

/** The plain meaning of {@link EdgeKernels}. */
final class ScalarEdgeKernels implements EdgeKernels {
  @Override
  public void decode(
      MemorySegment integers, long offset, int n, boolean isWide, float factor, float[] out) {
    MemorySegment memory = OffHeap.of(integers);
    for (int i = 0; i < n; i++) {
      int v =
          isWide
              ? memory.get(SegmentLayouts.SHORT, offset + 2L * i)
              : memory.get(SegmentLayouts.BYTE, offset + i);
      out[i] = v * factor;
    }
  }

  @Override
  public void residual(float[] p, float[] o, int n, long[] forward, long[] backward, float[] sums) {
    float squared = 0;
    float absolute = 0;
    float along = 0;
    float alongBackward = 0;
    float inner = 0;
    for (int w = 0; w < n >> 6; w++) {
      long positive = 0;
      long negative = 0;
      for (int bit = 0; bit < 64; bit++) {
        int i = 64 * w + bit;
        float r = o[i] - p[i];
        squared += r * r;
        absolute += Math.abs(r);
        inner += p[i] * r;
        along += r >= 0 ? p[i] : -p[i];
        alongBackward += r <= 0 ? o[i] : -o[i];
        positive |= r >= 0 ? 1L << bit : 0;
        negative |= r <= 0 ? 1L << bit : 0;
      }
      forward[w] = positive;
      backward[w] = negative;
    }
    sums[SQUARED] = squared;
    sums[ABSOLUTE] = absolute;
    sums[ALONG] = along;
    sums[ALONG_BACKWARD] = alongBackward;
    sums[INNER] = inner;
  }

  @Override
  public void squaredL2(float[] a, float[][] others, int first, int n, float[] out) {
    for (int j = 0; j < BATCH; j++) {
      float[] b = others[first + j];
      float sum = 0;
      for (int i = 0; i < n; i++) {
        float d = a[i] - b[i];
        sum += d * d;
      }
      out[j] = sum;
    }
  }

  @Override
  public long compareEdges(
      float[] between,
      int first,
      MemorySegment edges,
      long offset,
      float key,
      float slack,
      float alpha,
      float rounding) {
    MemorySegment memory = OffHeap.of(edges);
    long close = 0;
    long far = 0;
    for (int j = 0; j < VectorKernels.PASS; j++) {
      float edge = memory.get(SegmentLayouts.FLOAT, offset + 4L * j);
      float distance = between[first + j] + slack;
      close |= distance * alpha < Math.max(edge, key) + slack || distance <= rounding ? 1L << j : 0;
      far |= edge > key ? 1L << j : 0;
    }
    return far << VectorKernels.PASS | close;
  }

  @Override
  public int filter(MemorySegment integers, long offset, int[] filter) {
    MemorySegment memory = OffHeap.of(integers);
    int bits = 0;
    for (int j = 0; j < VectorKernels.PASS; j++) {
      int v = memory.get(SegmentLayouts.INT, offset + 4L * j);
      bits |= (filter[v & FILTER_WORDS - 1] >>> (v >>> 4) & 1) << j;
    }
    return bits;
  }
}
