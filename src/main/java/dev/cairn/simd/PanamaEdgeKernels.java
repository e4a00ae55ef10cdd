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
import jdk.incubator.vector.VectorSpecies;

/** {@link EdgeKernels} on {@code jdk.incubator.vector}, at the width that the processor prefers. */
final class PanamaEdgeKernels implements EdgeKernels {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Short> S = PanamaLanes.SHORTS;
  private static final VectorSpecies<Byte> B = PanamaLanes.BYTES;

  private final ScalarEdgeKernels scalar = new ScalarEdgeKernels();

  @Override
  public void squaredL2(float[] a, float[][] others, int first, int n, float[] out) {
    float[] b0 = others[first];
    float[] b1 = others[first + 1];
    float[] b2 = others[first + 2];
    float[] b3 = others[first + 3];
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < n; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, a, i);
      FloatVector d0 = x.sub(FloatVector.fromArray(F, b0, i));
      s0 = d0.fma(d0, s0);
      FloatVector d1 = x.sub(FloatVector.fromArray(F, b1, i));
      s1 = d1.fma(d1, s1);
      FloatVector d2 = x.sub(FloatVector.fromArray(F, b2, i));
      s2 = d2.fma(d2, s2);
      FloatVector d3 = x.sub(FloatVector.fromArray(F, b3, i));
      s3 = d3.fma(d3, s3);
    }
    PanamaLanes.sums(s0, s1, s2, s3, out);
  }

  @Override
  public long compareEdges(
      float[] between,
      int first,
      MemorySegment edges,
      long offset,
      float key,
      float slack,
      float alpha,
      float rounding) {
    MemorySegment memory = OffHeap.of(edges);
    long close = 0;
    long far = 0;
    for (int j = 0; j < VectorKernels.PASS; j += LANES) {
      FloatVector edge = FloatVector.fromMemorySegment(F, memory, offset + 4L * j, LITTLE_ENDIAN);
      FloatVector distance = FloatVector.fromArray(F, between, first + j).add(slack);
      VectorMask<Float> isClose =
          distance
              .mul(alpha)
              .compare(VectorOperators.LT, edge.max(key).add(slack))
              .or(distance.compare(VectorOperators.LE, rounding));
      close |= isClose.toLong() << j;
      far |= edge.compare(VectorOperators.GT, key).toLong() << j;
    }
    return far << VectorKernels.PASS | close;
  }

  @Override
  public int filter(MemorySegment integers, long offset, int[] filter) {
    if (LANES < FILTER_WORDS / 2) {
      return scalar.filter(integers, offset, filter);
    }
    MemorySegment memory = OffHeap.of(integers);
    IntVector low = IntVector.fromArray(I, filter, 0);
    IntVector high = IntVector.fromArray(I, filter, FILTER_WORDS - LANES);
    int bits = 0;
    for (int j = 0; j < VectorKernels.PASS; j += LANES) {
      IntVector v = IntVector.fromMemorySegment(I, memory, offset + 4L * j, LITTLE_ENDIAN);
      IntVector at = v.and(LANES - 1);
      IntVector words = at.selectFrom(low);
      if (LANES < FILTER_WORDS) {
        words = words.blend(at.selectFrom(high), v.and(LANES).compare(VectorOperators.NE, 0));
      }
      VectorMask<Integer> has =
          words
              .lanewise(VectorOperators.LSHR, v.lanewise(VectorOperators.LSHR, 4))
              .and(1)
              .compare(VectorOperators.NE, 0);
      bits |= (int) has.toLong() << j;
    }
    return bits;
  }

  @Override
  public void decode(
      MemorySegment integers, long offset, int n, boolean isWide, float factor, float[] out) {
    MemorySegment memory = OffHeap.of(integers);
    if (isWide) {
      for (int i = 0; i < n; i += LANES) {
        ((FloatVector)
                ShortVector.fromMemorySegment(S, memory, offset + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2F, F, 0))
            .mul(factor)
            .intoArray(out, i);
      }
    } else if (B.length() > LANES) {
      // C2 makes vectors of this loop by itself, which take a fifth of the time of converted parts
      scalar.decode(integers, offset, n, false, factor, out);
    } else {
      for (int i = 0; i < n; i += LANES) {
        ((FloatVector)
                ByteVector.fromMemorySegment(B, memory, offset + i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0))
            .mul(factor)
            .intoArray(out, i);
      }
    }
  }

  @Override
  public void residual(float[] p, float[] o, int n, long[] forward, long[] backward, float[] sums) {
    FloatVector squared = FloatVector.zero(F);
    FloatVector absolute = squared;
    FloatVector along = squared;
    FloatVector alongBackward = squared;
    FloatVector inner = squared;
    for (int w = 0; w < n >> 6; w++) {
      long positive = 0;
      long negative = 0;
      for (int bit = 0; bit < 64; bit += LANES) {
        FloatVector x = FloatVector.fromArray(F, p, 64 * w + bit);
        FloatVector y = FloatVector.fromArray(F, o, 64 * w + bit);
        FloatVector r = y.sub(x);
        squared = r.fma(r, squared);
        absolute = absolute.add(r.abs());
        inner = x.fma(r, inner);
        VectorMask<Float> isPositive = r.compare(VectorOperators.GE, 0f);
        VectorMask<Float> isNegative = r.compare(VectorOperators.LE, 0f);
        along = along.add(x.neg().blend(x, isPositive));
        alongBackward = alongBackward.add(y.neg().blend(y, isNegative));
        positive |= isPositive.toLong() << bit;
        negative |= isNegative.toLong() << bit;
      }
      forward[w] = positive;
      backward[w] = negative;
    }
    PanamaLanes.sums(squared, absolute, along, alongBackward, sums);
    sums[INNER] = PanamaLanes.sum(inner);
  }
}
