/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * FastScan and estimates in one, for vectors of 512 bits, two of which hold the keys of all 32
 * neighbours: no sum leaves its register.
 *
 * <p>The loop goes to an end that it must meet rather than stay below. C2 therefore does not take
 * it for one that counts, which it would take apart so as to check the bounds of the segment for
 * many steps at once; for the few steps there are, that took as long as the steps themselves.
 */
final class PanamaWideScan {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
  private static final VectorSpecies<Byte> B = ByteVector.SPECIES_512;
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_512;
  private static final int LANES = F.length();
  private static final int BYTES = B.length();

  /**
   * Processors with AVX-512 but without VBMI cannot select from 64 bytes by one instruction; Java
   * would make an object for each.
   */
  private static final boolean IS_USABLE =
      FloatVector.SPECIES_PREFERRED.length() == LANES
          && ProcessorInfo.mayHave("avx512vbmi", ProcessorInfo.value("flags"));

  private static final ByteVector GROUP_OF_LANE = groupOfLane();
  private static final ByteVector LOW_NIBBLE = ByteVector.broadcast(B, (byte) 15);

  // shift counts as constant vectors: scalar counts compile to slower code
  private static final ShortVector FOUR = ShortVector.broadcast(S, 4);
  private static final ShortVector EIGHT = ShortVector.broadcast(S, 8);
  private static final IntVector SIXTEEN = IntVector.broadcast(I, 16);

  // of two vectors with parts of 128 bits 0 to 3 and 4 to 7: 0, 1, 4, 5 and 2, 3, 6, 7
  private static final ShortVector FIRST_HALVES = parts(0, 1, 4, 5);
  private static final ShortVector SECOND_HALVES = parts(2, 3, 6, 7);
  private static final ShortVector EVEN_PARTS = parts(0, 2, 4, 6);
  private static final ShortVector ODD_PARTS = parts(1, 3, 5, 7);

  private PanamaWideScan() {}

  static boolean isUsable() {
    return IS_USABLE;
  }

  /** The first lane of the 16 bytes that each lane is among, where a group's table entries are. */
  private static ByteVector groupOfLane() {
    byte[] lanes = new byte[BYTES];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (byte) (i & ~15);
    }
    return ByteVector.fromArray(B, lanes, 0);
  }

  private static ShortVector parts(int... parts) {
    short[] lanes = new short[4 * 8];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (short) (8 * parts[i / 8] + i % 8);
    }
    return ShortVector.fromArray(S, lanes, 0);
  }

  /** {@link VectorKernels#scan}. */
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
      float[] keys) {
    MemorySegment memory = OffHeap.of(block);
    ShortVector lowAll = ShortVector.zero(S);
    ShortVector lowOdd = lowAll;
    ShortVector highAll = lowAll;
    ShortVector highOdd = lowAll;
    long end = codesOffset + (long) groups * VectorKernels.GROUP_BYTES;
    int i = 0;
    // by fours, for so many entries can be summed in 8 bits; the number of groups is a multiple
    for (long at = codesOffset; at != end; at += 4 * BYTES) {
      ByteVector code0 = ByteVector.fromMemorySegment(B, memory, at, LITTLE_ENDIAN);
      ByteVector code1 = ByteVector.fromMemorySegment(B, memory, at + BYTES, LITTLE_ENDIAN);
      ByteVector code2 = ByteVector.fromMemorySegment(B, memory, at + 2L * BYTES, LITTLE_ENDIAN);
      ByteVector code3 = ByteVector.fromMemorySegment(B, memory, at + 3L * BYTES, LITTLE_ENDIAN);
      ByteVector table0 = ByteVector.fromArray(B, table, i);
      ByteVector table1 = ByteVector.fromArray(B, table, i + BYTES);
      ByteVector table2 = ByteVector.fromArray(B, table, i + 2 * BYTES);
      ByteVector table3 = ByteVector.fromArray(B, table, i + 3 * BYTES);
      ShortVector lows =
          code0
              .and(LOW_NIBBLE)
              .or(GROUP_OF_LANE)
              .selectFrom(table0)
              .add(code1.and(LOW_NIBBLE).or(GROUP_OF_LANE).selectFrom(table1))
              .add(
                  code2
                      .and(LOW_NIBBLE)
                      .or(GROUP_OF_LANE)
                      .selectFrom(table2)
                      .add(code3.and(LOW_NIBBLE).or(GROUP_OF_LANE).selectFrom(table3)))
              .reinterpretAsShorts();
      ByteVector high0 =
          code0.reinterpretAsShorts().lanewise(VectorOperators.LSHR, FOUR).reinterpretAsBytes();
      ByteVector high1 =
          code1.reinterpretAsShorts().lanewise(VectorOperators.LSHR, FOUR).reinterpretAsBytes();
      ByteVector high2 =
          code2.reinterpretAsShorts().lanewise(VectorOperators.LSHR, FOUR).reinterpretAsBytes();
      ByteVector high3 =
          code3.reinterpretAsShorts().lanewise(VectorOperators.LSHR, FOUR).reinterpretAsBytes();
      ShortVector highs =
          high0
              .and(LOW_NIBBLE)
              .or(GROUP_OF_LANE)
              .selectFrom(table0)
              .add(high1.and(LOW_NIBBLE).or(GROUP_OF_LANE).selectFrom(table1))
              .add(
                  high2
                      .and(LOW_NIBBLE)
                      .or(GROUP_OF_LANE)
                      .selectFrom(table2)
                      .add(high3.and(LOW_NIBBLE).or(GROUP_OF_LANE).selectFrom(table3)))
              .reinterpretAsShorts();
      // even bytes are recovered at the end as all - (odd << 8), modulo 2^16
      lowAll = lowAll.add(lows);
      lowOdd = lowOdd.add(lows.lanewise(VectorOperators.LSHR, EIGHT));
      highAll = highAll.add(highs);
      highOdd = highOdd.add(highs.lanewise(VectorOperators.LSHR, EIGHT));
      i += 4 * BYTES;
    }
    ShortVector lowEven = lowAll.sub(lowOdd.lanewise(VectorOperators.LSHL, EIGHT));
    ShortVector highEven = highAll.sub(highOdd.lanewise(VectorOperators.LSHL, EIGHT));
    ShortVector low =
        FIRST_HALVES.selectFrom(lowEven, lowOdd).add(SECOND_HALVES.selectFrom(lowEven, lowOdd));
    ShortVector high =
        FIRST_HALVES.selectFrom(highEven, highOdd).add(SECOND_HALVES.selectFrom(highEven, highOdd));
    ShortVector all = EVEN_PARTS.selectFrom(low, high).add(ODD_PARTS.selectFrom(low, high));
    FloatVector sum0 =
        (FloatVector)
            ((IntVector) all.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .convert(VectorOperators.I2F, 0);
    FloatVector sum1 =
        (FloatVector)
            ((IntVector) all.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 1))
                .convert(VectorOperators.I2F, 0);
    ShortVector adds = ShortVector.fromMemorySegment(S, memory, addOffset, LITTLE_ENDIAN);
    ShortVector scales = ShortVector.fromMemorySegment(S, memory, scaleOffset, LITTLE_ENDIAN);
    FloatVector add0 =
        ((IntVector) adds.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
            .lanewise(VectorOperators.LSHL, SIXTEEN)
            .reinterpretAsFloats();
    FloatVector add1 =
        ((IntVector) adds.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 1))
            .lanewise(VectorOperators.LSHL, SIXTEEN)
            .reinterpretAsFloats();
    FloatVector scale0 =
        ((IntVector) scales.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
            .lanewise(VectorOperators.LSHL, SIXTEEN)
            .reinterpretAsFloats();
    FloatVector scale1 =
        ((IntVector) scales.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 1))
            .lanewise(VectorOperators.LSHL, SIXTEEN)
            .reinterpretAsFloats();
    FloatVector key0 = add0.mul(beta).add(base).add(scale0.mul(sum0.mul(step).add(bias)));
    FloatVector key1 = add1.mul(beta).add(base).add(scale1.mul(sum1.mul(step).add(bias)));
    key0.intoArray(keys, 0);
    key1.intoArray(keys, LANES);
    long below0 = key0.compare(VectorOperators.LT, threshold).toLong();
    long below1 = key1.compare(VectorOperators.LT, threshold).toLong();
    return (int) (below0 | below1 << LANES);
  }
}
