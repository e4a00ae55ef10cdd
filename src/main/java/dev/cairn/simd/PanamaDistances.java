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

/** Inner products and squared distances, one at a time; see {@link PanamaKernels}. */
final class PanamaDistances {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();

  private static final VectorSpecies<Short> S = PanamaLanes.SHORTS;
  private static final VectorSpecies<Byte> B = PanamaLanes.BYTES;
  private static final int BYTES = B.length();

  private PanamaDistances() {}

  static float dot(float[] a, float[] b, int n) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      s0 = FloatVector.fromArray(F, a, i).fma(FloatVector.fromArray(F, b, i), s0);
      int j = i + LANES;
      s1 = FloatVector.fromArray(F, a, j).fma(FloatVector.fromArray(F, b, j), s1);
      j += LANES;
      s2 = FloatVector.fromArray(F, a, j).fma(FloatVector.fromArray(F, b, j), s2);
      j += LANES;
      s3 = FloatVector.fromArray(F, a, j).fma(FloatVector.fromArray(F, b, j), s3);
    }
    for (; i <= n - LANES; i += LANES) {
      s0 = FloatVector.fromArray(F, a, i).fma(FloatVector.fromArray(F, b, i), s0);
    }
    float sum = PanamaLanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static FloatVector load(MemorySegment b, long offset) {
    return FloatVector.fromMemorySegment(F, b, offset, LITTLE_ENDIAN);
  }

  static float dot(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      long at = offset + 4L * i;
      s0 = FloatVector.fromArray(F, a, i).fma(load(memory, at), s0);
      s1 = FloatVector.fromArray(F, a, i + LANES).fma(load(memory, at + 4L * LANES), s1);
      s2 = FloatVector.fromArray(F, a, i + 2 * LANES).fma(load(memory, at + 8L * LANES), s2);
      s3 = FloatVector.fromArray(F, a, i + 3 * LANES).fma(load(memory, at + 12L * LANES), s3);
    }
    for (; i <= n - LANES; i += LANES) {
      s0 = FloatVector.fromArray(F, a, i).fma(load(memory, offset + 4L * i), s0);
    }
    float sum = PanamaLanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      sum += a[i] * memory.get(SegmentLayouts.FLOAT, offset + 4L * i);
    }
    return sum;
  }

  static float squaredL2(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      long at = offset + 4L * i;
      FloatVector d0 = FloatVector.fromArray(F, a, i).sub(load(memory, at));
      s0 = d0.fma(d0, s0);
      FloatVector d1 = FloatVector.fromArray(F, a, i + LANES).sub(load(memory, at + 4L * LANES));
      s1 = d1.fma(d1, s1);
      FloatVector d2 =
          FloatVector.fromArray(F, a, i + 2 * LANES).sub(load(memory, at + 8L * LANES));
      s2 = d2.fma(d2, s2);
      FloatVector d3 =
          FloatVector.fromArray(F, a, i + 3 * LANES).sub(load(memory, at + 12L * LANES));
      s3 = d3.fma(d3, s3);
    }
    for (; i <= n - LANES; i += LANES) {
      FloatVector d = FloatVector.fromArray(F, a, i).sub(load(memory, offset + 4L * i));
      s0 = d.fma(d, s0);
    }
    float sum = PanamaLanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      float d = a[i] - memory.get(SegmentLayouts.FLOAT, offset + 4L * i);
      sum += d * d;
    }
    return sum;
  }

  static int dot(byte[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    IntVector s0 = IntVector.zero(I);
    int i = 0;
    for (; i <= n - BYTES; i += BYTES) {
      ByteVector x = ByteVector.fromArray(B, a, i);
      ByteVector y = ByteVector.fromMemorySegment(B, memory, offset + i, LITTLE_ENDIAN);
      s0 = s0.add(widen(x, 0).mul(widen(y, 0)));
      if (BYTES > LANES) {
        s0 = s0.add(widen(x, 1).mul(widen(y, 1)));
      }
    }
    int sum = s0.reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      sum += a[i] * memory.get(SegmentLayouts.BYTE, offset + i);
    }
    return sum;
  }

  static int squaredL2(byte[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    IntVector s0 = IntVector.zero(I);
    int i = 0;
    for (; i <= n - BYTES; i += BYTES) {
      ByteVector x = ByteVector.fromArray(B, a, i);
      ByteVector y = ByteVector.fromMemorySegment(B, memory, offset + i, LITTLE_ENDIAN);
      IntVector d = widen(x, 0).sub(widen(y, 0));
      s0 = s0.add(d.mul(d));
      if (BYTES > LANES) {
        d = widen(x, 1).sub(widen(y, 1));
        s0 = s0.add(d.mul(d));
      }
    }
    int sum = s0.reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      int d = a[i] - memory.get(SegmentLayouts.BYTE, offset + i);
      sum += d * d;
    }
    return sum;
  }

  private static IntVector widen(ByteVector v, int part) {
    return (IntVector) v.convertShape(VectorOperators.B2I, I, part);
  }

  static float dotBytes(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      ByteVector x = ByteVector.fromMemorySegment(B, memory, offset + i, LITTLE_ENDIAN);
      FloatVector second =
          BYTES > LANES
              ? floats(x, 1)
              : floats(
                  ByteVector.fromMemorySegment(B, memory, offset + i + LANES, LITTLE_ENDIAN), 0);
      s0 = FloatVector.fromArray(F, a, i).fma(floats(x, 0), s0);
      s1 = FloatVector.fromArray(F, a, i + LANES).fma(second, s1);
    }
    float sum = PanamaLanes.sum(s0.add(s1));
    for (; i < n; i++) {
      sum += a[i] * memory.get(SegmentLayouts.BYTE, offset + i);
    }
    return sum;
  }

  private static FloatVector floats(ByteVector v, int part) {
    return (FloatVector) v.convertShape(VectorOperators.B2F, F, part);
  }

  static float dotShorts(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    FloatVector s0 = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector x =
          (FloatVector)
              ShortVector.fromMemorySegment(S, memory, offset + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.S2F, F, 0);
      s0 = FloatVector.fromArray(F, a, i).fma(x, s0);
    }
    float sum = PanamaLanes.sum(s0);
    for (; i < n; i++) {
      sum += a[i] * memory.get(SegmentLayouts.SHORT, offset + 2L * i);
    }
    return sum;
  }
}
