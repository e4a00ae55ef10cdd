/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.MemorySegment;

/** The plain meaning of {@link SignKernels}. */
final class ScalarSignKernels implements SignKernels {
  @Override
  public void keys(
      MemorySegment rows,
      int rowBytes,
      int[] ordinals,
      int from,
      int to,
      SignQuery query,
      int[] sums,
      float[] keys) {
    MemorySegment memory = OffHeap.of(rows);
    int words = query.words;
    int planeWords = query.planeWords;
    long[] planes = query.planes;
    for (int i = from; i < to; i++) {
      long row = (long) ordinals[i] * rowBytes;
      int sum = 0;
      for (int w = 0; w < words; w++) {
        long bits = memory.get(SegmentLayouts.LONG, row + 8L * w);
        sum +=
            Long.bitCount(bits & planes[w])
                + 2 * Long.bitCount(bits & planes[planeWords + w])
                + 4 * Long.bitCount(bits & planes[2 * planeWords + w])
                - 8 * Long.bitCount(bits & planes[3 * planeWords + w]);
      }
      float add = memory.get(SegmentLayouts.FLOAT, row + 8L * words);
      float scale = memory.get(SegmentLayouts.FLOAT, row + 8L * words + Float.BYTES);
      keys[i] = query.weight * add - scale * (query.step * sum + query.bias);
    }
  }
}
