/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Four vectors read side by side, for processors with 32 vector registers of 512 bits: what lines
 * of them are not at hand yet are on their way at once. Each sum is made in the same order as that
 * of a single vector.
 */
final class PanamaTogether {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();

  private PanamaTogether() {}

  static boolean isUsable() {
    return LANES == 16;
  }

  static void dot(float[] a, MemorySegment b, long[] offsets, int n, float[] results) {
    MemorySegment memory = OffHeap.of(b);
    long o0 = offsets[0];
    long o1 = offsets[1];
    long o2 = offsets[2];
    long o3 = offsets[3];
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      long at = 4L * i;
      FloatVector q0 = FloatVector.fromArray(F, a, i);
      s00 = q0.fma(FloatVector.fromMemorySegment(F, memory, o0 + at, LITTLE_ENDIAN), s00);
      s10 = q0.fma(FloatVector.fromMemorySegment(F, memory, o1 + at, LITTLE_ENDIAN), s10);
      s20 = q0.fma(FloatVector.fromMemorySegment(F, memory, o2 + at, LITTLE_ENDIAN), s20);
      s30 = q0.fma(FloatVector.fromMemorySegment(F, memory, o3 + at, LITTLE_ENDIAN), s30);
      FloatVector q1 = FloatVector.fromArray(F, a, i + 1 * LANES);
      s01 =
          q1.fma(
              FloatVector.fromMemorySegment(F, memory, o0 + at + 4L * LANES, LITTLE_ENDIAN), s01);
      s11 =
          q1.fma(
              FloatVector.fromMemorySegment(F, memory, o1 + at + 4L * LANES, LITTLE_ENDIAN), s11);
      s21 =
          q1.fma(
              FloatVector.fromMemorySegment(F, memory, o2 + at + 4L * LANES, LITTLE_ENDIAN), s21);
      s31 =
          q1.fma(
              FloatVector.fromMemorySegment(F, memory, o3 + at + 4L * LANES, LITTLE_ENDIAN), s31);
      FloatVector q2 = FloatVector.fromArray(F, a, i + 2 * LANES);
      s02 =
          q2.fma(
              FloatVector.fromMemorySegment(F, memory, o0 + at + 8L * LANES, LITTLE_ENDIAN), s02);
      s12 =
          q2.fma(
              FloatVector.fromMemorySegment(F, memory, o1 + at + 8L * LANES, LITTLE_ENDIAN), s12);
      s22 =
          q2.fma(
              FloatVector.fromMemorySegment(F, memory, o2 + at + 8L * LANES, LITTLE_ENDIAN), s22);
      s32 =
          q2.fma(
              FloatVector.fromMemorySegment(F, memory, o3 + at + 8L * LANES, LITTLE_ENDIAN), s32);
      FloatVector q3 = FloatVector.fromArray(F, a, i + 3 * LANES);
      s03 =
          q3.fma(
              FloatVector.fromMemorySegment(F, memory, o0 + at + 12L * LANES, LITTLE_ENDIAN), s03);
      s13 =
          q3.fma(
              FloatVector.fromMemorySegment(F, memory, o1 + at + 12L * LANES, LITTLE_ENDIAN), s13);
      s23 =
          q3.fma(
              FloatVector.fromMemorySegment(F, memory, o2 + at + 12L * LANES, LITTLE_ENDIAN), s23);
      s33 =
          q3.fma(
              FloatVector.fromMemorySegment(F, memory, o3 + at + 12L * LANES, LITTLE_ENDIAN), s33);
    }
    for (; i <= n - LANES; i += LANES) {
      long at = 4L * i;
      FloatVector q = FloatVector.fromArray(F, a, i);
      s00 = q.fma(FloatVector.fromMemorySegment(F, memory, o0 + at, LITTLE_ENDIAN), s00);
      s10 = q.fma(FloatVector.fromMemorySegment(F, memory, o1 + at, LITTLE_ENDIAN), s10);
      s20 = q.fma(FloatVector.fromMemorySegment(F, memory, o2 + at, LITTLE_ENDIAN), s20);
      s30 = q.fma(FloatVector.fromMemorySegment(F, memory, o3 + at, LITTLE_ENDIAN), s30);
    }
    s00.add(s01).add(s02.add(s03)).intoArray(results, 0);
    s10.add(s11).add(s12.add(s13)).intoArray(results, LANES);
    s20.add(s21).add(s22.add(s23)).intoArray(results, 2 * LANES);
    s30.add(s31).add(s32.add(s33)).intoArray(results, 3 * LANES);
    PanamaLanes.sums(results);
    for (; i < n; i++) {
      long at = 4L * i;
      results[0] += a[i] * memory.get(SegmentLayouts.FLOAT, o0 + at);
      results[1] += a[i] * memory.get(SegmentLayouts.FLOAT, o1 + at);
      results[2] += a[i] * memory.get(SegmentLayouts.FLOAT, o2 + at);
      results[3] += a[i] * memory.get(SegmentLayouts.FLOAT, o3 + at);
    }
  }

  static void squaredL2(float[] a, MemorySegment b, long[] offsets, int n, float[] results) {
    MemorySegment memory = OffHeap.of(b);
    long o0 = offsets[0];
    long o1 = offsets[1];
    long o2 = offsets[2];
    long o3 = offsets[3];
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      long at = 4L * i;
      FloatVector q0 = FloatVector.fromArray(F, a, i);
      FloatVector d00 = q0.sub(FloatVector.fromMemorySegment(F, memory, o0 + at, LITTLE_ENDIAN));
      s00 = d00.fma(d00, s00);
      FloatVector d10 = q0.sub(FloatVector.fromMemorySegment(F, memory, o1 + at, LITTLE_ENDIAN));
      s10 = d10.fma(d10, s10);
      FloatVector d20 = q0.sub(FloatVector.fromMemorySegment(F, memory, o2 + at, LITTLE_ENDIAN));
      s20 = d20.fma(d20, s20);
      FloatVector d30 = q0.sub(FloatVector.fromMemorySegment(F, memory, o3 + at, LITTLE_ENDIAN));
      s30 = d30.fma(d30, s30);
      FloatVector q1 = FloatVector.fromArray(F, a, i + 1 * LANES);
      FloatVector d01 =
          q1.sub(FloatVector.fromMemorySegment(F, memory, o0 + at + 4L * LANES, LITTLE_ENDIAN));
      s01 = d01.fma(d01, s01);
      FloatVector d11 =
          q1.sub(FloatVector.fromMemorySegment(F, memory, o1 + at + 4L * LANES, LITTLE_ENDIAN));
      s11 = d11.fma(d11, s11);
      FloatVector d21 =
          q1.sub(FloatVector.fromMemorySegment(F, memory, o2 + at + 4L * LANES, LITTLE_ENDIAN));
      s21 = d21.fma(d21, s21);
      FloatVector d31 =
          q1.sub(FloatVector.fromMemorySegment(F, memory, o3 + at + 4L * LANES, LITTLE_ENDIAN));
      s31 = d31.fma(d31, s31);
      FloatVector q2 = FloatVector.fromArray(F, a, i + 2 * LANES);
      FloatVector d02 =
          q2.sub(FloatVector.fromMemorySegment(F, memory, o0 + at + 8L * LANES, LITTLE_ENDIAN));
      s02 = d02.fma(d02, s02);
      FloatVector d12 =
          q2.sub(FloatVector.fromMemorySegment(F, memory, o1 + at + 8L * LANES, LITTLE_ENDIAN));
      s12 = d12.fma(d12, s12);
      FloatVector d22 =
          q2.sub(FloatVector.fromMemorySegment(F, memory, o2 + at + 8L * LANES, LITTLE_ENDIAN));
      s22 = d22.fma(d22, s22);
      FloatVector d32 =
          q2.sub(FloatVector.fromMemorySegment(F, memory, o3 + at + 8L * LANES, LITTLE_ENDIAN));
      s32 = d32.fma(d32, s32);
      FloatVector q3 = FloatVector.fromArray(F, a, i + 3 * LANES);
      FloatVector d03 =
          q3.sub(FloatVector.fromMemorySegment(F, memory, o0 + at + 12L * LANES, LITTLE_ENDIAN));
      s03 = d03.fma(d03, s03);
      FloatVector d13 =
          q3.sub(FloatVector.fromMemorySegment(F, memory, o1 + at + 12L * LANES, LITTLE_ENDIAN));
      s13 = d13.fma(d13, s13);
      FloatVector d23 =
          q3.sub(FloatVector.fromMemorySegment(F, memory, o2 + at + 12L * LANES, LITTLE_ENDIAN));
      s23 = d23.fma(d23, s23);
      FloatVector d33 =
          q3.sub(FloatVector.fromMemorySegment(F, memory, o3 + at + 12L * LANES, LITTLE_ENDIAN));
      s33 = d33.fma(d33, s33);
    }
    for (; i <= n - LANES; i += LANES) {
      long at = 4L * i;
      FloatVector q = FloatVector.fromArray(F, a, i);
      FloatVector d0 = q.sub(FloatVector.fromMemorySegment(F, memory, o0 + at, LITTLE_ENDIAN));
      s00 = d0.fma(d0, s00);
      FloatVector d1 = q.sub(FloatVector.fromMemorySegment(F, memory, o1 + at, LITTLE_ENDIAN));
      s10 = d1.fma(d1, s10);
      FloatVector d2 = q.sub(FloatVector.fromMemorySegment(F, memory, o2 + at, LITTLE_ENDIAN));
      s20 = d2.fma(d2, s20);
      FloatVector d3 = q.sub(FloatVector.fromMemorySegment(F, memory, o3 + at, LITTLE_ENDIAN));
      s30 = d3.fma(d3, s30);
    }
    s00.add(s01).add(s02.add(s03)).intoArray(results, 0);
    s10.add(s11).add(s12.add(s13)).intoArray(results, LANES);
    s20.add(s21).add(s22.add(s23)).intoArray(results, 2 * LANES);
    s30.add(s31).add(s32.add(s33)).intoArray(results, 3 * LANES);
    PanamaLanes.sums(results);
    for (; i < n; i++) {
      long at = 4L * i;
      float d0 = a[i] - memory.get(SegmentLayouts.FLOAT, o0 + at);
      results[0] += d0 * d0;
      float d1 = a[i] - memory.get(SegmentLayouts.FLOAT, o1 + at);
      results[1] += d1 * d1;
      float d2 = a[i] - memory.get(SegmentLayouts.FLOAT, o2 + at);
      results[2] += d2 * d2;
      float d3 = a[i] - memory.get(SegmentLayouts.FLOAT, o3 + at);
      results[3] += d3 * d3;
    }
  }
}
