/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What a rotation is made of, at the width that the processor prefers. */
final class PanamaTransforms {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();

  // within-vector butterflies of the Hadamard transform, by distance
  private static final FloatVector SIGN1 = butterflySigns(1);
  private static final FloatVector SIGN2 = butterflySigns(2);
  private static final FloatVector SIGN4 = butterflySigns(4);
  private static final FloatVector SIGN8 = butterflySigns(8);

  private PanamaTransforms() {}

  private static FloatVector butterflySigns(int distance) {
    float[] signs = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      signs[i] = (i & distance) == 0 ? 1 : -1;
    }
    return FloatVector.fromArray(F, signs, 0);
  }

  /** {@link VectorKernels#hadamard}. */
  static void hadamard(float[] x, int offset, int n) {
    int h = n >> 1;
    if ((Integer.numberOfTrailingZeros(n / LANES) & 1) == 1) {
      butterflies(x, offset, n, h);
      h >>= 1;
    }
    for (; h > LANES; h >>= 2) {
      twoButterflies(x, offset, n, h);
    }
    for (int i = offset; i < offset + n; i += LANES) {
      FloatVector v = FloatVector.fromArray(F, x, i);
      if (LANES > 8) {
        v = v.rearrange(PanamaLanes.SWAP8).add(v.mul(SIGN8));
      }
      if (LANES > 4) {
        v = v.rearrange(PanamaLanes.SWAP4).add(v.mul(SIGN4));
      }
      v = v.rearrange(PanamaLanes.SWAP2).add(v.mul(SIGN2));
      v = v.rearrange(PanamaLanes.SWAP1).add(v.mul(SIGN1));
      v.intoArray(x, i);
    }
  }

  /** Butterflies of a distance, at least as long as a vector. */
  private static void butterflies(float[] x, int offset, int n, int h) {
    // one loop over all pairs: nested ones would be too short to be fast
    for (int t = 0; t < n >> 1; t += LANES) {
      int j = offset + ((t & -h) << 1) + (t & h - 1);
      FloatVector u = FloatVector.fromArray(F, x, j);
      FloatVector v = FloatVector.fromArray(F, x, j + h);
      u.add(v).intoArray(x, j);
      u.sub(v).intoArray(x, j + h);
    }
  }

  /** Butterflies of a distance and then of half of it. */
  private static void twoButterflies(float[] x, int offset, int n, int h) {
    int half = h >> 1;
    for (int t = 0; t < n >> 2; t += LANES) {
      int j = offset + ((t & -half) << 2) + (t & half - 1);
      FloatVector a = FloatVector.fromArray(F, x, j);
      FloatVector b = FloatVector.fromArray(F, x, j + half);
      FloatVector c = FloatVector.fromArray(F, x, j + h);
      FloatVector d = FloatVector.fromArray(F, x, j + h + half);
      FloatVector sumAc = a.add(c);
      FloatVector sumBd = b.add(d);
      FloatVector differenceAc = a.sub(c);
      FloatVector differenceBd = b.sub(d);
      sumAc.add(sumBd).intoArray(x, j);
      sumAc.sub(sumBd).intoArray(x, j + half);
      differenceAc.add(differenceBd).intoArray(x, j + h);
      differenceAc.sub(differenceBd).intoArray(x, j + h + half);
    }
  }

  /** {@link VectorKernels#flipSigns}. */
  static void flipSigns(float[] x, float[] signs, int n) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(F, x, i).mul(FloatVector.fromArray(F, signs, i)).intoArray(x, i);
    }
  }

  /** {@link VectorKernels#rotatePairs}. */
  static void rotatePairs(float[] x, int n) {
    int half = n >> 1;
    for (int i = 0; i < half; i += LANES) {
      FloatVector u = FloatVector.fromArray(F, x, i);
      FloatVector v = FloatVector.fromArray(F, x, i + half);
      u.add(v).mul(ScalarKernels.HALF_SQRT2).intoArray(x, i);
      u.sub(v).mul(ScalarKernels.HALF_SQRT2).intoArray(x, i + half);
    }
  }

  /** {@link VectorKernels#scale}. */
  static void scale(float[] x, int offset, int n, float factor) {
    for (int i = offset; i < offset + n; i += LANES) {
      FloatVector.fromArray(F, x, i).mul(factor).intoArray(x, i);
    }
  }
}
