/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Merging without comparisons that have to be guessed: four new entries at a time are placed by how
 * many others are less, and the old ones are spread around these places a vector at a time. A loop
 * that takes the lesser of two heads waits for each comparison before it can make the next, and its
 * end is guessed wrong each time: together that was a fifth of a search. More than four are left to
 * {@link PanamaMergeNetwork} or {@link PanamaWideMergeNetwork}.
 */
final class PanamaBeamKernels implements BeamKernels {
  private static final VectorSpecies<Long> L = LongVector.SPECIES_PREFERRED;
  private static final int LANES = L.length();
  private static final LongVector LARGEST = LongVector.broadcast(L, Long.MAX_VALUE);

  /** Entries placed together. */
  private static final int GROUP = 4;

  private static final boolean IS_WIDE = LANES == PanamaWideMergeNetwork.LANES;

  /** Entries merged together by a network, when there are more than a group. */
  private static final int RUN = IS_WIDE ? PanamaWideMergeNetwork.RUN : PanamaMergeNetwork.RUN;

  private static final int WINDOW = Long.SIZE;

  /**
   * In beams up to this size new entries are compared with all; in larger ones a binary search
   * leaves out those below all new ones.
   */
  private static final int NARROW = 128;

  PanamaBeamKernels() {}

  /** Whether vectors take a group or two. */
  static boolean isUsable() {
    return LANES == 8 || LANES == 4;
  }

  @Override
  public int merge(long[] sorted, int size, int room, long[] added, int count) {
    int merged = size;
    int from = 0;
    for (; count - from > GROUP; from += RUN) {
      merged = mergeRun(sorted, merged, room, added, from, Math.min(RUN, count - from));
    }
    // one by one, as they were written and are read: a vector would have to wait for them
    added[count] = Long.MAX_VALUE;
    added[count + 1] = Long.MAX_VALUE;
    added[count + 2] = Long.MAX_VALUE;
    for (; from < count; from += GROUP) {
      merged = mergeGroup(sorted, merged, room, added, from, Math.min(GROUP, count - from));
    }
    return merged;
  }

  /** Merges up to a run by a network. Where it is less, what follows it is overwritten. */
  private static int mergeRun(
      long[] sorted, int size, int room, long[] added, int first, int count) {
    if (count < RUN) {
      fill(added, first + count);
    }
    int end = Math.min(size + count, room);
    if (IS_WIDE) {
      PanamaWideMergeNetwork.sort(added, first);
      int from = wholeVectorsBelow(added[first], sorted, size);
      PanamaWideMergeNetwork.insert(added, first, sorted, from, size, end);
    } else {
      PanamaMergeNetwork.sort(added, first);
      int from = wholeVectorsBelow(added[first], sorted, size);
      PanamaMergeNetwork.insert(added, first, sorted, from, size, end);
    }
    fill(sorted, end);
    return end;
  }

  /** Writes the largest number behind those in use. */
  private static void fill(long[] a, int from) {
    for (int i = from; i < from + MARGIN; i += LANES) {
      LARGEST.intoArray(a, i);
    }
  }

  /** Merges up to four, which are followed by the largest number where they are fewer. */
  private static int mergeGroup(
      long[] sorted, int size, int room, long[] added, int first, int count) {
    long x0 = added[first];
    long x1 = added[first + 1];
    long x2 = added[first + 2];
    long x3 = added[first + 3];
    LongVector b0 = LongVector.broadcast(L, x0);
    LongVector b1 = LongVector.broadcast(L, x1);
    LongVector b2 = LongVector.broadcast(L, x2);
    LongVector b3 = LongVector.broadcast(L, x3);
    // places: how many of the old ones and of the new ones are less; of equals the first goes first
    int less10 = less(x1, x0);
    int less20 = less(x2, x0);
    int less30 = less(x3, x0);
    int less21 = less(x2, x1);
    int less31 = less(x3, x1);
    int less32 = less(x3, x2);
    int p0 = less10 + less20 + less30;
    int p1 = 1 - less10 + less21 + less31;
    int p2 = 2 - less20 - less21 + less32;
    int p3 = 3 - less30 - less31 - less32;
    int from = size <= NARROW ? 0 : wholeVectorsBelow(least(x0, x1, x2, x3), sorted, size);
    p0 += from;
    p1 += from;
    p2 += from;
    p3 += from;
    for (int v = from; v < size; v += LANES) {
      LongVector o = LongVector.fromArray(L, sorted, v);
      p0 += o.compare(VectorOperators.LT, b0).trueCount();
      p1 += o.compare(VectorOperators.LT, b1).trueCount();
      p2 += o.compare(VectorOperators.LT, b2).trueCount();
      p3 += o.compare(VectorOperators.LT, b3).trueCount();
    }
    int end = Math.min(size + count, room);
    for (int w = (end - 1) / WINDOW; w >= 0; w--) {
      int start = w * WINDOW;
      // a bit for each place of a new one in this window
      long taken = place(p0, w) | place(p1, w) | place(p2, w) | place(p3, w);
      int earlier =
          w == 0 ? 0 : less(p0, start) + less(p1, start) + less(p2, start) + less(p3, start);
      spread(sorted, start, Math.min(WINDOW, end - start), taken, earlier);
    }
    sorted[p0] = x0;
    sorted[p1] = x1;
    sorted[p2] = x2;
    sorted[p3] = x3;
    fill(sorted, end);
    return end;
  }

  private static long least(long x0, long x1, long x2, long x3) {
    return Math.min(Math.min(x0, x1), Math.min(x2, x3));
  }

  /** How many entries at the start are less, in whole vectors. */
  private static int wholeVectorsBelow(long entry, long[] sorted, int size) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < entry) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low & -LANES;
  }

  private static long place(int p, int window) {
    return p / WINDOW == window ? 1L << p : 0;
  }

  private static int less(long x, long y) {
    return x < y ? 1 : 0;
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
