/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * FastScan on {@code jdk.incubator.vector}: sums over sign codes of 32 neighbours, and estimates
 * made of them. As in {@link PanamaKernels}, what is constant is a static final, and vectors are
 * not returned from methods: one that is not inlined would have to make an object of them.
 */
final class PanamaFastScan {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> B = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> S128 = ShortVector.SPECIES_128;
  private static final VectorSpecies<Integer> I256 = IntVector.SPECIES_256;
  private static final int LANES = F.length();
  private static final int BYTES = B.length();

  /** As many shorts (bytes) as {@link #F} has floats; null where no such shape exists. */
  private static final VectorSpecies<Short> S_PER_F =
      LANES < 4 ? null : VectorSpecies.of(short.class, VectorShape.forBitSize(LANES * Short.SIZE));

  private static final VectorSpecies<Byte> B_PER_F =
      LANES < 8 ? null : VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));

  private static final ByteVector GROUP_OF_LANE = PanamaLanes.groupOfLane(B);
  private static final ByteVector LOW_NIBBLE = ByteVector.broadcast(B, (byte) 15);

  // shift counts as constant vectors: scalar counts compile to slower code
  private static final ShortVector FOUR = ShortVector.broadcast(S, 4);
  private static final ShortVector EIGHT = ShortVector.broadcast(S, 8);
  private static final IntVector SIXTEEN = IntVector.broadcast(I, 16);
  private static final IntVector SIXTEEN_256 = IntVector.broadcast(I256, 16);

  // lane i holds bit 0, 1, 2 or 3 of i
  private static final FloatVector BIT0 = bitOfLane(0);
  private static final FloatVector BIT1 = bitOfLane(1);
  private static final FloatVector BIT2 = bitOfLane(2);
  private static final FloatVector BIT3 = bitOfLane(3);

  private PanamaFastScan() {}

  private static FloatVector bitOfLane(int bit) {
    float[] bits = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      bits[i] = i >> bit & 1;
    }
    return FloatVector.fromArray(F, bits, 0);
  }

  static void accumulate(
      MemorySegment codes, long offset, int groups, byte[] table, int[] sums, short[] scratch) {
    sumByParts(codes, offset, groups, table, scratch);
    for (int j = 0; j < VectorKernels.PASS; j += 8) {
      int part = j / 8 * S.length();
      ShortVector sum = ShortVector.fromArray(S128, scratch, part);
      for (int i = 8; i < S.length(); i += 8) {
        sum = sum.add(ShortVector.fromArray(S128, scratch, part + i));
      }
      sum.intoArray(scratch, j);
    }
    for (int j = 0; j < VectorKernels.PASS; j += LANES) {
      ((IntVector)
              ShortVector.fromArray(S_PER_F, scratch, j)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .intoArray(sums, j);
    }
  }

  /**
   * Sums of every fourth (second, one) group: a vector for each eight neighbours, whose parts of
   * 128 bits belong to the same neighbours and are yet to be added up.
   */
  private static void sumByParts(
      MemorySegment codes, long offset, int groups, byte[] table, short[] parts) {
    ShortVector lowAll = ShortVector.zero(S);
    ShortVector lowOdd = lowAll;
    ShortVector highAll = lowAll;
    ShortVector highOdd = lowAll;
    long end = offset + (long) groups * VectorKernels.GROUP_BYTES;
    int i = 0;
    // not a loop that counts, see PanamaWideScan
    for (long at = offset; at != end; at += 4 * BYTES) {
      ByteVector lowHits = ByteVector.zero(B);
      ByteVector highHits = lowHits;
      // so many entries can be summed in 8 bits
      for (int part = 0; part < 4 * BYTES; part += BYTES) {
        ByteVector code = ByteVector.fromMemorySegment(B, codes, at + part, LITTLE_ENDIAN);
        ByteVector entries = ByteVector.fromArray(B, table, i + part);
        ByteVector low = code.and(LOW_NIBBLE).or(GROUP_OF_LANE);
        ByteVector high =
            code.reinterpretAsShorts()
                .lanewise(VectorOperators.LSHR, FOUR)
                .reinterpretAsBytes()
                .and(LOW_NIBBLE)
                .or(GROUP_OF_LANE);
        lowHits = lowHits.add(low.selectFrom(entries));
        highHits = highHits.add(high.selectFrom(entries));
      }
      ShortVector lows = lowHits.reinterpretAsShorts();
      ShortVector highs = highHits.reinterpretAsShorts();
      // even bytes are recovered at the end as all - (odd << 8), modulo 2^16
      lowAll = lowAll.add(lows);
      lowOdd = lowOdd.add(lows.lanewise(VectorOperators.LSHR, EIGHT));
      highAll = highAll.add(highs);
      highOdd = highOdd.add(highs.lanewise(VectorOperators.LSHR, EIGHT));
      i += 4 * BYTES;
    }
    lowAll.sub(lowOdd.lanewise(VectorOperators.LSHL, EIGHT)).intoArray(parts, 0);
    lowOdd.intoArray(parts, S.length());
    highAll.sub(highOdd.lanewise(VectorOperators.LSHL, EIGHT)).intoArray(parts, 2 * S.length());
    highOdd.intoArray(parts, 3 * S.length());
  }

  /** For vectors of 512 bits, in which all entries of a group fit, and {@code n} as many. */
  static void fillTable(float[] x, int n, float factor, byte[] table, float[] scratch) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector scaled = FloatVector.fromArray(F, x, i).mul(factor);
      FloatVector negative = scaled.abs().sub(scaled).mul(0.5f);
      FloatVector pairs = negative.add(negative.rearrange(PanamaLanes.SWAP1));
      FloatVector none = pairs.add(pairs.rearrange(PanamaLanes.SWAP2));
      scaled.intoArray(scratch, 0);
      none.intoArray(scratch, LANES);
      for (int j = 0; j < LANES; j += 4) {
        // products with 0 and 1 are exact, so that these are sums
        FloatVector low = BIT1.lanewise(VectorOperators.FMA, scratch[j + 1], BIT0.mul(scratch[j]));
        FloatVector high =
            BIT3.lanewise(VectorOperators.FMA, scratch[j + 3], BIT2.mul(scratch[j + 2]));
        IntVector entries =
            low.add(scratch[LANES + j])
                .add(high)
                .add(ScalarKernels.TO_INTEGER)
                .reinterpretAsInts()
                .and(ScalarKernels.INTEGER_BITS)
                .min(VectorKernels.MAX_ENTRY);
        ((ByteVector) entries.convertShape(VectorOperators.I2B, B_PER_F, 0))
            .intoArray(table, 4 * (i + j));
      }
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
    long mask = 0;
    for (int j = 0; j < VectorKernels.PASS; j += LANES) {
      FloatVector sum =
          (FloatVector) IntVector.fromArray(I, sums, j).convert(VectorOperators.I2F, 0);
      // written out: a vector that a method returns is an object on the heap unless C2 inlines it
      FloatVector add =
          ((IntVector)
                  ShortVector.fromMemorySegment(S_PER_F, factors, addOffset + 2L * j, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, SIXTEEN)
              .reinterpretAsFloats();
      FloatVector scale =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          S_PER_F, factors, scaleOffset + 2L * j, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, SIXTEEN)
              .reinterpretAsFloats();
      FloatVector key = add.mul(beta).add(base).add(scale.mul(sum.mul(step).add(bias)));
      key.intoArray(keys, j);
      mask |= key.compare(VectorOperators.LT, threshold).toLong() << j;
    }
    return (int) mask;
  }

  /** For vectors of 256 bits. */
  static int scan(
      MemorySegment block,
      long codesOffset,
      int groups,
      byte[] table,
      long addOffset,
      long scaleOffset,
      float base,
      float beta,
      float step,
      float bias,
      float threshold,
      float[] keys,
      short[] scratch) {
    sumByParts(block, codesOffset, groups, table, scratch);
    long mask = 0;
    for (int j = 0; j < VectorKernels.PASS; j += 8) {
      int part = j / 8 * S.length();
      ShortVector parts = ShortVector.fromArray(S128, scratch, part);
      for (int i = 8; i < S.length(); i += 8) {
        parts = parts.add(ShortVector.fromArray(S128, scratch, part + i));
      }
      FloatVector sum =
          (FloatVector)
              ((IntVector) parts.convertShape(VectorOperators.ZERO_EXTEND_S2I, I256, 0))
                  .convert(VectorOperators.I2F, 0);
      // written out: a vector that a method returns is an object on the heap unless C2 inlines it
      FloatVector add =
          ((IntVector)
                  ShortVector.fromMemorySegment(S128, block, addOffset + 2L * j, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I256, 0))
              .lanewise(VectorOperators.LSHL, SIXTEEN_256)
              .reinterpretAsFloats();
      FloatVector scale =
          ((IntVector)
                  ShortVector.fromMemorySegment(S128, block, scaleOffset + 2L * j, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I256, 0))
              .lanewise(VectorOperators.LSHL, SIXTEEN_256)
              .reinterpretAsFloats();
      FloatVector key = add.mul(beta).add(base).add(scale.mul(sum.mul(step).add(bias)));
      key.intoArray(keys, j);
      mask |= key.compare(VectorOperators.LT, threshold).toLong() << j;
    }
    return (int) mask;
  }
}
