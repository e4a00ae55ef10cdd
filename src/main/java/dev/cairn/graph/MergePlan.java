/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which node of a merged graph comes from where. Nodes of the sources keep their levels, the base
 * before the others; nodes of no source follow, with levels drawn anew. On layer 0 indices are
 * ordinals, so that there the plan is the sources' own map.
 */
final class MergePlan {
  /** Sources, the one whose blocks are copied first. */
  final List<MergeSource> sources;

  /** Number of nodes of each layer. */
  final int[] sizes;

  /** By source and layer: the new index of each node, -1 where it was deleted. */
  private final int[][][] maps;

  /** By layer: ordinals of the nodes of no source, and their indices in the layer below. */
  private final int[][] looseOrdinals;

  private final int[][] looseBelow;

  MergePlan(List<MergeSource> given, int size, int maxConn, MergeMonitor.Check check)
      throws IOException {
    sources = new ArrayList<>(given);
    sources.removeIf(source -> source.liveCount() == 0);
    if (!sources.isEmpty()) {
      int base = 0;
      for (int i = 1; i < sources.size(); i++) {
        base = sources.get(i).liveCount() > sources.get(base).liveCount() ? i : base;
      }
      sources.addFirst(sources.remove(base));
    }
    maps = new int[sources.size()][][];
    int[] counts = new int[Levels.HIGHEST + 1];
    for (int s = 0; s < maps.length; s++) {
      maps[s] = map(sources.get(s), counts, check);
    }
    int[] loose = loose(size);
    counts[0] = size;
    looseOrdinals = new int[counts.length][];
    looseBelow = new int[counts.length][];
    place(loose, new Levels(maxConn), counts);
    int levels = 0;
    while (levels < counts.length && counts[levels] > 0) {
      levels++;
    }
    sizes = Arrays.copyOf(counts, levels);
  }

  private static int[][] map(MergeSource source, int[] counts, MergeMonitor.Check check)
      throws IOException {
    Layer[] layers = source.layers().open();
    int[][] map = new int[layers.length][];
    map[0] = source.newOrdinals();
    for (int level = 1; level < map.length; level++) {
      Layer layer = layers[level];
      map[level] = new int[layer.size()];
      for (int i = 0; i < layer.size(); i++) {
        if (i % 4096 == 0) {
          check.run();
        }
        layer.blocks().seek(i);
        int ordinal = layer.layout().ordinal(layer.blocks().segment(), layer.blocks().offset());
        map[level][i] = map[0][ordinal] < 0 ? -1 : counts[level]++;
      }
    }
    return map;
  }

  private int[] loose(int size) {
    boolean[] isPlaced = new boolean[size];
    int count = size;
    for (MergeSource source : sources) {
      for (int ordinal : source.newOrdinals()) {
        if (ordinal >= 0) {
          isPlaced[ordinal] = true;
          count--;
        }
      }
    }
    int[] loose = new int[count];
    for (int ordinal = 0, i = 0; ordinal < size; ordinal++) {
      if (!isPlaced[ordinal]) {
        loose[i++] = ordinal;
      }
    }
    return loose;
  }

  private void place(int[] loose, Levels draw, int[] counts) {
    looseOrdinals[0] = loose;
    looseBelow[0] = loose;
    int[] below = loose;
    int[] ordinals = loose;
    for (int level = 1; level < counts.length; level++) {
      int[] higher = new int[ordinals.length];
      int[] higherBelow = new int[ordinals.length];
      int count = 0;
      int first = level == 1 ? 0 : counts[level - 1] - ordinals.length;
      for (int i = 0; i < ordinals.length; i++) {
        if (draw.draw(ordinals[i], 0) >= level) {
          higher[count] = ordinals[i];
          higherBelow[count++] = level == 1 ? ordinals[i] : first + i;
        }
      }
      ordinals = Arrays.copyOf(higher, count);
      below = Arrays.copyOf(higherBelow, count);
      looseOrdinals[level] = ordinals;
      looseBelow[level] = below;
      counts[level] += count;
    }
  }

  int levels() {
    return sizes.length;
  }

  /** Whether a source has a layer of a level. */
  boolean reaches(int source, int level) {
    return level < maps[source].length;
  }

  /** New indices of a layer's nodes, -1 where they were deleted. */
  int[] map(int source, int level) {
    return maps[source][level];
  }

  /** Ordinals of the nodes of a layer that are in no source. */
  int[] looseOrdinals(int level) {
    return looseOrdinals[level];
  }

  /** Index of such a node. */
  int looseIndex(int level, int i) {
    return level == 0 ? looseOrdinals[0][i] : sizes[level] - looseOrdinals[level].length + i;
  }

  /** Index of such a node in the layer below. */
  int looseBelow(int level, int i) {
    return looseBelow[level][i];
  }
}
