/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.util.Arrays;

/** The kernels in plain Java: the specification of all others. */
public final class ScalarBeamKernels implements BeamKernels {
  /** So many are sorted by insertion, which is faster than a call for a handful. */
  private static final int HANDFUL = 16;

  /** Creates the kernels; they hold no state. */
  public ScalarBeamKernels() {}

  @Override
  public int merge(long[] sorted, int size, int room, long[] added, int count) {
    sort(added, count);
    int end = Math.min(size + count, room);
    int i = size - 1;
    int j = count - 1;
    // the largest first, each to where it belongs, so that nothing is overwritten before it is read
    for (int at = size + count - 1; j >= 0; at--) {
      boolean isOld = i >= 0 && sorted[i] > added[j];
      long larger = isOld ? sorted[i] : added[j];
      i -= isOld ? 1 : 0;
      j -= isOld ? 0 : 1;
      if (at < end) {
        sorted[at] = larger;
      }
    }
    Arrays.fill(sorted, end, end + MARGIN, Long.MAX_VALUE);
    return end;
  }

  private static void sort(long[] a, int count) {
    if (count > HANDFUL) {
      Arrays.sort(a, 0, count);
      return;
    }
    for (int i = 1; i < count; i++) {
      long value = a[i];
      int at = i;
      for (; at > 0 && a[at - 1] > value; at--) {
        a[at] = a[at - 1];
      }
      a[at] = value;
    }
  }
}
