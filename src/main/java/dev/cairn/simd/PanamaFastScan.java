/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * FastScan on {@code jdk.incubator.vector}: sums over sign codes of 32 neighbours, and estimates
 * made of them. As in {@link PanamaKernels}, what is constant is a static final, and vectors are
 * not returned from methods, however small: C2 inlines one in some callers and not in others, and
 * where it does not, each vector is an object. So the same steps are written out again.
 */
final class PanamaFastScan {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> S = PanamaLanes.SHORTS;
  private static final VectorSpecies<Byte> B128 = ByteVector.SPECIES_128;
  private static final VectorSpecies<Short> S128 = ShortVector.SPECIES_128;
  private static final VectorSpecies<Integer> I128 = IntVector.SPECIES_128;
  private static final int LANES = F.length();

  /** Groups whose entries are summed in 8 bits: the number of groups is a multiple of it. */
  private static final int GROUPS_IN_8_BITS = 4;

  // shift counts as constant vectors: scalar counts compile to slower code. Integers are shifted,
  // not shorts, for which AVX2 has no instruction with counts in a vector: those are multiplied
  private static final IntVector FOUR_128 = IntVector.broadcast(I128, 4);
  private static final IntVector EIGHT_128 = IntVector.broadcast(I128, 8);
  private static final ShortVector TIMES_256 = ShortVector.broadcast(S128, 256);
  private static final IntVector EVEN_BYTES = IntVector.broadcast(I128, 0xff00ff);
  private static final IntVector EIGHT = IntVector.broadcast(I, 8);
  private static final IntVector SIXTEEN = IntVector.broadcast(I, 16);
  private static final IntVector TWENTY_FOUR = IntVector.broadcast(I, 24);

  // lane i holds bit 0 or 1 of i
  private static final FloatVector BIT0 = bitOfLane(0);
  private static final FloatVector BIT1 = bitOfLane(1);

  // of four lanes each, all hold the first (second, third, fourth)
  private static final VectorShuffle<Float> FIRST = ofFour(0);
  private static final VectorShuffle<Float> SECOND = ofFour(1);
  private static final VectorShuffle<Float> THIRD = ofFour(2);
  private static final VectorShuffle<Float> FOURTH = ofFour(3);

  private PanamaFastScan() {}

  private static VectorShuffle<Float> ofFour(int lane) {
    return VectorShuffle.fromOp(F, i -> (i & ~3) + lane);
  }

  private static FloatVector bitOfLane(int bit) {
    float[] bits = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      bits[i] = i >> bit & 1;
    }
    return FloatVector.fromArray(F, bits, 0);
  }

  static void accumulate(
      MemorySegment codes, long offset, int groups, byte[] table, int[] sums, short[] scratch) {
    sum(codes, offset, groups, table, scratch);
    for (int j = 0; j < VectorKernels.PASS; j += LANES) {
      ((IntVector)
              ShortVector.fromArray(S, scratch, j)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .intoArray(sums, j);
    }
  }

  /** A group at a time: its entries are looked up by one instruction on all processors. */
  private static void sum(
      MemorySegment codes, long offset, int groups, byte[] table, short[] sums) {
    MemorySegment memory = OffHeap.of(codes);
    ShortVector lowAll = ShortVector.zero(S128);
    ShortVector lowOdd = lowAll;
    ShortVector highAll = lowAll;
    ShortVector highOdd = lowAll;
    long end = offset + (long) groups * VectorKernels.GROUP_BYTES;
    int i = 0;
    // not a loop that counts, see PanamaWideScan
    for (long at = offset; at != end; at += GROUPS_IN_8_BITS * VectorKernels.GROUP_BYTES) {
      ByteVector lowHits = ByteVector.zero(B128);
      ByteVector highHits = lowHits;
      for (int g = 0;
          g < GROUPS_IN_8_BITS * VectorKernels.GROUP_BYTES;
          g += VectorKernels.GROUP_BYTES) {
        ByteVector code = ByteVector.fromMemorySegment(B128, memory, at + g, LITTLE_ENDIAN);
        ByteVector entries = ByteVector.fromArray(B128, table, i + g);
        // all but the lowest four bits of a number that selects one of 16 are left out
        lowHits = lowHits.add(code.selectFrom(entries));
        highHits =
            highHits.add(
                code.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHR, FOUR_128)
                    .reinterpretAsBytes()
                    .selectFrom(entries));
      }
      // even bytes are recovered at the end as all - (odd << 8), modulo 2^16
      lowAll = lowAll.add(lowHits.reinterpretAsShorts());
      lowOdd =
          lowOdd.add(
              lowHits
                  .reinterpretAsInts()
                  .lanewise(VectorOperators.LSHR, EIGHT_128)
                  .and(EVEN_BYTES)
                  .reinterpretAsShorts());
      highAll = highAll.add(highHits.reinterpretAsShorts());
      highOdd =
          highOdd.add(
              highHits
                  .reinterpretAsInts()
                  .lanewise(VectorOperators.LSHR, EIGHT_128)
                  .and(EVEN_BYTES)
                  .reinterpretAsShorts());
      i += GROUPS_IN_8_BITS * VectorKernels.GROUP_BYTES;
    }
    lowAll.sub(lowOdd.mul(TIMES_256)).intoArray(sums, 0);
    lowOdd.intoArray(sums, 8);
    highAll.sub(highOdd.mul(TIMES_256)).intoArray(sums, 16);
    highOdd.intoArray(sums, 24);
  }

  /**
   * As many groups at a time as fit into a vector, four lanes each. Lane {@code j} of a group makes
   * its entries {@code 4 j} to {@code 4 j + 3}, which are the four bytes of an integer.
   */
  static void fillTable(float[] x, int n, float factor, byte[] table) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector scaled = FloatVector.fromArray(F, x, i).mul(factor);
      FloatVector negative = scaled.abs().sub(scaled).mul(0.5f);
      FloatVector pairs = negative.add(negative.rearrange(PanamaLanes.SWAP1));
      FloatVector none = pairs.add(pairs.rearrange(PanamaLanes.SWAP2));
      FloatVector x0 = scaled.rearrange(FIRST);
      FloatVector x1 = scaled.rearrange(SECOND);
      // products with 0 and 1 are exact, so that this is a sum
      FloatVector high =
          BIT1.lanewise(
              VectorOperators.FMA, scaled.rearrange(FOURTH), BIT0.mul(scaled.rearrange(THIRD)));
      // by a helper this took up to ten times as long
      IntVector e0 =
          none.add(high)
              .add(ScalarKernels.TO_INTEGER)
              .reinterpretAsInts()
              .and(ScalarKernels.INTEGER_BITS)
              .min(VectorKernels.MAX_ENTRY);
      IntVector e1 =
          none.add(x0)
              .add(high)
              .add(ScalarKernels.TO_INTEGER)
              .reinterpretAsInts()
              .and(ScalarKernels.INTEGER_BITS)
              .min(VectorKernels.MAX_ENTRY)
              .lanewise(VectorOperators.LSHL, EIGHT);
      IntVector e2 =
          none.add(x1)
              .add(high)
              .add(ScalarKernels.TO_INTEGER)
              .reinterpretAsInts()
              .and(ScalarKernels.INTEGER_BITS)
              .min(VectorKernels.MAX_ENTRY)
              .lanewise(VectorOperators.LSHL, SIXTEEN);
      IntVector e3 =
          none.add(x0.add(x1))
              .add(high)
              .add(ScalarKernels.TO_INTEGER)
              .reinterpretAsInts()
              .and(ScalarKernels.INTEGER_BITS)
              .min(VectorKernels.MAX_ENTRY)
              .lanewise(VectorOperators.LSHL, TWENTY_FOUR);
      e0.or(e1).or(e2.or(e3)).reinterpretAsBytes().intoArray(table, 4 * i);
    }
  }

  static int estimate(
      int[] sums,
      MemorySegment factors,
      long addOffset,
      long scaleOffset,
      float base,
      float beta,
      float step,
      float bias,
      float threshold,
      float[] keys) {
    MemorySegment memory = OffHeap.of(factors);
    long mask = 0;
    for (int j = 0; j < VectorKernels.PASS; j += LANES) {
      FloatVector sum =
          (FloatVector) IntVector.fromArray(I, sums, j).convert(VectorOperators.I2F, 0);
      // written out: a vector that a method returns is an object on the heap unless C2 inlines it
      FloatVector add =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, memory, addOffset + 2L * j, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, SIXTEEN)
              .reinterpretAsFloats();
      FloatVector scale =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, memory, scaleOffset + 2L * j, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, SIXTEEN)
              .reinterpretAsFloats();
      FloatVector key = add.mul(beta).add(base).add(scale.mul(sum.mul(step).add(bias)));
      key.intoArray(keys, j);
      mask |= key.compare(VectorOperators.LT, threshold).toLong() << j;
    }
    return (int) mask;
  }
}
