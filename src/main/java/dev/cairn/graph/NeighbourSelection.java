/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import dev.cairn.simd.EdgeKernels;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The diversity heuristic (Malkov and Yashunin, 2018, algorithm 4): a candidate that is nearer to a
 * chosen neighbour than to the new node is pruned, for the search gets there through that
 * neighbour. Spare slots are filled with the nearest pruned candidates, since all slots of a block
 * are scored anyway.
 *
 * <p>Most pruned candidates are linked to the neighbour that occludes them, with the key of that
 * edge in their block or else with its length, so that for them nothing has to be computed. The
 * others are compared by some components of their rotated vectors, a random projection: graphs are
 * as good or better for it, and the neighbours chosen fit into the first-level cache.
 */
final class NeighbourSelection {
  /** Components that are compared, at most. */
  private static final int COMPARED = 128;

  private final EdgeKernels edgeKernels = EdgeKernels.best();
  private final Metric metric;
  private final EdgeLengths lengths;
  private final float[] sums = new float[EdgeKernels.BATCH];
  private float[][] chosenRows = new float[36][];
  private float[] chosenSquared = new float[32];
  private final int[] chosenBits = new int[EdgeKernels.FILTER_WORDS];
  private int[] chosen = new int[32];
  private int[] chosenNodes = new int[32];
  private int[] pruned = new int[128];
  private int size;
  private int diverse;

  NeighbourSelection(Metric metric) {
    this.metric = metric;
    this.lengths = new EdgeLengths(metric);
  }

  /**
   * Chooses among sorted candidates. Some may come before nearer ones, which else leave no room for
   * links that lead far away.
   *
   * @param preferred nodes that are looked at first, if they are candidates; often none
   * @param most how many are chosen
   */
  void select(Candidates candidates, int[] preferred, int most) throws IOException {
    if (chosen.length < most) {
      chosen = new int[most];
      chosenNodes = new int[most];
      chosenSquared = new float[most];
    }
    if (pruned.length < candidates.size()) {
      pruned = new int[candidates.size()];
    }
    Arrays.fill(chosenBits, 0);
    size = 0;
    for (int i = 0; preferred.length > 0 && i < candidates.size() && size < most; i++) {
      if (place(preferred, preferred.length, candidates.node(i)) >= 0
          && !isLinkedToOccluder(candidates, i)
          && !isOccluded(candidates, i)) {
        choose(candidates, i);
      }
    }
    int first = size;
    int prunedCount = 0;
    for (int i = 0; i < candidates.size() && size < most; i++) {
      if (first > 0 && placeAmongChosen(candidates.node(i)) >= 0) {
        continue;
      }
      if (isLinkedToOccluder(candidates, i) || isOccluded(candidates, i)) {
        pruned[prunedCount++] = i;
      } else {
        choose(candidates, i);
      }
    }
    diverse = size;
    for (int i = 0; i < prunedCount && size < most; i++) {
      chosen[size++] = pruned[i];
    }
  }

  private static int place(int[] nodes, int count, int node) {
    for (int i = 0; i < count; i++) {
      if (nodes[i] == node) {
        return i;
      }
    }
    return -1;
  }

  private void choose(Candidates candidates, int i) throws IOException {
    int node = candidates.node(i);
    addRow(candidates.row(i));
    chosenSquared[size] = squaredLength(candidates, i);
    chosenNodes[size] = node;
    chosen[size++] = i;
    chosenBits[node & EdgeKernels.FILTER_WORDS - 1] |= 1 << (node >>> 4);
  }

  /** The squared length of a candidate for inner products, else 0. */
  private float squaredLength(Candidates candidates, int i) {
    return metric.isInnerProduct() ? candidates.squaredLength(i) : 0;
  }

  /** Whether an edge of the candidate says that it is occluded. */
  private boolean isLinkedToOccluder(Candidates candidates, int i) throws IOException {
    FusedBlockLayout layout = candidates.layer().layout();
    BlockSource block = candidates.layer().blocks();
    block.seek(candidates.node(i));
    MemorySegment segment = block.segment();
    long at = block.offset();
    int count = layout.count(segment, at);
    float key = candidates.key(i);
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int maybe =
          edgeKernels.filter(
              segment, at + layout.neighboursOffset() + (long) first * Integer.BYTES, chosenBits);
      maybe &= FusedBlockLayout.used(first, count);
      for (; maybe != 0; maybe &= maybe - 1) {
        int slot = first + Integer.numberOfTrailingZeros(maybe);
        int place = placeAmongChosen(layout.neighbour(segment, at, slot));
        if (place >= 0) {
          float squared = layout.squaredLength(segment, at);
          float slack = metric.isInnerProduct() ? squared : 0;
          float between = layout.edgeKey(segment, at, slot);
          if (Float.isNaN(between)) {
            // the block was copied and has not been changed since
            between = key(lengths.squared(layout, segment, at, slot), slack, place);
          }
          if (Occlusion.isOccluded(between, key, slack, Occlusion.ROUNDING * squared)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /**
   * The key of a candidate and a chosen neighbour.
   *
   * @param distance squared, of the two
   * @param squared the candidate's squared length for inner products, else 0
   * @param place of the chosen one
   */
  private float key(float distance, float squared, int place) {
    return metric.isInnerProduct() ? (distance - squared - chosenSquared[place]) / 2 : distance;
  }

  /** The place of a node among those chosen, or -1. */
  private int placeAmongChosen(int node) {
    return place(chosenNodes, size, node);
  }

  /** Whether a candidate is nearer to a chosen neighbour. */
  private boolean isOccluded(Candidates candidates, int i) throws IOException {
    float[] row = candidates.row(i);
    float squared = squaredLength(candidates, i);
    float key = candidates.key(i);
    // distances are projected, never products: what is near would drown in their error
    int compared = Math.min(row.length, COMPARED);
    float scale = (float) row.length / compared;
    for (int j = 0; j < size; j += EdgeKernels.BATCH) {
      edgeKernels.squaredL2(row, chosenRows, j, compared, sums);
      for (int b = 0; b < EdgeKernels.BATCH && j + b < size; b++) {
        float between = key(scale * sums[b], squared, j + b);
        if (Occlusion.isOccluded(between, key, squared, 0)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Takes a row to compare with; the rest of a batch is filled with it. */
  private void addRow(float[] row) {
    if (chosenRows.length < size + EdgeKernels.BATCH) {
      chosenRows = Arrays.copyOf(chosenRows, chosenRows.length + chosen.length);
    }
    Arrays.fill(chosenRows, size, (size + EdgeKernels.BATCH) & -EdgeKernels.BATCH, row);
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
