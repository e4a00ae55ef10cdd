/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.graph.JointBeamSearch;
import dev.cairn.graph.JointBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Segments shared out among tasks, each of which searches its own jointly. The search of each graph
 * alone, most of the work where there are many, is then done by one task only. The joint search
 * that follows is done by every task for its own.
 */
final class LeafGroups {
  /**
   * A task takes so many hops at least: to hand over fewer to another thread, and to wait for it,
   * takes longer than they do.
   */
  private static final int LEAST_HOPS = 60;

  private final List<LeafReaderContext> leaves;
  private final double evenNumber;
  private final long documents;
  private final double[] hops;

  /**
   * Segments to be searched.
   *
   * @param leaves those that have the field
   * @param dimension of its vectors
   * @param efSearch width of the search
   */
  LeafGroups(List<LeafReaderContext> leaves, int dimension, int efSearch) {
    this.leaves = leaves;
    long[] sizes = leaves.stream().mapToLong(leaf -> leaf.reader().maxDoc()).toArray();
    this.documents = Arrays.stream(sizes).sum();
    this.evenNumber = JointBlocks.evenNumber(sizes);
    this.hops = new double[sizes.length];
    for (int i = 0; i < hops.length; i++) {
      double expected =
          JointBeamSearch.expectedHops(
              efSearch, sizes[i], dimension, (double) sizes[i] / documents, evenNumber);
      hops[i] = Math.min(sizes[i], expected);
    }
  }

  /** How many segments of equal size are as evenly many. */
  double evenNumber() {
    return evenNumber;
  }

  /** The share of some of the segments in the documents of all. */
  double share(List<LeafReaderContext> group) {
    long sum = 0;
    for (LeafReaderContext leaf : group) {
      sum += leaf.reader().maxDoc();
    }
    return (double) sum / documents;
  }

  /**
   * Parts them, so that all take about as long; a single group where more would not be faster.
   *
   * @param most how many groups there may be
   */
  List<List<LeafReaderContext>> part(int most) {
    int count =
        (int) Math.min(Math.min(most, leaves.size()), Arrays.stream(hops).sum() / LEAST_HOPS);
    if (count < 2) {
      return List.of(leaves);
    }
    Integer[] order = new Integer[hops.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -hops[i]));
    List<List<LeafReaderContext>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      groups.add(new ArrayList<>());
    }
    double[] loads = new double[count];
    for (int leaf : order) {
      int least = 0;
      for (int i = 1; i < count; i++) {
        least = loads[i] < loads[least] ? i : least;
      }
      loads[least] += hops[leaf];
      groups.get(least).add(leaves.get(leaf));
    }
    return groups;
  }
}
