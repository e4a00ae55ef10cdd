/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;

/**
 * Sorts a handful of candidates. Up to {@link #RANKED} of them are placed by how many others are
 * smaller: more comparisons than other sorts, but none that the processor has to guess.
 */
final class CandidateSorter {
  private static final int RANKED = 16;

  private final long[] sorted = new long[RANKED];

  /** Sorts the first {@code count} elements, which may contain equals. */
  void sort(long[] a, int count) {
    if (count > RANKED) {
      Arrays.sort(a, 0, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      long value = a[i];
      int rank = 0;
      for (int j = 0; j < i; j++) {
        rank += a[j] <= value ? 1 : 0;
      }
      for (int j = i + 1; j < count; j++) {
        rank += a[j] < value ? 1 : 0;
      }
      sorted[rank] = value;
    }
    System.arraycopy(sorted, 0, a, 0, count);
  }
}
