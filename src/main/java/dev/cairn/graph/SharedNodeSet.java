/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/** A set of nodes of a layer that many threads may add to. */
final class SharedNodeSet {
  private final AtomicIntegerArray bits;
  private volatile int first = -1;

  SharedNodeSet(int size) {
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

  /** All of them, ascending. */
  int[] nodes() {
    return IntStream.range(0, 32 * bits.length()).filter(this::contains).toArray();
  }

  /** The first that was added, or -1 while there is none. */
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
