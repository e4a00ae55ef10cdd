/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import dev.cairn.simd.EdgeKernels;
import dev.cairn.simd.VectorKernels;
import java.util.Arrays;

/**
 * Computes codes of edges (RaBitQ, SIGMOD 2024, section 3, with the parent node in the place of the
 * centroid). One residual serves both directions of an edge. Not safe for use by several threads at
 * once.
 *
 * <p>With the unit residual u = (o - p)/rho, signs x = sign(Pu)/sqrt(D) and c = x.Pu, the unbiased
 * estimate of u.(q - p) is x.P(q - p)/c. With S the sum of the rotated query's components under
 * those signs it follows that
 *
 * <ul>
 *   <li>|q-o|^2 is about |q-p|^2 + rho^2 + 2 rho x.Pp/c - (2 rho/(c sqrt(D))) S
 *   <li>q.o is about q.p + beta (p.(o-p) - rho x.Pp/c) + (rho/(c sqrt(D))) S, beta = q.p/|p|^2
 * </ul>
 */
public final class EdgeEncoder {
  /** How much longer than the rounding of an own code a residual from it must be, squared. */
  public static final float PRECISION = 1000;

  private final VectorKernels kernels = VectorKernels.best();
  private final EdgeKernels edgeKernels = EdgeKernels.best();
  private final Metric metric;
  private final int dimension;
  private final Rotation rotation;
  private final float[] residual;
  private final float[] rotatedNode;
  private final EdgeCode forward;
  private final EdgeCode backward;
  private final OwnCode own;
  private final float[] sums = new float[EdgeKernels.SUMS];
  private float[] node;

  /**
   * An encoder.
   *
   * @param metric what keys mean
   * @param dimension number of components of the vectors
   */
  public EdgeEncoder(Metric metric, int dimension) {
    int length = Rotation.codeLength(dimension);
    this.metric = metric;
    this.dimension = dimension;
    this.rotation = Rotation.of(length);
    this.residual = new float[length];
    this.rotatedNode = new float[length];
    this.forward = new EdgeCode(length);
    this.backward = new EdgeCode(length);
    this.own = new OwnCode(length);
  }

  /** Sets p, the node at the start of the edges; the array must not change until the next call. */
  public void setNode(float[] p) {
    node = p;
    System.arraycopy(p, 0, rotatedNode, 0, dimension);
    Arrays.fill(rotatedNode, dimension, rotatedNode.length, 0);
    rotation.apply(rotatedNode);
  }

  /** The same where its rotated vector is at hand already. */
  public void setNode(float[] p, float[] rotated) {
    node = p;
    System.arraycopy(rotated, 0, rotatedNode, 0, rotatedNode.length);
  }

  /** Sets p by its rotated vector; edges can then be encoded to decoded vectors only. */
  public void setRotatedNode(float[] p) {
    node = null;
    System.arraycopy(p, 0, rotatedNode, 0, rotatedNode.length);
  }

  /** The own code of p, valid until the next call. */
  public OwnCode own() {
    own.set(rotatedNode);
    return own;
  }

  /** Encodes the edges p to o and o to p; both results are valid until the next call. */
  public void encode(float[] o) {
    encode(o, forward, backward);
  }

  /**
   * Encodes the edges p to o and o to p. The residual is taken before it is rotated, so that little
   * is lost where the two are near each other and far from the origin.
   */
  public void encode(float[] o, EdgeCode forward, EdgeCode backward) {
    for (int i = 0; i < dimension; i++) {
      residual[i] = o[i] - node[i];
    }
    Arrays.fill(residual, dimension, residual.length, 0);
    float squared = kernels.dot(residual, residual, dimension);
    double inner = metric.isInnerProduct() ? kernels.dot(node, residual, dimension) : 0;
    int d = residual.length;
    rotation.apply(residual);
    double absolute = kernels.signs(residual, d, forward.bits);
    // x.Pp of the forward code; both directions need it
    double along = kernels.signedSum(rotatedNode, d, forward.bits);
    set(forward, squared, absolute, along, inner);
    for (int i = 0; i < d; i++) {
      residual[i] = -residual[i];
    }
    kernels.signs(residual, d, backward.bits);
    // seen from o the residual is negated: -x.Po = -(x.Pp + rho c) and o.(p-o) = -(p.(o-p) + rho^2)
    double alongBackward = 2 * alongZeros(forward, backward) - (along + absolute);
    set(backward, squared, absolute, alongBackward, -(inner + squared));
  }

  /** Sum of the node's components where the residual is zero, which is positive both ways. */
  private double alongZeros(EdgeCode forward, EdgeCode backward) {
    double sum = 0;
    for (int w = 0; w < forward.bits.length; w++) {
      for (long both = forward.bits[w] & backward.bits[w]; both != 0; both &= both - 1) {
        sum += rotatedNode[64 * w + Long.numberOfTrailingZeros(both)];
      }
    }
    return sum;
  }

  /**
   * Encodes the edges p to o and o to p, with o from its own code: it need not be rotated. Signs
   * then differ where the residual is next to nothing, which estimates do not notice as long as the
   * residual is long beside what the own code was rounded by.
   *
   * @param o from {@link OwnCode#decode}
   * @param ownFactor factor of that own code
   * @return false where the residual is too short for that, and the exact vector is needed
   */
  public boolean encodeDecoded(float[] o, float ownFactor, EdgeCode forward, EdgeCode backward) {
    edgeKernels.residual(rotatedNode, o, o.length, forward.bits, backward.bits, sums);
    float rounding = OwnCode.rounding(ownFactor, o.length);
    float squared = sums[EdgeKernels.SQUARED];
    if (!(squared > PRECISION * rounding && squared < Float.MAX_VALUE)) {
      return false;
    }
    double absolute = sums[EdgeKernels.ABSOLUTE];
    double inner = sums[EdgeKernels.INNER];
    set(forward, squared, absolute, sums[EdgeKernels.ALONG], inner);
    // seen from o the residual is negated: o.(p-o) = -(p.(o-p) + rho^2)
    set(backward, squared, absolute, sums[EdgeKernels.ALONG_BACKWARD], -(inner + squared));
    return true;
  }

  /**
   * Sets the factors. In sums over signs the factors 1/sqrt(D) cancel: rho/c times x.Pp is
   * rho^2/absolute times along, and rho/(c sqrt(D)) is rho^2/absolute, where absolute is the sum of
   * the absolute values of the rotated residual.
   */
  private void set(EdgeCode code, double squared, double absolute, double along, double inner) {
    if (!(squared > 0) || !(absolute > 0)) {
      // equal vectors: the estimate is the node's own key, exactly
      code.add = 0;
      code.scale = 0;
      return;
    }
    double ratio = squared / absolute;
    if (metric.isInnerProduct()) {
      code.add = (float) -(inner - ratio * along);
      code.scale = (float) -ratio;
    } else {
      code.add = (float) (squared + 2 * ratio * along);
      code.scale = (float) (-2 * ratio);
    }
  }

  /** The code of the edge p to o. */
  public EdgeCode forward() {
    return forward;
  }

  /** The code of the edge o to p. */
  public EdgeCode backward() {
    return backward;
  }
}
