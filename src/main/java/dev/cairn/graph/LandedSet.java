/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** The nodes of a layer that others may already be linked with. Safe for use by many threads. */
final class LandedSet {
  private final AtomicIntegerArray bits;
  private volatile int first = -1;

  LandedSet(int size) {
    bits = new AtomicIntegerArray((size + 31) >>> 5);
  }

  void add(int node) {
    if (first < 0) {
      first = node;
    }
    bits.accumulateAndGet(node >>> 5, 1 << node, (a, b) -> a | b);
  }

  boolean contains(int node) {
    return (bits.get(node >>> 5) >>> node & 1) != 0;
  }

  /** The first of them, or -1 while there is none. */
  int first() {
    return first;
  }

  /** Any of them but a node, or -1 while there is no other. */
  int otherThan(int node) {
    if (first != node) {
      return first;
    }
    for (int word = 0; word < bits.length(); word++) {
      int others = bits.get(word) & (word == node >>> 5 ? ~(1 << node) : -1);
      if (others != 0) {
        return (word << 5) + Integer.numberOfTrailingZeros(others);
      }
    }
    return -1;
  }
}
