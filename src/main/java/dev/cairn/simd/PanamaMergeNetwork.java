/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Merges up to 16 numbers at a time into sorted ones by Batcher's bitonic networks (Sorting
 * networks and their applications, 1968), with vectors of four: the time depends on no comparison's
 * outcome.
 *
 * <p>A network is a sequence of steps; in each, numbers some places apart change places where the
 * one that belongs behind is less. Two sorted runs, of which the second is turned round, are sorted
 * by steps of half their length, a quarter and so on. In steps of less than a vector's length both
 * are lanes of one. AVX2 has no instruction for the lesser or the larger of two such numbers, so
 * each lane is compared with its partner and takes its number or not.
 *
 * <p>All is written out, since a vector that a method takes or returns may be an object; so the run
 * that is carried along stays in registers.
 */
final class PanamaMergeNetwork {
  /** Lanes of the vectors that it takes. */
  static final int LANES = 4;

  /** How many numbers are merged at a time. */
  static final int RUN = 4 * LANES;

  private static final VectorSpecies<Long> L = LongVector.SPECIES_256;

  // lanes that are compared with each other: some apart, or mirrored
  private static final VectorShuffle<Long> BY_1 = VectorShuffle.fromOp(L, i -> i ^ 1);
  private static final VectorShuffle<Long> BY_2 = VectorShuffle.fromOp(L, i -> i ^ 2);
  private static final VectorShuffle<Long> REVERSED = VectorShuffle.fromOp(L, i -> i ^ 3);

  // those of two lanes 1 or 2 apart that take the larger
  private static final VectorMask<Long> HIGH_1 = VectorMask.fromLong(L, 0b1010);
  private static final VectorMask<Long> HIGH_2 = VectorMask.fromLong(L, 0b1100);

  private PanamaMergeNetwork() {}

  /** Sorts a run. */
  static void sort(long[] a, int first) {
    LongVector x0 = LongVector.fromArray(L, a, first);
    LongVector x1 = LongVector.fromArray(L, a, first + LANES);
    LongVector x2 = LongVector.fromArray(L, a, first + 2 * LANES);
    LongVector x3 = LongVector.fromArray(L, a, first + 3 * LANES);
    // runs of two and four within vectors
    LongVector y0 = x0.rearrange(BY_1);
    LongVector y1 = x1.rearrange(BY_1);
    LongVector y2 = x2.rearrange(BY_1);
    LongVector y3 = x3.rearrange(BY_1);
    x0 = x0.blend(y0, x0.compare(GT, y0).xor(HIGH_1));
    x1 = x1.blend(y1, x1.compare(GT, y1).xor(HIGH_1));
    x2 = x2.blend(y2, x2.compare(GT, y2).xor(HIGH_1));
    x3 = x3.blend(y3, x3.compare(GT, y3).xor(HIGH_1));
    y0 = x0.rearrange(REVERSED);
    y1 = x1.rearrange(REVERSED);
    y2 = x2.rearrange(REVERSED);
    y3 = x3.rearrange(REVERSED);
    x0 = x0.blend(y0, x0.compare(GT, y0).xor(HIGH_2));
    x1 = x1.blend(y1, x1.compare(GT, y1).xor(HIGH_2));
    x2 = x2.blend(y2, x2.compare(GT, y2).xor(HIGH_2));
    x3 = x3.blend(y3, x3.compare(GT, y3).xor(HIGH_2));
    y0 = x0.rearrange(BY_1);
    y1 = x1.rearrange(BY_1);
    y2 = x2.rearrange(BY_1);
    y3 = x3.rearrange(BY_1);
    x0 = x0.blend(y0, x0.compare(GT, y0).xor(HIGH_1));
    x1 = x1.blend(y1, x1.compare(GT, y1).xor(HIGH_1));
    x2 = x2.blend(y2, x2.compare(GT, y2).xor(HIGH_1));
    x3 = x3.blend(y3, x3.compare(GT, y3).xor(HIGH_1));
    // two runs of eight
    y1 = x1.rearrange(REVERSED);
    y3 = x3.rearrange(REVERSED);
    VectorMask<Long> m0 = x0.compare(GT, y1);
    y0 = x0.blend(y1, m0);
    x1 = y1.blend(x0, m0);
    VectorMask<Long> m1 = x2.compare(GT, y3);
    y2 = x2.blend(y3, m1);
    x3 = y3.blend(x2, m1);
    x0 = y0;
    x2 = y2;
    y0 = x0.rearrange(BY_2);
    y1 = x1.rearrange(BY_2);
    y2 = x2.rearrange(BY_2);
    y3 = x3.rearrange(BY_2);
    x0 = x0.blend(y0, x0.compare(GT, y0).xor(HIGH_2));
    x1 = x1.blend(y1, x1.compare(GT, y1).xor(HIGH_2));
    x2 = x2.blend(y2, x2.compare(GT, y2).xor(HIGH_2));
    x3 = x3.blend(y3, x3.compare(GT, y3).xor(HIGH_2));
    y0 = x0.rearrange(BY_1);
    y1 = x1.rearrange(BY_1);
    y2 = x2.rearrange(BY_1);
    y3 = x3.rearrange(BY_1);
    x0 = x0.blend(y0, x0.compare(GT, y0).xor(HIGH_1));
    x1 = x1.blend(y1, x1.compare(GT, y1).xor(HIGH_1));
    x2 = x2.blend(y2, x2.compare(GT, y2).xor(HIGH_1));
    x3 = x3.blend(y3, x3.compare(GT, y3).xor(HIGH_1));
    // one of 16
    y2 = x3.rearrange(REVERSED);
    y3 = x2.rearrange(REVERSED);
    VectorMask<Long> m2 = x0.compare(GT, y2);
    y0 = x0.blend(y2, m2);
    x2 = y2.blend(x0, m2);
    VectorMask<Long> m3 = x1.compare(GT, y3);
    y1 = x1.blend(y3, m3);
    x3 = y3.blend(x1, m3);
    VectorMask<Long> m4 = y0.compare(GT, y1);
    x0 = y0.blend(y1, m4);
    x1 = y1.blend(y0, m4);
    VectorMask<Long> m5 = x2.compare(GT, x3);
    y2 = x2.blend(x3, m5);
    y3 = x3.blend(x2, m5);
    x2 = y2;
    x3 = y3;
    y0 = x0.rearrange(BY_2);
    y1 = x1.rearrange(BY_2);
    y2 = x2.rearrange(BY_2);
    y3 = x3.rearrange(BY_2);
    x0 = x0.blend(y0, x0.compare(GT, y0).xor(HIGH_2));
    x1 = x1.blend(y1, x1.compare(GT, y1).xor(HIGH_2));
    x2 = x2.blend(y2, x2.compare(GT, y2).xor(HIGH_2));
    x3 = x3.blend(y3, x3.compare(GT, y3).xor(HIGH_2));
    y0 = x0.rearrange(BY_1);
    y1 = x1.rearrange(BY_1);
    y2 = x2.rearrange(BY_1);
    y3 = x3.rearrange(BY_1);
    x0 = x0.blend(y0, x0.compare(GT, y0).xor(HIGH_1));
    x1 = x1.blend(y1, x1.compare(GT, y1).xor(HIGH_1));
    x2 = x2.blend(y2, x2.compare(GT, y2).xor(HIGH_1));
    x3 = x3.blend(y3, x3.compare(GT, y3).xor(HIGH_1));
    x0.intoArray(a, first);
    x1.intoArray(a, first + LANES);
    x2.intoArray(a, first + 2 * LANES);
    x3.intoArray(a, first + 3 * LANES);
  }

  /**
   * Inserts a sorted run: of it and the next 16 the least stay, and the others are carried on.
   *
   * @param from where the least of the run belongs, or before
   * @param end how many are to be there
   */
  static void insert(long[] run, int first, long[] sorted, int from, int size, int end) {
    LongVector c0 = LongVector.fromArray(L, run, first);
    LongVector c1 = LongVector.fromArray(L, run, first + LANES);
    LongVector c2 = LongVector.fromArray(L, run, first + 2 * LANES);
    LongVector c3 = LongVector.fromArray(L, run, first + 3 * LANES);
    int at = from;
    for (; at < size; at += RUN) {
      LongVector x0 = LongVector.fromArray(L, sorted, at);
      LongVector x1 = LongVector.fromArray(L, sorted, at + LANES);
      LongVector x2 = LongVector.fromArray(L, sorted, at + 2 * LANES);
      LongVector x3 = LongVector.fromArray(L, sorted, at + 3 * LANES);
      LongVector d0 = c3.rearrange(REVERSED);
      LongVector d1 = c2.rearrange(REVERSED);
      LongVector d2 = c1.rearrange(REVERSED);
      LongVector d3 = c0.rearrange(REVERSED);
      VectorMask<Long> m0 = x0.compare(GT, d0);
      LongVector y0 = x0.blend(d0, m0);
      c0 = d0.blend(x0, m0);
      VectorMask<Long> m1 = x1.compare(GT, d1);
      LongVector y1 = x1.blend(d1, m1);
      c1 = d1.blend(x1, m1);
      VectorMask<Long> m2 = x2.compare(GT, d2);
      LongVector y2 = x2.blend(d2, m2);
      c2 = d2.blend(x2, m2);
      VectorMask<Long> m3 = x3.compare(GT, d3);
      LongVector y3 = x3.blend(d3, m3);
      c3 = d3.blend(x3, m3);
      VectorMask<Long> m4 = y0.compare(GT, y2);
      x0 = y0.blend(y2, m4);
      x2 = y2.blend(y0, m4);
      VectorMask<Long> m5 = y1.compare(GT, y3);
      x1 = y1.blend(y3, m5);
      x3 = y3.blend(y1, m5);
      VectorMask<Long> m6 = x0.compare(GT, x1);
      y0 = x0.blend(x1, m6);
      y1 = x1.blend(x0, m6);
      VectorMask<Long> m7 = x2.compare(GT, x3);
      y2 = x2.blend(x3, m7);
      y3 = x3.blend(x2, m7);
      VectorMask<Long> m8 = c0.compare(GT, c2);
      d0 = c0.blend(c2, m8);
      d2 = c2.blend(c0, m8);
      VectorMask<Long> m9 = c1.compare(GT, c3);
      d1 = c1.blend(c3, m9);
      d3 = c3.blend(c1, m9);
      VectorMask<Long> m10 = d0.compare(GT, d1);
      c0 = d0.blend(d1, m10);
      c1 = d1.blend(d0, m10);
      VectorMask<Long> m11 = d2.compare(GT, d3);
      c2 = d2.blend(d3, m11);
      c3 = d3.blend(d2, m11);
      x0 = y0.rearrange(BY_2);
      x1 = y1.rearrange(BY_2);
      x2 = y2.rearrange(BY_2);
      x3 = y3.rearrange(BY_2);
      d0 = c0.rearrange(BY_2);
      d1 = c1.rearrange(BY_2);
      d2 = c2.rearrange(BY_2);
      d3 = c3.rearrange(BY_2);
      y0 = y0.blend(x0, y0.compare(GT, x0).xor(HIGH_2));
      y1 = y1.blend(x1, y1.compare(GT, x1).xor(HIGH_2));
      y2 = y2.blend(x2, y2.compare(GT, x2).xor(HIGH_2));
      y3 = y3.blend(x3, y3.compare(GT, x3).xor(HIGH_2));
      c0 = c0.blend(d0, c0.compare(GT, d0).xor(HIGH_2));
      c1 = c1.blend(d1, c1.compare(GT, d1).xor(HIGH_2));
      c2 = c2.blend(d2, c2.compare(GT, d2).xor(HIGH_2));
      c3 = c3.blend(d3, c3.compare(GT, d3).xor(HIGH_2));
      x0 = y0.rearrange(BY_1);
      x1 = y1.rearrange(BY_1);
      x2 = y2.rearrange(BY_1);
      x3 = y3.rearrange(BY_1);
      d0 = c0.rearrange(BY_1);
      d1 = c1.rearrange(BY_1);
      d2 = c2.rearrange(BY_1);
      d3 = c3.rearrange(BY_1);
      y0 = y0.blend(x0, y0.compare(GT, x0).xor(HIGH_1));
      y1 = y1.blend(x1, y1.compare(GT, x1).xor(HIGH_1));
      y2 = y2.blend(x2, y2.compare(GT, x2).xor(HIGH_1));
      y3 = y3.blend(x3, y3.compare(GT, x3).xor(HIGH_1));
      c0 = c0.blend(d0, c0.compare(GT, d0).xor(HIGH_1));
      c1 = c1.blend(d1, c1.compare(GT, d1).xor(HIGH_1));
      c2 = c2.blend(d2, c2.compare(GT, d2).xor(HIGH_1));
      c3 = c3.blend(d3, c3.compare(GT, d3).xor(HIGH_1));
      y0.intoArray(sorted, at);
      y1.intoArray(sorted, at + LANES);
      y2.intoArray(sorted, at + 2 * LANES);
      y3.intoArray(sorted, at + 3 * LANES);
    }
    if (at < end) {
      c0.intoArray(sorted, at);
      c1.intoArray(sorted, at + LANES);
      c2.intoArray(sorted, at + 2 * LANES);
      c3.intoArray(sorted, at + 3 * LANES);
    }
  }
}
