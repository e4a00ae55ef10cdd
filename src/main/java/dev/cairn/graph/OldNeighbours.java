/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What the old graph says of a node's neighbourhood; scratch space of one thread. */
final class OldNeighbours {
  private final FusedBlockLayout layout;
  private final VisitedSet seen = new VisitedSet();
  private long[] entries = new long[128];
  private int size;
  private int[] far = {};

  OldNeighbours(FusedBlockLayout layout) {
    this.layout = layout;
  }

  /**
   * Reads those old neighbours of a node that already landed, with estimates of their keys.
   *
   * @param block the node's old block
   * @param query the node's vector
   * @param map new indices by old ones
   */
  void read(BlockSource block, FusedQuery query, int[] map, SharedNodeSet landed) {
    size = 0;
    MemorySegment segment = block.segment();
    long at = block.offset();
    float key = query.key(layout, segment, at);
    float beta = query.beta(key, layout.nodeFactor(segment, at));
    int count = layout.count(segment, at);
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      query.estimate(layout, segment, at, first, count, key, beta, Float.POSITIVE_INFINITY);
      for (int i = 0; i < VectorKernels.PASS && first + i < count; i++) {
        int neighbour = map[layout.neighbour(segment, at, first + i)];
        if (neighbour >= 0 && landed.contains(neighbour)) {
          add(query.key(i), neighbour);
        }
      }
    }
    Arrays.sort(entries, 0, size);
  }

  private void add(float key, int node) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, 2 * size);
    }
    entries[size++] = PackedKey.pack(key, node);
  }

  int size() {
    return size;
  }

  /** The {@code i}-th nearest. */
  int get(int i) {
    return PackedKey.node(entries[i]);
  }

  /** At most {@code count} of them. */
  int[] nearest(int count) {
    int[] nodes = new int[Math.min(count, size)];
    Arrays.setAll(nodes, this::get);
    return nodes;
  }

  /**
   * Makes candidates of a node's list as it is now and of the neighbours of its deleted old
   * neighbours.
   *
   * @param from the old layer
   * @param old the node's index there
   * @param to the new layer
   * @param map new indices by old ones
   * @return whether so many are deleted that the candidates are not enough
   */
  boolean replace(Layer from, int old, Layer to, Linker linker, int[] map) throws IOException {
    size = 0;
    int node = map[old];
    seen.reset(to.size());
    seen.add(node);
    Candidates candidates = linker.candidates();
    candidates.reset(to, node, Integer.MAX_VALUE);
    for (int neighbour : to.neighbours(node)) {
      if (seen.add(neighbour)) {
        linker.addCandidate(to, neighbour);
      }
    }
    from.blocks().seek(old);
    MemorySegment segment = from.blocks().segment();
    long at = from.blocks().offset();
    int count = layout.count(segment, at);
    int[] dead = new int[count];
    boolean[] isDiverse = new boolean[count];
    int deadCount = 0;
    for (int slot = 0; slot < count; slot++) {
      int neighbour = layout.neighbour(segment, at, slot);
      if (map[neighbour] < 0) {
        isDiverse[deadCount] = layout.isDiverse(segment, at, slot);
        dead[deadCount++] = neighbour;
      }
    }
    int[] kept = to.diverseNeighbours(node);
    long[] byDistance = new long[kept.length + deadCount];
    int diverse = 0;
    for (int neighbour : kept) {
      byDistance[diverse++] = PackedKey.pack(-linker.keyTo(to, neighbour), neighbour);
    }
    for (int i = 0; i < deadCount; i++) {
      float key = linker.keyTo(from, dead[i]);
      int first = size;
      readThrough(from.blocks(), linker.query(), map);
      if (isDiverse[i] && first < size) {
        byDistance[diverse++] = PackedKey.pack(-key, PackedKey.node(least(first)));
      }
    }
    Arrays.sort(byDistance, 0, diverse);
    far = new int[Math.min(diverse, Narrow.FAR_LINKS)];
    Arrays.setAll(far, i -> PackedKey.node(byDistance[i]));
    Arrays.sort(entries, 0, size);
    int most = Math.min(size, Narrow.REPLACEMENTS);
    for (int i = 0; i < most; i++) {
      linker.addCandidate(to, get(i));
    }
    for (int other : far) {
      if (!candidates.contains(other)) {
        linker.addCandidate(to, other);
      }
    }
    candidates.sort();
    return deadCount * Narrow.LOST >= count;
  }

  private long least(int from) {
    long least = entries[from];
    for (int i = from + 1; i < size; i++) {
      least = Math.min(least, entries[i]);
    }
    return least;
  }

  /**
   * The farthest of the node's diverse neighbours, of the deleted ones the nearest of their own
   * neighbours. If they gave way to the many near candidates, a search that came down in a wrong
   * cluster would not get out of it.
   */
  int[] far() {
    return far;
  }

  private void readThrough(BlockSource block, FusedQuery query, int[] map) {
    MemorySegment segment = block.segment();
    long at = block.offset();
    float key = query.key(layout, segment, at);
    float beta = query.beta(key, layout.nodeFactor(segment, at));
    int count = layout.count(segment, at);
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      query.estimate(layout, segment, at, first, count, key, beta, Float.POSITIVE_INFINITY);
      for (int i = 0; i < VectorKernels.PASS && first + i < count; i++) {
        int neighbour = map[layout.neighbour(segment, at, first + i)];
        if (neighbour >= 0 && seen.add(neighbour)) {
          add(query.key(i), neighbour);
        }
      }
    }
  }
}
