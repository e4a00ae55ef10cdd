/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/** Who is whose neighbour, copied out of the blocks of a graph; and what must hold of it. */
public final class GraphShape {
  private final int[][] ordinals;
  private final int[][] below;
  private final int[][][] neighbours;
  private final int[] slots;
  private final int entry;

  private GraphShape(int levels, int entry) {
    this.ordinals = new int[levels][];
    this.below = new int[levels][];
    this.neighbours = new int[levels][][];
    this.slots = new int[levels];
    this.entry = entry;
  }

  static GraphShape of(BuiltGraph graph) throws IOException {
    Layer[] layers = new Layer[graph.levels()];
    for (int level = 0; level < layers.length; level++) {
      layers[level] = graph.layer(level);
    }
    return of(layers, graph.entry());
  }

  /**
   * The shape of a graph.
   *
   * @param layers its layers, lowest first
   * @param entry index of the entry point in the highest
   */
  public static GraphShape of(Layer[] layers, int entry) throws IOException {
    GraphShape shape = new GraphShape(layers.length, entry);
    for (int level = 0; level < layers.length; level++) {
      shape.read(level, layers[level]);
    }
    return shape;
  }

  private void read(int level, Layer layer) throws IOException {
    FusedBlockLayout layout = layer.layout();
    slots[level] = layout.slots();
    ordinals[level] = new int[layer.size()];
    below[level] = new int[layer.size()];
    neighbours[level] = new int[layer.size()][];
    for (int node = 0; node < layer.size(); node++) {
      layer.blocks().seek(node);
      MemorySegment segment = layer.blocks().segment();
      long block = layer.blocks().offset();
      ordinals[level][node] = layout.ordinal(segment, block);
      below[level][node] = layout.below(segment, block);
      int[] list = new int[layout.count(segment, block)];
      for (int slot = 0; slot < list.length; slot++) {
        list[slot] = layout.neighbour(segment, block, slot);
      }
      for (int slot = list.length; slot < layout.slots(); slot++) {
        assertEquals("neighbour in an unused slot", 0, layout.neighbour(segment, block, slot));
        assertEquals("factor in an unused slot", 0, layout.add(segment, block, slot), 0);
      }
      neighbours[level][node] = list;
    }
  }

  int levels() {
    return ordinals.length;
  }

  int size(int level) {
    return ordinals[level].length;
  }

  int[] neighbours(int level, int node) {
    return neighbours[level][node];
  }

  /**
   * Checks all that must hold of every graph over {@code size} vectors: each vector is a node of
   * level 0, nodes of upper layers are nodes of the layer below, lists hold distinct other nodes,
   * and every node of every layer is reachable from where a search enters it.
   */
  public void check(int size) {
    assertEquals("nodes of level 0", size, size == 0 ? size : size(0));
    int from = entry;
    for (int level = levels() - 1; level >= 0; level--) {
      checkNodes(level);
      for (int node = 0; node < size(level); node++) {
        checkList(level, node);
      }
      assertEquals("reachable on level " + level, size(level), countReachable(level, from));
      from = below[level][from];
    }
  }

  private void checkNodes(int level) {
    Set<Integer> distinct = new HashSet<>();
    for (int node = 0; node < size(level); node++) {
      int ordinal = ordinals[level][node];
      if (level == 0) {
        assertEquals("ordinal", node, ordinal);
      } else {
        int same = below[level][node];
        assertTrue("node below", same >= 0 && same < size(level - 1));
        assertEquals("ordinal below", ordinal, ordinals[level - 1][same]);
      }
      assertTrue("twice on level " + level, distinct.add(ordinal));
    }
  }

  private void checkList(int level, int node) {
    int[] list = neighbours[level][node];
    assertTrue("neighbours on level " + level, list.length <= slots[level]);
    Set<Integer> distinct = new HashSet<>();
    for (int neighbour : list) {
      assertTrue("neighbour in the layer", neighbour >= 0 && neighbour < size(level));
      assertTrue("node " + node + " linked to itself", neighbour != node);
      assertTrue("neighbour " + neighbour + " twice", distinct.add(neighbour));
    }
  }

  /** How many nodes of a level there are ways to from one of them, itself included. */
  int countReachable(int level, int from) {
    boolean[] isSeen = new boolean[size(level)];
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    isSeen[from] = true;
    queue.add(from);
    int count = 0;
    while (!queue.isEmpty()) {
      count++;
      for (int neighbour : neighbours[level][queue.remove()]) {
        if (!isSeen[neighbour]) {
          isSeen[neighbour] = true;
          queue.add(neighbour);
        }
      }
    }
    return count;
  }
}
