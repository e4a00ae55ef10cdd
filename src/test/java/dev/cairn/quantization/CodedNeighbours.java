/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.VectorKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A node and the codes of its neighbours in a block, and the estimates that a search makes of them:
 * all that the tests of estimates know of encoders, layouts and queries.
 */
final class CodedNeighbours implements AutoCloseable {
  private static final int ORDINAL = 5;

  private final Metric metric;
  private final int dimension;
  private final Arena arena = Arena.ofConfined();
  private final FusedBlockLayout layout;
  private final MemorySegment block;
  private final EdgeEncoder encoder;
  private final FusedQuery query;
  private float[] node;
  private int count;

  CodedNeighbours(Metric metric, int dimension, int slots) {
    this.metric = metric;
    this.dimension = dimension;
    this.layout = new FusedBlockLayout(slots, Rotation.codeLength(dimension));
    this.block = arena.allocate(layout.buildBytes(), 64);
    this.encoder = new EdgeEncoder(metric, dimension);
    this.query = new FusedQuery(metric, dimension);
  }

  /** The exact key of a vector. */
  static double key(Metric metric, float[] q, float[] o) {
    double sum = 0;
    for (int i = 0; i < q.length; i++) {
      sum += metric.isInnerProduct() ? -(double) q[i] * o[i] : Math.pow((double) q[i] - o[i], 2);
    }
    return sum;
  }

  /** Starts over with a node; under the angular metric vectors must be of unit length or zero. */
  void setNode(float[] p) {
    node = p;
    encoder.setNode(p);
    layout.setNode(block, 0, ORDINAL, ORDINAL, nodeFactor());
    layout.setOwn(block, 0, encoder.own());
    count = 0;
  }

  private float nodeFactor() {
    double squared = -key(Metric.INNER_PRODUCT, node, node);
    if (squared == 0 || metric == Metric.SQUARED_L2) {
      return 0;
    }
    return (float) (metric == Metric.ANGULAR ? 1 / Math.sqrt(squared) : 1 / squared);
  }

  /** Adds a neighbour by the code of the edge from the node to it. */
  void add(float[] o) {
    encoder.encode(o);
    put(encoder.forward());
  }

  /** Adds a neighbour by the code that comes as a by-product of encoding the opposite edge. */
  void addBackward(float[] o) {
    EdgeEncoder other = new EdgeEncoder(metric, dimension);
    other.setNode(o);
    other.encode(node);
    put(other.backward());
  }

  private void put(EdgeCode code) {
    layout.setEdge(block, 0, count, 1000 + count, 0, code);
    count++;
    layout.setCount(block, 0, count);
  }

  /** The node's key by its own code. */
  float ownKey(float[] q) {
    query.set(q);
    return query.key(layout, block, 0);
  }

  /** Squared length and factor of the node's own code. */
  float[] ownFactors() {
    return new float[] {layout.squaredLength(block, 0), layout.ownFactor(block, 0)};
  }

  /** The estimated keys of all neighbours. */
  float[] estimate(float[] q) {
    query.set(q);
    float key = (float) key(metric, q, node);
    float beta = query.beta(key, layout.nodeFactor(block, 0));
    float[] estimates = new float[count];
    for (int slot = 0; slot < count; slot++) {
      if (slot % VectorKernels.PASS == 0) {
        query.estimate(layout, block, 0, slot, count, key, beta, Float.POSITIVE_INFINITY);
      }
      estimates[slot] = query.key(slot % VectorKernels.PASS);
    }
    return estimates;
  }

  /** The two factors of a slot as they are stored. */
  float[] factors(int slot) {
    return new float[] {layout.add(block, 0, slot), layout.scale(block, 0, slot)};
  }

  long[] code(int slot) {
    long[] bits = new long[layout.codeLength() / 64];
    layout.code(block, 0, slot, bits);
    return bits;
  }

  @Override
  public void close() {
    arena.close();
  }
}
