/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Merging without comparisons that have to be guessed: eight new entries at a time are placed by
 * how many others are less, and the old ones are spread around these places a vector at a time. A
 * loop that takes the lesser of two heads waits for each comparison before it can make the next,
 * and its end is guessed wrong each time: together that was a fifth of a search.
 */
final class PanamaBeamKernels implements BeamKernels {
  private static final VectorSpecies<Long> L = LongVector.SPECIES_PREFERRED;
  private static final int LANES = L.length();
  private static final LongVector LARGEST = LongVector.broadcast(L, Long.MAX_VALUE);

  /** Entries placed together. */
  private static final int GROUP = 8;

  private static final int WINDOW = Long.SIZE;

  PanamaBeamKernels() {}

  /** Whether vectors are wide enough, which must also divide {@link #GROUP}. */
  static boolean isUsable() {
    return LANES == 8 || LANES == 4;
  }

  @Override
  public int merge(long[] sorted, int size, int room, long[] added, int count) {
    fill(added, count);
    int merged = size;
    for (int from = 0; from < count; from += GROUP) {
      merged = mergeGroup(sorted, merged, room, added, from, Math.min(GROUP, count - from));
    }
    return merged;
  }

  private static void fill(long[] a, int from) {
    for (int i = from; i < from + MARGIN; i += LANES) {
      LARGEST.intoArray(a, i);
    }
  }

  /** Merges up to eight, which are followed by the largest number where they are fewer. */
  private static int mergeGroup(
      long[] sorted, int size, int room, long[] added, int from, int count) {
    long x0 = added[from];
    long x1 = added[from + 1];
    long x2 = added[from + 2];
    long x3 = added[from + 3];
    long x4 = added[from + 4];
    long x5 = added[from + 5];
    long x6 = added[from + 6];
    long x7 = added[from + 7];
    LongVector b0 = LongVector.broadcast(L, x0);
    LongVector b1 = LongVector.broadcast(L, x1);
    LongVector b2 = LongVector.broadcast(L, x2);
    LongVector b3 = LongVector.broadcast(L, x3);
    LongVector b4 = LongVector.broadcast(L, x4);
    LongVector b5 = LongVector.broadcast(L, x5);
    LongVector b6 = LongVector.broadcast(L, x6);
    LongVector b7 = LongVector.broadcast(L, x7);
    // places: how many of the old ones and of the new ones are less; of equals the first goes first
    int p0 = 0;
    int p1 = 0;
    int p2 = 0;
    int p3 = 0;
    int p4 = 0;
    int p5 = 0;
    int p6 = 0;
    int p7 = 0;
    for (int v = 0; v < GROUP; v += LANES) {
      LongVector s = LongVector.fromArray(L, added, from + v);
      p0 += before(s, b0, 0, v);
      p1 += before(s, b1, 1, v);
      p2 += before(s, b2, 2, v);
      p3 += before(s, b3, 3, v);
      p4 += before(s, b4, 4, v);
      p5 += before(s, b5, 5, v);
      p6 += before(s, b6, 6, v);
      p7 += before(s, b7, 7, v);
    }
    for (int v = 0; v < size; v += LANES) {
      LongVector o = LongVector.fromArray(L, sorted, v);
      p0 += o.compare(VectorOperators.LT, b0).trueCount();
      p1 += o.compare(VectorOperators.LT, b1).trueCount();
      p2 += o.compare(VectorOperators.LT, b2).trueCount();
      p3 += o.compare(VectorOperators.LT, b3).trueCount();
      p4 += o.compare(VectorOperators.LT, b4).trueCount();
      p5 += o.compare(VectorOperators.LT, b5).trueCount();
      p6 += o.compare(VectorOperators.LT, b6).trueCount();
      p7 += o.compare(VectorOperators.LT, b7).trueCount();
    }
    int end = Math.min(size + count, room);
    for (int w = (end - 1) / WINDOW; w >= 0; w--) {
      int first = w * WINDOW;
      // a bit for each place of a new one in this window
      long taken =
          place(p0, w)
              | place(p1, w)
              | place(p2, w)
              | place(p3, w)
              | place(p4, w)
              | place(p5, w)
              | place(p6, w)
              | place(p7, w);
      int earlier =
          w == 0
              ? 0
              : less(p0, first)
                  + less(p1, first)
                  + less(p2, first)
                  + less(p3, first)
                  + less(p4, first)
                  + less(p5, first)
                  + less(p6, first)
                  + less(p7, first);
      spread(sorted, first, Math.min(WINDOW, end - first), taken, earlier);
    }
    sorted[p0] = x0;
    sorted[p1] = x1;
    sorted[p2] = x2;
    sorted[p3] = x3;
    sorted[p4] = x4;
    sorted[p5] = x5;
    sorted[p6] = x6;
    sorted[p7] = x7;
    fill(sorted, end);
    return end;
  }

  private static int before(LongVector s, LongVector b, int i, int v) {
    long less = s.compare(VectorOperators.LT, b).toLong();
    long equal = s.compare(VectorOperators.EQ, b).toLong();
    return Long.bitCount(less | (equal & ((1L << i) - 1) >>> v));
  }

  private static long place(int p, int window) {
    return p / WINDOW == window ? 1L << p : 0;
  }

  private static int less(int p, int limit) {
    return p < limit ? 1 : 0;
  }

  /**
   * Moves old entries to the places of a window that are not taken, the last first, so that none is
   * overwritten before it is read.
   *
   * @param earlier how many places before the window are taken
   */
  private static void spread(long[] sorted, int first, int length, long taken, int earlier) {
    for (int r = (length - 1) / LANES * LANES; r >= 0; r -= LANES) {
      long takenBefore = taken & ((1L << r) - 1);
      int shift = earlier + Long.bitCount(takenBefore);
      long here = taken >>> r;
      LongVector.fromArray(L, sorted, first + r - shift)
          .expand(VectorMask.fromLong(L, ~here))
          .intoArray(sorted, first + r);
      if (shift == 0) {
        // before the first place taken nothing moves
        return;
      }
    }
  }
}
