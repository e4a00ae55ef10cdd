/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.VectorKernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A query prepared for FastScan: 16 table entries of 6 bits for each group of 4 rotated dimensions.
 * Holds the scratch space of estimating, so it serves one search at a time; reused by {@link #set}.
 */
public final class FusedQuery {
  private final VectorKernels kernels = VectorKernels.best();
  private final Metric metric;
  private final int dimension;
  private final Rotation rotation;
  private final float[] rotated;
  private final byte[] table;
  private final int[] sums = new int[VectorKernels.PASS];
  private final short[] scratch = new short[VectorKernels.PASS];
  private final float[] keys = new float[VectorKernels.PASS];
  private float squaredLength;
  private float step;
  private float bias;

  /**
   * A query for vectors of a dimension.
   *
   * @param metric what keys mean
   * @param dimension number of components of the vectors
   */
  public FusedQuery(Metric metric, int dimension) {
    int length = Rotation.codeLength(dimension);
    this.metric = metric;
    this.dimension = dimension;
    this.rotation = Rotation.of(length);
    this.rotated = new float[length];
    this.table = new byte[length / VectorKernels.GROUP_DIMENSIONS * 16];
  }

  /**
   * Prepares a query vector: rotates it and builds its tables.
   *
   * @param query the vector, of unit length (or zero) for {@link Metric#ANGULAR}
   */
  public void set(float[] query) {
    System.arraycopy(query, 0, rotated, 0, dimension);
    Arrays.fill(rotated, dimension, rotated.length, 0);
    rotation.apply(rotated);
    prepare();
  }

  /** Prepares a query that is rotated already, of as many components as a code has bits. */
  public void setRotated(float[] query) {
    System.arraycopy(query, 0, rotated, 0, rotated.length);
    prepare();
  }

  /** The rotated query, valid until the next one is set; not to be changed. */
  public float[] rotated() {
    return rotated;
  }

  private void prepare() {
    if (!metric.isInnerProduct()) {
      squaredLength = kernels.dot(rotated, rotated, rotated.length);
    }
    buildTable();
  }

  private void buildTable() {
    float widest = kernels.widestGroup(rotated, rotated.length);
    step = 2 * widest / VectorKernels.MAX_ENTRY;
    bias = -kernels.sumOfSizes(rotated, rotated.length);
    // an entry is the sum of twice the size of those components whose bit agrees with their sign
    kernels.fillTable(rotated, rotated.length, step > 0 ? 2 / step : 0, table);
  }

  /**
   * The key of a node by its own code, whose error is some thousandths of the distance: what the
   * search goes by. Results are scored from the raw vectors.
   */
  public float key(FusedBlockLayout layout, MemorySegment segment, long block) {
    long own = block + layout.ownOffset();
    float sum =
        layout.hasWideOwnCodes()
            ? kernels.dotShorts(rotated, segment, own, rotated.length)
            : kernels.dotBytes(rotated, segment, own, rotated.length);
    float dot = sum * layout.ownFactor(segment, block);
    float key =
        metric.isInnerProduct()
            ? -dot
            : squaredLength + layout.squaredLength(segment, block) - 2 * dot;
    // overflow counts as the farthest
    return key <= Float.MAX_VALUE ? Math.max(key, -Float.MAX_VALUE) : Float.MAX_VALUE;
  }

  /** The factor of a node's key in the estimates from its block. */
  public float beta(float key, float nodeFactor) {
    return metric.isInnerProduct() ? -key * nodeFactor : 1;
  }

  /** What turns keys into distances from a node: its squared length for inner products, else 0. */
  public float slack(float nodeFactor) {
    return metric.isInnerProduct() && nodeFactor > 0 ? 1 / nodeFactor : 0;
  }

  /**
   * Estimates the keys of the next 32 neighbours of a node, or of those that are left.
   *
   * @param layout the layout of the block
   * @param segment where the block is
   * @param block byte offset of the block
   * @param first slot of the first of them, a multiple of 32
   * @param count how many neighbours the node has, more than {@code first}
   * @param key the node's own exact key
   * @param beta from {@link #beta}
   * @param threshold the key that an estimate must be below to be reported
   * @return a mask of the slots reported; their keys are read by {@link #key}
   */
  public int estimate(
      FusedBlockLayout layout,
      MemorySegment segment,
      long block,
      int first,
      int count,
      float key,
      float beta,
      float threshold) {
    int pass = first / VectorKernels.PASS;
    int below =
        kernels.scan(
            segment,
            block + layout.codesOffset() + (long) pass * layout.passBytes(),
            layout.groups(),
            table,
            block + layout.addOffset() + (long) first * Short.BYTES,
            block + layout.scaleOffset() + (long) first * Short.BYTES,
            key,
            beta,
            step,
            bias,
            threshold,
            keys,
            sums,
            scratch);
    return below & FusedBlockLayout.used(first, count);
  }

  /** Copies the estimated keys of the pass estimated last. */
  public void copyKeys(float[] into, int first) {
    System.arraycopy(keys, 0, into, first, VectorKernels.PASS);
  }

  /** The estimated key of a slot of the pass estimated last. */
  public float key(int slotInPass) {
    return keys[slotInPass];
  }
}
