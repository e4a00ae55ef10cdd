/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on {@code jdk.incubator.vector}, at the width that the processor prefers. Species are
 * static finals, as are shuffles and constant vectors in the classes beside this one: from fields
 * or parameters they would not be constants to the compiler, which costs a factor of two to four.
 */
final class PanamaKernels implements VectorKernels {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();

  /** As many shorts (bytes) as {@link #F} has floats; null where no such shape exists. */
  private static final VectorSpecies<Short> S_PER_F =
      LANES < 4 ? null : VectorSpecies.of(short.class, VectorShape.forBitSize(LANES * Short.SIZE));

  private static final VectorSpecies<Byte> B_PER_F =
      LANES < 8 ? null : VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));

  private final ScalarKernels scalar = new ScalarKernels();

  static boolean isUsable() {
    return LANES >= 4 && LANES <= 16;
  }

  @Override
  public String name() {
    return "panama-" + F.vectorBitSize();
  }

  @Override
  public boolean readsTogether() {
    return PanamaTogether.isUsable();
  }

  @Override
  public void dot(float[] a, MemorySegment b, long[] offsets, int n, float[] dots) {
    if (PanamaTogether.isUsable()) {
      PanamaTogether.dot(a, b, offsets, n, dots);
    } else {
      VectorKernels.super.dot(a, b, offsets, n, dots);
    }
  }

  @Override
  public void squaredL2(float[] a, MemorySegment b, long[] offsets, int n, float[] distances) {
    if (PanamaTogether.isUsable()) {
      PanamaTogether.squaredL2(a, b, offsets, n, distances);
    } else {
      VectorKernels.super.squaredL2(a, b, offsets, n, distances);
    }
  }

  @Override
  public float dot(float[] a, float[] b, int n) {
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

  @Override
  public float squaredL2(float[] a, float[] b, int n) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      FloatVector d0 = FloatVector.fromArray(F, a, i).sub(FloatVector.fromArray(F, b, i));
      s0 = d0.fma(d0, s0);
      int j = i + LANES;
      FloatVector d1 = FloatVector.fromArray(F, a, j).sub(FloatVector.fromArray(F, b, j));
      s1 = d1.fma(d1, s1);
      j += LANES;
      FloatVector d2 = FloatVector.fromArray(F, a, j).sub(FloatVector.fromArray(F, b, j));
      s2 = d2.fma(d2, s2);
      j += LANES;
      FloatVector d3 = FloatVector.fromArray(F, a, j).sub(FloatVector.fromArray(F, b, j));
      s3 = d3.fma(d3, s3);
    }
    for (; i <= n - LANES; i += LANES) {
      FloatVector d = FloatVector.fromArray(F, a, i).sub(FloatVector.fromArray(F, b, i));
      s0 = d.fma(d, s0);
    }
    float sum = PanamaLanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      float d = a[i] - b[i];
      sum += d * d;
    }
    return sum;
  }

  private static FloatVector load(MemorySegment b, long offset) {
    return FloatVector.fromMemorySegment(F, b, offset, LITTLE_ENDIAN);
  }

  @Override
  public float dot(float[] a, MemorySegment b, long offset, int n) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      long at = offset + 4L * i;
      s0 = FloatVector.fromArray(F, a, i).fma(load(b, at), s0);
      s1 = FloatVector.fromArray(F, a, i + LANES).fma(load(b, at + 4L * LANES), s1);
      s2 = FloatVector.fromArray(F, a, i + 2 * LANES).fma(load(b, at + 8L * LANES), s2);
      s3 = FloatVector.fromArray(F, a, i + 3 * LANES).fma(load(b, at + 12L * LANES), s3);
    }
    for (; i <= n - LANES; i += LANES) {
      s0 = FloatVector.fromArray(F, a, i).fma(load(b, offset + 4L * i), s0);
    }
    float sum = PanamaLanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      sum += a[i] * b.get(SegmentLayouts.FLOAT, offset + 4L * i);
    }
    return sum;
  }

  @Override
  public float squaredL2(float[] a, MemorySegment b, long offset, int n) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (int end = n - 4 * LANES; i <= end; i += 4 * LANES) {
      long at = offset + 4L * i;
      FloatVector d0 = FloatVector.fromArray(F, a, i).sub(load(b, at));
      s0 = d0.fma(d0, s0);
      FloatVector d1 = FloatVector.fromArray(F, a, i + LANES).sub(load(b, at + 4L * LANES));
      s1 = d1.fma(d1, s1);
      FloatVector d2 = FloatVector.fromArray(F, a, i + 2 * LANES).sub(load(b, at + 8L * LANES));
      s2 = d2.fma(d2, s2);
      FloatVector d3 = FloatVector.fromArray(F, a, i + 3 * LANES).sub(load(b, at + 12L * LANES));
      s3 = d3.fma(d3, s3);
    }
    for (; i <= n - LANES; i += LANES) {
      FloatVector d = FloatVector.fromArray(F, a, i).sub(load(b, offset + 4L * i));
      s0 = d.fma(d, s0);
    }
    float sum = PanamaLanes.sum(s0.add(s1).add(s2.add(s3)));
    for (; i < n; i++) {
      float d = a[i] - b.get(SegmentLayouts.FLOAT, offset + 4L * i);
      sum += d * d;
    }
    return sum;
  }

  @Override
  public int dot(byte[] a, MemorySegment b, long offset, int n) {
    if (B_PER_F == null) {
      return scalar.dot(a, b, offset, n);
    }
    IntVector s0 = IntVector.zero(I);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      IntVector x = widen(ByteVector.fromArray(B_PER_F, a, i));
      IntVector y = widen(ByteVector.fromMemorySegment(B_PER_F, b, offset + i, LITTLE_ENDIAN));
      s0 = s0.add(x.mul(y));
    }
    int sum = s0.reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      sum += a[i] * b.get(SegmentLayouts.BYTE, offset + i);
    }
    return sum;
  }

  @Override
  public int squaredL2(byte[] a, MemorySegment b, long offset, int n) {
    if (B_PER_F == null) {
      return scalar.squaredL2(a, b, offset, n);
    }
    IntVector s0 = IntVector.zero(I);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      IntVector x = widen(ByteVector.fromArray(B_PER_F, a, i));
      IntVector d =
          x.sub(widen(ByteVector.fromMemorySegment(B_PER_F, b, offset + i, LITTLE_ENDIAN)));
      s0 = s0.add(d.mul(d));
    }
    int sum = s0.reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      int d = a[i] - b.get(SegmentLayouts.BYTE, offset + i);
      sum += d * d;
    }
    return sum;
  }

  @Override
  public float dotBytes(float[] a, MemorySegment b, long offset, int n) {
    if (B_PER_F == null) {
      return scalar.dotBytes(a, b, offset, n);
    }
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      s0 = FloatVector.fromArray(F, a, i).fma(bytes(b, offset + i), s0);
      s1 = FloatVector.fromArray(F, a, i + LANES).fma(bytes(b, offset + i + LANES), s1);
    }
    float sum = PanamaLanes.sum(s0.add(s1));
    for (; i < n; i++) {
      sum += a[i] * b.get(SegmentLayouts.BYTE, offset + i);
    }
    return sum;
  }

  private static FloatVector bytes(MemorySegment b, long offset) {
    return (FloatVector)
        ByteVector.fromMemorySegment(B_PER_F, b, offset, LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2F, F, 0);
  }

  @Override
  public float dotShorts(float[] a, MemorySegment b, long offset, int n) {
    FloatVector s0 = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector x =
          (FloatVector)
              ShortVector.fromMemorySegment(S_PER_F, b, offset + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.S2F, F, 0);
      s0 = FloatVector.fromArray(F, a, i).fma(x, s0);
    }
    float sum = PanamaLanes.sum(s0);
    for (; i < n; i++) {
      sum += a[i] * b.get(SegmentLayouts.SHORT, offset + 2L * i);
    }
    return sum;
  }

  private static IntVector widen(ByteVector v) {
    return (IntVector) v.convertShape(VectorOperators.B2I, I, 0);
  }

  @Override
  public void accumulate(
      MemorySegment codes, long offset, int groups, byte[] table, int[] sums, short[] scratch) {
    PanamaFastScan.accumulate(codes, offset, groups, table, sums, scratch);
  }

  @Override
  public float sumOfSizes(float[] x, int n) {
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      sum = sum.add(FloatVector.fromArray(F, x, i).abs());
    }
    float total = PanamaLanes.sum(sum);
    for (; i < n; i++) {
      total += Math.abs(x[i]);
    }
    return total;
  }

  @Override
  public float widestGroup(float[] x, int n) {
    // bits of numbers not below zero are in the order of the numbers, and integers have no NaN to
    // look out for
    IntVector widest = IntVector.zero(I);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector sizes = FloatVector.fromArray(F, x, i).abs();
      FloatVector pairs = sizes.add(sizes.rearrange(PanamaLanes.SWAP1));
      widest = widest.max(pairs.add(pairs.rearrange(PanamaLanes.SWAP2)).reinterpretAsInts());
    }
    float largest = Float.intBitsToFloat(widest.reduceLanes(VectorOperators.MAX));
    for (; i < n; i += 4) {
      largest =
          Math.max(
              largest,
              (Math.abs(x[i]) + Math.abs(x[i + 1])) + (Math.abs(x[i + 2]) + Math.abs(x[i + 3])));
    }
    return largest;
  }

  @Override
  public void fillTable(float[] x, int n, float factor, byte[] table, float[] scratch) {
    if (LANES < 16 || n % LANES > 0) {
      scalar.fillTable(x, n, factor, table, scratch);
    } else {
      PanamaFastScan.fillTable(x, n, factor, table, scratch);
    }
  }

  @Override
  public int estimate(
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
    return PanamaFastScan.estimate(
        sums, factors, addOffset, scaleOffset, base, beta, step, bias, threshold, keys);
  }

  @Override
  public int scan(
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
      int[] sums,
      short[] scratch) {
    if (LANES < 8) {
      accumulate(block, codesOffset, groups, table, sums, scratch);
      return estimate(sums, block, addOffset, scaleOffset, base, beta, step, bias, threshold, keys);
    }
    if (PanamaWideScan.isUsable()) {
      return PanamaWideScan.scan(
          block,
          codesOffset,
          groups,
          table,
          addOffset,
          scaleOffset,
          base,
          beta,
          step,
          bias,
          threshold,
          keys);
    }
    return PanamaFastScan.scan(
        block,
        codesOffset,
        groups,
        table,
        addOffset,
        scaleOffset,
        base,
        beta,
        step,
        bias,
        threshold,
        keys,
        scratch);
  }

  @Override
  public void hadamard(float[] x, int offset, int n) {
    PanamaTransforms.hadamard(x, offset, n);
  }

  @Override
  public void flipSigns(float[] x, float[] signs, int n) {
    PanamaTransforms.flipSigns(x, signs, n);
  }

  @Override
  public void rotatePairs(float[] x, int n) {
    PanamaTransforms.rotatePairs(x, n);
  }

  @Override
  public void scale(float[] x, int offset, int n, float factor) {
    PanamaTransforms.scale(x, offset, n, factor);
  }

  @Override
  public float signs(float[] x, int n, long[] bits) {
    FloatVector sum = FloatVector.zero(F);
    for (int w = 0; w < n >> 6; w++) {
      long word = 0;
      for (int i = 0; i < 64; i += LANES) {
        FloatVector v = FloatVector.fromArray(F, x, 64 * w + i);
        word |= v.compare(VectorOperators.GE, 0f).toLong() << i;
        sum = sum.add(v.abs());
      }
      bits[w] = word;
    }
    return PanamaLanes.sum(sum);
  }

  @Override
  public float signedSum(float[] x, int n, long[] bits) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < n; i += LANES) {
      VectorMask<Float> positive = VectorMask.fromLong(F, bits[i >> 6] >>> i);
      FloatVector v = FloatVector.fromArray(F, x, i);
      sum = sum.add(v.neg().blend(v, positive));
    }
    return PanamaLanes.sum(sum);
  }
}
