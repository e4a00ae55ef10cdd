/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.OwnCode;
import java.io.IOException;

/** The middle of a layer's vectors. */
public final class Centroid {
  private Centroid() {}

  /**
   * The mean of a sample of a layer's nodes, rotated, of as many components as codes have bits.
   *
   * @param layer the layer, with a cursor that is free
   * @param sample how many nodes, at least 1; all if there are no more
   */
  public static float[] of(Layer layer, int sample) throws IOException {
    float[] vector = new float[layer.layout().codeLength()];
    double[] sums = new double[vector.length];
    int count = Math.min(sample, layer.size());
    for (int i = 0; i < count; i++) {
      layer.blocks().seek(node(layer, i, count));
      OwnCode.decode(layer.layout(), layer.blocks().segment(), layer.blocks().offset(), vector);
      for (int j = 0; j < sums.length; j++) {
        sums[j] += vector[j];
      }
    }
    for (int j = 0; j < sums.length; j++) {
      float mean = (float) (sums[j] / count);
      // any point will do
      vector[j] = Float.isFinite(mean) ? mean : 0;
    }
    return vector;
  }

  /** A node of a sample, which is spread evenly: the order of documents often means something. */
  static int node(Layer layer, int i, int sample) {
    return (int) ((long) i * layer.size() / sample);
  }
}
