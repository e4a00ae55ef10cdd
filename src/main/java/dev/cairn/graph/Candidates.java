/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.util.Arrays;

/**
 * Nodes that a search expanded while inserting a node, by exact key, with their rows at hand. Rows
 * are loaded when first asked for and then stay until the next search.
 */
final class Candidates implements ExpansionListener {
  private final VectorSource vectors;
  private long[] entries = new long[128];
  private int[] nodes = new int[128];
  private int[] ordinals = new int[128];
  private float[][] rows = new float[128][];
  private boolean[] isLoaded = new boolean[128];
  private int size;

  Candidates(VectorSource vectors) {
    this.vectors = vectors;
  }

  void clear() {
    size = 0;
  }

  @Override
  public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
    if (size == entries.length) {
      int length = 2 * size;
      entries = Arrays.copyOf(entries, length);
      nodes = Arrays.copyOf(nodes, length);
      ordinals = Arrays.copyOf(ordinals, length);
      rows = Arrays.copyOf(rows, length);
      isLoaded = Arrays.copyOf(isLoaded, length);
    }
    // the place in the arrays travels in the packed key's node until sorting
    entries[size] = PackedKey.pack(key, size);
    nodes[size] = index;
    ordinals[size] = ordinal;
    isLoaded[size] = false;
    size++;
    return true;
  }

  void sort() {
    Arrays.sort(entries, 0, size);
  }

  int size() {
    return size;
  }

  /** Index in its layer of the {@code i}-th nearest candidate. */
  int node(int i) {
    return nodes[PackedKey.node(entries[i])];
  }

  /** Key of the {@code i}-th nearest candidate. */
  float key(int i) {
    return PackedKey.key(entries[i]);
  }

  /** Row of the {@code i}-th nearest candidate. */
  float[] row(int i) throws IOException {
    int at = PackedKey.node(entries[i]);
    if (!isLoaded[at]) {
      if (rows[at] == null) {
        rows[at] = new float[vectors.dimension()];
      }
      vectors.load(ordinals[at], rows[at]);
      isLoaded[at] = true;
    }
    return rows[at];
  }
}
