/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/**
 * A key and a node in one long, ordered by key: the key's bits, made comparable as a signed
 * integer, above the node's index.
 */
public final class PackedKey {
  /** The largest node that can be packed. */
  static final int MAX_NODE = Integer.MAX_VALUE;

  private PackedKey() {}

  /** Packs a key, not NaN, and a node, not negative. */
  public static long pack(float key, int node) {
    int bits = Float.floatToRawIntBits(key);
    int sortable = bits ^ (bits >> 31 & 0x7fffffff);
    return (long) sortable << 32 | node;
  }

  /** The node. */
  public static int node(long packed) {
    return (int) packed;
  }

  /** The key. */
  public static float key(long packed) {
    int sortable = (int) (packed >> 32);
    return Float.intBitsToFloat(sortable ^ (sortable >> 31 & 0x7fffffff));
  }
}
