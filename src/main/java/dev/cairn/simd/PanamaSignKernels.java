/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SignKernels} on {@code jdk.incubator.vector}, for vectors of 256 bits or more: with less
 * the scalar kernel is no slower.
 */
final class PanamaSignKernels implements SignKernels {
  private static final VectorSpecies<Long> L = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int LEAST_BITS = 256;

  private final ScalarSignKernels scalar = new ScalarSignKernels();

  static boolean isUsable() {
    return L.vectorBitSize() >= LEAST_BITS;
  }

  @Override
  public void quantize(float[] vector, SignQuery query) {
    int dimensions = query.words * Long.SIZE;
    FloatVector sizes = FloatVector.zero(F);
    for (int i = 0; i < dimensions; i += F.length()) {
      sizes = sizes.max(FloatVector.fromArray(F, vector, i).abs());
    }
    float unit = SignQuery.unit(sizes.reduceLanes(VectorOperators.MAX));
    float perUnit = unit > 0 ? 1 / unit : 0;
    IntVector sums = IntVector.zero(I);
    for (int w = 0; w < query.words; w++) {
      long ones = 0;
      long twos = 0;
      long fours = 0;
      long eights = 0;
      for (int bit = 0; bit < Long.SIZE; bit += F.length()) {
        IntVector integers =
            ((IntVector)
                    FloatVector.fromArray(F, vector, w * Long.SIZE + bit)
                        .mul(perUnit)
                        .add(VectorKernels.NO_FRACTION)
                        .sub(VectorKernels.NO_FRACTION)
                        .convert(VectorOperators.F2I, 0))
                .max(SignQuery.LEAST)
                .min(SignQuery.MOST);
        sums = sums.add(integers);
        ones |= integers.and(1).compare(VectorOperators.NE, 0).toLong() << bit;
        twos |= integers.and(2).compare(VectorOperators.NE, 0).toLong() << bit;
        fours |= integers.and(4).compare(VectorOperators.NE, 0).toLong() << bit;
        eights |= integers.compare(VectorOperators.LT, 0).toLong() << bit;
      }
      query.setPlanes(w, ones, twos, fours, eights);
    }
    query.unit = unit;
    query.sum = sums.reduceLanes(VectorOperators.ADD);
  }

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
    if (rowBytes % SignQuery.BYTES_TOGETHER != 0) {
      scalar.keys(rows, rowBytes, ordinals, from, to, query, sums, keys);
      return;
    }
    Arrays.fill(sums, 0, to - from, 0);
    for (int w = 0; w < query.words; w += L.length()) {
      add(rows, rowBytes, ordinals, from, to, query, w, sums);
    }
    // a loop of its own: numbers of both kinds in one take twice as long
    MemorySegment memory = OffHeap.of(rows);
    float weight = query.weight;
    float step = query.step;
    float bias = query.bias;
    long offset = (long) query.words * Long.BYTES;
    for (int i = from; i < to; i++) {
      long row = (long) ordinals[i] * rowBytes;
      float add = memory.get(SegmentLayouts.FLOAT, row + offset);
      float scale = memory.get(SegmentLayouts.FLOAT, row + offset + Float.BYTES);
      keys[i] = weight * add - scale * (step * sums[i - from] + bias);
    }
  }

  /**
   * Adds what some words contribute, whose part of the query stays in registers. What follows the
   * bits in a row meets zeros in the planes.
   */
  private static void add(
      MemorySegment rows,
      int rowBytes,
      int[] ordinals,
      int from,
      int to,
      SignQuery query,
      int firstWord,
      int[] sums) {
    MemorySegment memory = OffHeap.of(rows);
    int planeWords = query.planeWords;
    LongVector ones = LongVector.fromArray(L, query.planes, firstWord);
    LongVector twos = LongVector.fromArray(L, query.planes, planeWords + firstWord);
    LongVector fours = LongVector.fromArray(L, query.planes, 2 * planeWords + firstWord);
    LongVector eights = LongVector.fromArray(L, query.planes, 3 * planeWords + firstWord);
    long offset = (long) firstWord * Long.BYTES;
    for (int i = from; i < to; i++) {
      long at = (long) ordinals[i] * rowBytes + offset;
      LongVector bits = LongVector.fromMemorySegment(L, memory, at, LITTLE_ENDIAN);
      LongVector one = bits.and(ones).lanewise(VectorOperators.BIT_COUNT);
      LongVector two = bits.and(twos).lanewise(VectorOperators.BIT_COUNT);
      LongVector four = bits.and(fours).lanewise(VectorOperators.BIT_COUNT);
      LongVector eight = bits.and(eights).lanewise(VectorOperators.BIT_COUNT);
      sums[i - from] +=
          (int)
              one.add(two.lanewise(VectorOperators.LSHL, 1))
                  .add(four.lanewise(VectorOperators.LSHL, 2))
                  .sub(eight.lanewise(VectorOperators.LSHL, 3))
                  .reduceLanes(VectorOperators.ADD);
    }
  }
}
