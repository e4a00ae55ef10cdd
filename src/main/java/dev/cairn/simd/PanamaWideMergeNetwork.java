/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PanamaMergeNetwork} for vectors of 512 bits, eight numbers each, which have an instruction
 * for the lesser and for the larger of two.
 */
final class PanamaWideMergeNetwork {
  /** Lanes of the vectors that it takes. */
  static final int LANES = 8;

  /** How many numbers are merged at a time. */
  static final int RUN = 4 * LANES;

  private static final VectorSpecies<Long> L = LongVector.SPECIES_512;

  // lanes that are compared with each other: some apart, or mirrored within four or eight
  private static final VectorShuffle<Long> BY_1 = VectorShuffle.fromOp(L, i -> i ^ 1);
  private static final VectorShuffle<Long> BY_2 = VectorShuffle.fromOp(L, i -> i ^ 2);
  private static final VectorShuffle<Long> BY_4 = VectorShuffle.fromOp(L, i -> i ^ 4);
  private static final VectorShuffle<Long> IN_FOURS = VectorShuffle.fromOp(L, i -> i ^ 3);
  private static final VectorShuffle<Long> REVERSED = VectorShuffle.fromOp(L, i -> i ^ 7);

  // those of two lanes 1, 2 or 4 apart that take the lesser and the larger
  private static final VectorMask<Long> LOW_1 = VectorMask.fromLong(L, 0b01010101);
  private static final VectorMask<Long> HIGH_1 = VectorMask.fromLong(L, 0b10101010);
  private static final VectorMask<Long> LOW_2 = VectorMask.fromLong(L, 0b00110011);
  private static final VectorMask<Long> HIGH_2 = VectorMask.fromLong(L, 0b11001100);
  private static final VectorMask<Long> LOW_4 = VectorMask.fromLong(L, 0b00001111);
  private static final VectorMask<Long> HIGH_4 = VectorMask.fromLong(L, 0b11110000);

  private PanamaWideMergeNetwork() {}

  /** Sorts a run. */
  static void sort(long[] a, int first) {
    LongVector x0 = LongVector.fromArray(L, a, first);
    LongVector x1 = LongVector.fromArray(L, a, first + LANES);
    LongVector x2 = LongVector.fromArray(L, a, first + 2 * LANES);
    LongVector x3 = LongVector.fromArray(L, a, first + 3 * LANES);
    // runs of two, four and eight within vectors
    LongVector y0 = x0.rearrange(BY_1);
    LongVector y1 = x1.rearrange(BY_1);
    LongVector y2 = x2.rearrange(BY_1);
    LongVector y3 = x3.rearrange(BY_1);
    x0 = x0.lanewise(MIN, y0, LOW_1).lanewise(MAX, y0, HIGH_1);
    x1 = x1.lanewise(MIN, y1, LOW_1).lanewise(MAX, y1, HIGH_1);
    x2 = x2.lanewise(MIN, y2, LOW_1).lanewise(MAX, y2, HIGH_1);
    x3 = x3.lanewise(MIN, y3, LOW_1).lanewise(MAX, y3, HIGH_1);
    y0 = x0.rearrange(IN_FOURS);
    y1 = x1.rearrange(IN_FOURS);
    y2 = x2.rearrange(IN_FOURS);
    y3 = x3.rearrange(IN_FOURS);
    x0 = x0.lanewise(MIN, y0, LOW_2).lanewise(MAX, y0, HIGH_2);
    x1 = x1.lanewise(MIN, y1, LOW_2).lanewise(MAX, y1, HIGH_2);
    x2 = x2.lanewise(MIN, y2, LOW_2).lanewise(MAX, y2, HIGH_2);
    x3 = x3.lanewise(MIN, y3, LOW_2).lanewise(MAX, y3, HIGH_2);
    y0 = x0.rearrange(BY_1);
    y1 = x1.rearrange(BY_1);
    y2 = x2.rearrange(BY_1);
    y3 = x3.rearrange(BY_1);
    x0 = x0.lanewise(MIN, y0, LOW_1).lanewise(MAX, y0, HIGH_1);
    x1 = x1.lanewise(MIN, y1, LOW_1).lanewise(MAX, y1, HIGH_1);
    x2 = x2.lanewise(MIN, y2, LOW_1).lanewise(MAX, y2, HIGH_1);
    x3 = x3.lanewise(MIN, y3, LOW_1).lanewise(MAX, y3, HIGH_1);
    y0 = x0.rearrange(REVERSED);
    y1 = x1.rearrange(REVERSED);
    y2 = x2.rearrange(REVERSED);
    y3 = x3.rearrange(REVERSED);
    x0 = x0.lanewise(MIN, y0, LOW_4).lanewise(MAX, y0, HIGH_4);
    x1 = x1.lanewise(MIN, y1, LOW_4).lanewise(MAX, y1, HIGH_4);
    x2 = x2.lanewise(MIN, y2, LOW_4).lanewise(MAX, y2, HIGH_4);
    x3 = x3.lanewise(MIN, y3, LOW_4).lanewise(MAX, y3, HIGH_4);
    y0 = x0.rearrange(BY_2);
    y1 = x1.rearrange(BY_2);
    y2 = x2.rearrange(BY_2);
    y3 = x3.rearrange(BY_2);
    x0 = x0.lanewise(MIN, y0, LOW_2).lanewise(MAX, y0, HIGH_2);
    x1 = x1.lanewise(MIN, y1, LOW_2).lanewise(MAX, y1, HIGH_2);
    x2 = x2.lanewise(MIN, y2, LOW_2).lanewise(MAX, y2, HIGH_2);
    x3 = x3.lanewise(MIN, y3, LOW_2).lanewise(MAX, y3, HIGH_2);
    y0 = x0.rearrange(BY_1);
    y1 = x1.rearrange(BY_1);
    y2 = x2.rearrange(BY_1);
    y3 = x3.rearrange(BY_1);
    x0 = x0.lanewise(MIN, y0, LOW_1).lanewise(MAX, y0, HIGH_1);
    x1 = x1.lanewise(MIN, y1, LOW_1).lanewise(MAX, y1, HIGH_1);
    x2 = x2.lanewise(MIN, y2, LOW_1).lanewise(MAX, y2, HIGH_1);
    x3 = x3.lanewise(MIN, y3, LOW_1).lanewise(MAX, y3, HIGH_1);
    // two runs of 16
    y1 = x1.rearrange(REVERSED);
    y3 = x3.rearrange(REVERSED);
    x1 = x0.max(y1);
    x3 = x2.max(y3);
    x0 = x0.min(y1);
    x2 = x2.min(y3);
    y0 = x0.rearrange(BY_4);
    y1 = x1.rearrange(BY_4);
    y2 = x2.rearrange(BY_4);
    y3 = x3.rearrange(BY_4);
    x0 = x0.lanewise(MIN, y0, LOW_4).lanewise(MAX, y0, HIGH_4);
    x1 = x1.lanewise(MIN, y1, LOW_4).lanewise(MAX, y1, HIGH_4);
    x2 = x2.lanewise(MIN, y2, LOW_4).lanewise(MAX, y2, HIGH_4);
    x3 = x3.lanewise(MIN, y3, LOW_4).lanewise(MAX, y3, HIGH_4);
    y0 = x0.rearrange(BY_2);
    y1 = x1.rearrange(BY_2);
    y2 = x2.rearrange(BY_2);
    y3 = x3.rearrange(BY_2);
    x0 = x0.lanewise(MIN, y0, LOW_2).lanewise(MAX, y0, HIGH_2);
    x1 = x1.lanewise(MIN, y1, LOW_2).lanewise(MAX, y1, HIGH_2);
    x2 = x2.lanewise(MIN, y2, LOW_2).lanewise(MAX, y2, HIGH_2);
    x3 = x3.lanewise(MIN, y3, LOW_2).lanewise(MAX, y3, HIGH_2);
    y0 = x0.rearrange(BY_1);
    y1 = x1.rearrange(BY_1);
    y2 = x2.rearrange(BY_1);
    y3 = x3.rearrange(BY_1);
    x0 = x0.lanewise(MIN, y0, LOW_1).lanewise(MAX, y0, HIGH_1);
    x1 = x1.lanewise(MIN, y1, LOW_1).lanewise(MAX, y1, HIGH_1);
    x2 = x2.lanewise(MIN, y2, LOW_1).lanewise(MAX, y2, HIGH_1);
    x3 = x3.lanewise(MIN, y3, LOW_1).lanewise(MAX, y3, HIGH_1);
    // one of 32
    y2 = x3.rearrange(REVERSED);
    y3 = x2.rearrange(REVERSED);
    x2 = x0.max(y2);
    x3 = x1.max(y3);
    y0 = x0.min(y2);
    y1 = x1.min(y3);
    x0 = y0.min(y1);
    x1 = y0.max(y1);
    y2 = x2.min(x3);
    x3 = x2.max(x3);
    x2 = y2;
    y0 = x0.rearrange(BY_4);
    y1 = x1.rearrange(BY_4);
    y2 = x2.rearrange(BY_4);
    y3 = x3.rearrange(BY_4);
    x0 = x0.lanewise(MIN, y0, LOW_4).lanewise(MAX, y0, HIGH_4);
    x1 = x1.lanewise(MIN, y1, LOW_4).lanewise(MAX, y1, HIGH_4);
    x2 = x2.lanewise(MIN, y2, LOW_4).lanewise(MAX, y2, HIGH_4);
    x3 = x3.lanewise(MIN, y3, LOW_4).lanewise(MAX, y3, HIGH_4);
    y0 = x0.rearrange(BY_2);
    y1 = x1.rearrange(BY_2);
    y2 = x2.rearrange(BY_2);
    y3 = x3.rearrange(BY_2);
    x0 = x0.lanewise(MIN, y0, LOW_2).lanewise(MAX, y0, HIGH_2);
    x1 = x1.lanewise(MIN, y1, LOW_2).lanewise(MAX, y1, HIGH_2);
    x2 = x2.lanewise(MIN, y2, LOW_2).lanewise(MAX, y2, HIGH_2);
    x3 = x3.lanewise(MIN, y3, LOW_2).lanewise(MAX, y3, HIGH_2);
    y0 = x0.rearrange(BY_1);
    y1 = x1.rearrange(BY_1);
    y2 = x2.rearrange(BY_1);
    y3 = x3.rearrange(BY_1);
    x0 = x0.lanewise(MIN, y0, LOW_1).lanewise(MAX, y0, HIGH_1);
    x1 = x1.lanewise(MIN, y1, LOW_1).lanewise(MAX, y1, HIGH_1);
    x2 = x2.lanewise(MIN, y2, LOW_1).lanewise(MAX, y2, HIGH_1);
    x3 = x3.lanewise(MIN, y3, LOW_1).lanewise(MAX, y3, HIGH_1);
    x0.intoArray(a, first);
    x1.intoArray(a, first + LANES);
    x2.intoArray(a, first + 2 * LANES);
    x3.intoArray(a, first + 3 * LANES);
  }

  /**
   * Inserts a sorted run: of it and the next 32 the least stay, and the others are carried on.
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
      c0 = x0.max(d0);
      c1 = x1.max(d1);
      c2 = x2.max(d2);
      c3 = x3.max(d3);
      x0 = x0.min(d0);
      x1 = x1.min(d1);
      x2 = x2.min(d2);
      x3 = x3.min(d3);
      LongVector y0 = x0.min(x2);
      LongVector y1 = x1.min(x3);
      LongVector y2 = x0.max(x2);
      LongVector y3 = x1.max(x3);
      x0 = y0.min(y1);
      x1 = y0.max(y1);
      x2 = y2.min(y3);
      x3 = y2.max(y3);
      d0 = c0.min(c2);
      d1 = c1.min(c3);
      d2 = c0.max(c2);
      d3 = c1.max(c3);
      c0 = d0.min(d1);
      c1 = d0.max(d1);
      c2 = d2.min(d3);
      c3 = d2.max(d3);
      y0 = x0.rearrange(BY_4);
      y1 = x1.rearrange(BY_4);
      y2 = x2.rearrange(BY_4);
      y3 = x3.rearrange(BY_4);
      d0 = c0.rearrange(BY_4);
      d1 = c1.rearrange(BY_4);
      d2 = c2.rearrange(BY_4);
      d3 = c3.rearrange(BY_4);
      x0 = x0.lanewise(MIN, y0, LOW_4).lanewise(MAX, y0, HIGH_4);
      x1 = x1.lanewise(MIN, y1, LOW_4).lanewise(MAX, y1, HIGH_4);
      x2 = x2.lanewise(MIN, y2, LOW_4).lanewise(MAX, y2, HIGH_4);
      x3 = x3.lanewise(MIN, y3, LOW_4).lanewise(MAX, y3, HIGH_4);
      c0 = c0.lanewise(MIN, d0, LOW_4).lanewise(MAX, d0, HIGH_4);
      c1 = c1.lanewise(MIN, d1, LOW_4).lanewise(MAX, d1, HIGH_4);
      c2 = c2.lanewise(MIN, d2, LOW_4).lanewise(MAX, d2, HIGH_4);
      c3 = c3.lanewise(MIN, d3, LOW_4).lanewise(MAX, d3, HIGH_4);
      y0 = x0.rearrange(BY_2);
      y1 = x1.rearrange(BY_2);
      y2 = x2.rearrange(BY_2);
      y3 = x3.rearrange(BY_2);
      d0 = c0.rearrange(BY_2);
      d1 = c1.rearrange(BY_2);
      d2 = c2.rearrange(BY_2);
      d3 = c3.rearrange(BY_2);
      x0 = x0.lanewise(MIN, y0, LOW_2).lanewise(MAX, y0, HIGH_2);
      x1 = x1.lanewise(MIN, y1, LOW_2).lanewise(MAX, y1, HIGH_2);
      x2 = x2.lanewise(MIN, y2, LOW_2).lanewise(MAX, y2, HIGH_2);
      x3 = x3.lanewise(MIN, y3, LOW_2).lanewise(MAX, y3, HIGH_2);
      c0 = c0.lanewise(MIN, d0, LOW_2).lanewise(MAX, d0, HIGH_2);
      c1 = c1.lanewise(MIN, d1, LOW_2).lanewise(MAX, d1, HIGH_2);
      c2 = c2.lanewise(MIN, d2, LOW_2).lanewise(MAX, d2, HIGH_2);
      c3 = c3.lanewise(MIN, d3, LOW_2).lanewise(MAX, d3, HIGH_2);
      y0 = x0.rearrange(BY_1);
      y1 = x1.rearrange(BY_1);
      y2 = x2.rearrange(BY_1);
      y3 = x3.rearrange(BY_1);
      d0 = c0.rearrange(BY_1);
      d1 = c1.rearrange(BY_1);
      d2 = c2.rearrange(BY_1);
      d3 = c3.rearrange(BY_1);
      x0 = x0.lanewise(MIN, y0, LOW_1).lanewise(MAX, y0, HIGH_1);
      x1 = x1.lanewise(MIN, y1, LOW_1).lanewise(MAX, y1, HIGH_1);
      x2 = x2.lanewise(MIN, y2, LOW_1).lanewise(MAX, y2, HIGH_1);
      x3 = x3.lanewise(MIN, y3, LOW_1).lanewise(MAX, y3, HIGH_1);
      c0 = c0.lanewise(MIN, d0, LOW_1).lanewise(MAX, d0, HIGH_1);
      c1 = c1.lanewise(MIN, d1, LOW_1).lanewise(MAX, d1, HIGH_1);
      c2 = c2.lanewise(MIN, d2, LOW_1).lanewise(MAX, d2, HIGH_1);
      c3 = c3.lanewise(MIN, d3, LOW_1).lanewise(MAX, d3, HIGH_1);
      x0.intoArray(sorted, at);
      x1.intoArray(sorted, at + LANES);
      x2.intoArray(sorted, at + 2 * LANES);
      x3.intoArray(sorted, at + 3 * LANES);
    }
    if (at < end) {
      c0.intoArray(sorted, at);
      c1.intoArray(sorted, at + LANES);
      c2.intoArray(sorted, at + 2 * LANES);
      c3.intoArray(sorted, at + 3 * LANES);
    }
  }
}
