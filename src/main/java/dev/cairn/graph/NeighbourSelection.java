/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.Metric;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;

/**
 * The diversity heuristic (Malkov and Yashunin, 2018, algorithm 4, with pruned candidates kept): a
 * candidate is taken when it is nearer to the new node than to every candidate taken before; slots
 * that are left are filled with the nearest ones pruned, for a block's slots are scored anyway.
 */
final class NeighbourSelection {
  private final VectorKernels kernels = VectorKernels.best();
  private final Metric metric;
  private final int dimension;
  private int[] chosen = new int[32];
  private int[] pruned = new int[128];
  private int size;
  private int diverse;

  NeighbourSelection(Metric metric, int dimension) {
    this.metric = metric;
    this.dimension = dimension;
  }

  /**
   * Chooses among sorted candidates: at most {@code maxDiverse} diverse ones, {@code most} in all.
   */
  void select(Candidates candidates, int maxDiverse, int most) throws IOException {
    if (chosen.length < most) {
      chosen = new int[most];
    }
    if (pruned.length < candidates.size()) {
      pruned = new int[candidates.size()];
    }
    size = 0;
    int prunedCount = 0;
    for (int i = 0; i < candidates.size() && size < maxDiverse; i++) {
      if (isDiverse(candidates, i)) {
        chosen[size++] = i;
      } else {
        pruned[prunedCount++] = i;
      }
    }
    diverse = size;
    for (int i = 0; i < prunedCount && size < most; i++) {
      chosen[size++] = pruned[i];
    }
  }

  private boolean isDiverse(Candidates candidates, int i) throws IOException {
    float[] row = candidates.row(i);
    float key = candidates.key(i);
    float slack = metric.isInnerProduct() ? kernels.dot(row, row, dimension) : 0;
    for (int j = 0; j < size; j++) {
      if (Occlusion.isOccluded(key(row, candidates.row(chosen[j])), key, slack, 0)) {
        return false;
      }
    }
    return true;
  }

  private float key(float[] a, float[] b) {
    return metric.isInnerProduct()
        ? -kernels.dot(a, b, dimension)
        : kernels.squaredL2(a, b, dimension);
  }

  int size() {
    return size;
  }

  /** Position among the candidates of the {@code i}-th choice; diverse ones come first. */
  int get(int i) {
    return chosen[i];
  }

  int diverse() {
    return diverse;
  }
}
