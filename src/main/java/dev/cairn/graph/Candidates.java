/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.OwnCode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Nodes that may become neighbours of a node, by key. Their vectors are taken from their own codes,
 * rotated as they are: the blocks are at hand, for a search has just been there, and the rows of
 * raw vectors are not. They are decoded when first asked for.
 */
final class Candidates implements ExpansionListener {
  private Layer layer;
  private int excluded;
  private int most;
  private long[] entries = new long[128];
  private int[] nodes = new int[128];
  private int[] ordinals = new int[128];
  private float[] factors = new float[128];
  private float[] squaredLengths = new float[128];
  private float[][] rows = new float[128][];
  private boolean[] isDecoded = new boolean[128];
  private int size;

  /**
   * Forgets all; what is added from now on are nodes of a layer, but for one. A search that has
   * expanded {@code most} of them ends.
   */
  void reset(Layer layer, int excluded, int most) {
    this.layer = layer;
    this.excluded = excluded;
    this.most = most;
    size = 0;
  }

  @Override
  public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
    if (index != excluded) {
      add(index, ordinal, key);
    }
    return size < most;
  }

  void add(int index, int ordinal, float key) {
    if (size == entries.length) {
      int length = 2 * size;
      entries = Arrays.copyOf(entries, length);
      nodes = Arrays.copyOf(nodes, length);
      ordinals = Arrays.copyOf(ordinals, length);
      factors = Arrays.copyOf(factors, length);
      squaredLengths = Arrays.copyOf(squaredLengths, length);
      rows = Arrays.copyOf(rows, length);
      isDecoded = Arrays.copyOf(isDecoded, length);
    }
    // the place in the arrays travels in the packed key's node until sorting
    entries[size] = PackedKey.pack(key, size);
    nodes[size] = index;
    ordinals[size] = ordinal;
    isDecoded[size] = false;
    size++;
  }

  void sort() {
    Arrays.sort(entries, 0, size);
  }

  /** Whether most of the sorted candidates are one vector: its keys are equal to the last bit. */
  boolean areMostlyEqual() {
    if (size < 2) {
      return false;
    }
    // so many in a row include the one in the middle
    int from = size / 2;
    float key = key(from);
    int to = from + 1;
    while (from > 0 && key(from - 1) == key) {
      from--;
    }
    while (to < size && key(to) == key) {
      to++;
    }
    return 2 * (to - from) > size;
  }

  boolean contains(int node) {
    for (int i = 0; i < size; i++) {
      if (nodes[i] == node) {
        return true;
      }
    }
    return false;
  }

  Layer layer() {
    return layer;
  }

  int size() {
    return size;
  }

  /** Index in its layer of the {@code i}-th nearest candidate. */
  int node(int i) {
    return nodes[PackedKey.node(entries[i])];
  }

  /** Ordinal of the {@code i}-th nearest candidate. */
  int ordinal(int i) {
    return ordinals[PackedKey.node(entries[i])];
  }

  /** Key of the {@code i}-th nearest candidate. */
  float key(int i) {
    return PackedKey.key(entries[i]);
  }

  /** Rotated vector of the {@code i}-th nearest candidate, from its own code. */
  float[] row(int i) throws IOException {
    int at = PackedKey.node(entries[i]);
    if (!isDecoded[at]) {
      FusedBlockLayout layout = layer.layout();
      if (rows[at] == null) {
        rows[at] = new float[layout.codeLength()];
      }
      BlockSource block = layer.blocks();
      block.seek(nodes[at]);
      MemorySegment segment = block.segment();
      OwnCode.decode(layout, segment, block.offset(), rows[at]);
      factors[at] = layout.ownFactor(segment, block.offset());
      squaredLengths[at] = layout.squaredLength(segment, block.offset());
      isDecoded[at] = true;
    }
    return rows[at];
  }

  /** Factor of the own code of a candidate whose {@link #row} was asked for. */
  float ownFactor(int i) {
    return factors[PackedKey.node(entries[i])];
  }

  /** Squared length of the vector of a candidate whose {@link #row} was asked for. */
  float squaredLength(int i) {
    return squaredLengths[PackedKey.node(entries[i])];
  }

  /** Bytes of memory that the rows take. */
  long bytesUsed() {
    long bytes = (long) entries.length * (Long.BYTES + 5 * Integer.BYTES);
    for (float[] row : rows) {
      bytes += row == null ? 0 : (long) row.length * Float.BYTES;
    }
    return bytes;
  }
}
