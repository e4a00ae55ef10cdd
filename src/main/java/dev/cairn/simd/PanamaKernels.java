/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
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
    return PanamaDistances.dot(a, b, n);
  }

  @Override
  public float dot(float[] a, MemorySegment b, long offset, int n) {
    return PanamaDistances.dot(a, b, offset, n);
  }

  @Override
  public float squaredL2(float[] a, MemorySegment b, long offset, int n) {
    return PanamaDistances.squaredL2(a, b, offset, n);
  }

  @Override
  public int dot(byte[] a, MemorySegment b, long offset, int n) {
    return PanamaDistances.dot(a, b, offset, n);
  }

  @Override
  public int squaredL2(byte[] a, MemorySegment b, long offset, int n) {
    return PanamaDistances.squaredL2(a, b, offset, n);
  }

  @Override
  public float dotBytes(float[] a, MemorySegment b, long offset, int n) {
    return PanamaDistances.dotBytes(a, b, offset, n);
  }

  @Override
  public float dotShorts(float[] a, MemorySegment b, long offset, int n) {
    return PanamaDistances.dotShorts(a, b, offset, n);
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
  public void fillTable(float[] x, int n, float factor, byte[] table) {
    PanamaFastScan.fillTable(x, n, factor, table);
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
    return VectorKernels.super.scan(
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
        sums,
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
