/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What integers go with floats in vectors of the width that the processor prefers, and sums of
 * their lanes, always in one order: first those half a vector apart, then a quarter and so on.
 * {@code reduceLanes} may choose any order, and chooses another one compiled than interpreted, so
 * that a build would not repeat.
 */
final class PanamaLanes {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = F.length();

  /** As many shorts as a vector has floats. */
  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(LANES * Short.SIZE));

  /** As many bytes as a vector has floats, or twice as many where no such shape exists. */
  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(8, LANES) * Byte.SIZE));

  private static final int HALF = LANES / 2;
  private static final int QUARTER = LANES / 4;

  // lanes so far apart change places
  static final VectorShuffle<Float> SWAP1 = swap(1);
  static final VectorShuffle<Float> SWAP2 = swap(2);
  static final VectorShuffle<Float> SWAP4 = swap(4);
  static final VectorShuffle<Float> SWAP8 = swap(8);
  private static final VectorShuffle<Float> SWAP_HALF = swap(HALF);
  private static final VectorShuffle<Float> SWAP_QUARTER = swap(QUARTER);
  private static final VectorMask<Float> UPPER_HALF = lanesWith(HALF);
  private static final VectorMask<Float> LOWER_HALF = lanesWith(HALF).not();
  private static final VectorMask<Float> UPPER_QUARTER = lanesWith(QUARTER);
  private static final VectorMask<Float> LOWER_QUARTER = lanesWith(QUARTER).not();

  private PanamaLanes() {}

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(F, i -> distance < LANES ? i ^ distance : i);
  }

  private static VectorMask<Float> lanesWith(int bit) {
    long lanes = 0;
    for (int i = 0; i < LANES; i++) {
      lanes |= (i & bit) != 0 ? 1L << i : 0;
    }
    return VectorMask.fromLong(F, lanes);
  }

  /** Sum of the lanes. */
  static float sum(FloatVector v) {
    FloatVector sum = v;
    if (LANES > 8) {
      sum = sum.add(sum.rearrange(SWAP8));
    }
    if (LANES > 4) {
      sum = sum.add(sum.rearrange(SWAP4));
    }
    sum = sum.add(sum.rearrange(SWAP2));
    sum = sum.add(sum.rearrange(SWAP1));
    return sum.lane(0);
  }

  /** The same of four vectors together, with five shuffles instead of sixteen. */
  static void sums(FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] out) {
    FloatVector ab = a.blend(b, UPPER_HALF).add(a.blend(b, LOWER_HALF).rearrange(SWAP_HALF));
    FloatVector cd = c.blend(d, UPPER_HALF).add(c.blend(d, LOWER_HALF).rearrange(SWAP_HALF));
    FloatVector sum =
        ab.blend(cd, UPPER_QUARTER).add(ab.blend(cd, LOWER_QUARTER).rearrange(SWAP_QUARTER));
    if (LANES > 8) {
      sum = sum.add(sum.rearrange(SWAP2));
    }
    if (LANES > 4) {
      sum = sum.add(sum.rearrange(SWAP1));
    }
    out[0] = sum.lane(0);
    out[1] = sum.lane(HALF);
    out[2] = sum.lane(QUARTER);
    out[3] = sum.lane(HALF + QUARTER);
  }

  /**
   * The same of four vectors at the start of an array, in the place of which the sums come: for
   * methods so large that nothing is inlined in them any more, where vectors that are arguments
   * would become objects.
   */
  static void sums(float[] lanes) {
    sums(
        FloatVector.fromArray(F, lanes, 0),
        FloatVector.fromArray(F, lanes, LANES),
        FloatVector.fromArray(F, lanes, 2 * LANES),
        FloatVector.fromArray(F, lanes, 3 * LANES),
        lanes);
  }
}
