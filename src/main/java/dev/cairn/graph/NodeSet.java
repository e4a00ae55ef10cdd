/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.function.IntPredicate;

/** The nodes of a layer that may be hits. */
public final class NodeSet {
  private final long[] words;
  private final IntPredicate predicate;

  private NodeSet(long[] words, IntPredicate predicate) {
    this.words = words;
    this.predicate = predicate;
  }

  /** Nodes as the bits of words, lowest first; no bits beyond the nodes may be set. */
  public static NodeSet of(long[] words) {
    return new NodeSet(words, null);
  }

  /** Nodes by a test, asked only for those that a search meets. */
  public static NodeSet of(IntPredicate predicate) {
    return new NodeSet(null, predicate);
  }

  /** Whether it is known which nodes these are, without a test of each. */
  public boolean isListed() {
    return words != null;
  }

  /** Whether a node belongs to the set. */
  public boolean contains(int node) {
    return words != null ? (words[node >>> 6] >>> node & 1) != 0 : predicate.test(node);
  }

  /** 1 for a node of the set, else 0. */
  int bit(int node) {
    if (words != null) {
      return (int) (words[node >>> 6] >>> node) & 1;
    }
    return predicate.test(node) ? 1 : 0;
  }

  /**
   * The nodes of the set from one on and below a limit, as many as there is room for.
   *
   * @param into receives them, in order
   * @return how many
   */
  public int fill(int from, int limit, int[] into) {
    int count = 0;
    if (words == null) {
      for (int node = from; node < limit && count < into.length; node++) {
        if (predicate.test(node)) {
          into[count++] = node;
        }
      }
      return count;
    }
    for (int at = from >>> 6; at << 6 < limit && count < into.length; at++) {
      long word = words[at];
      if (at == from >>> 6) {
        word &= -1L << from;
      }
      for (; word != 0 && count < into.length; word &= word - 1) {
        into[count++] = (at << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    while (count > 0 && into[count - 1] >= limit) {
      count--;
    }
    return count;
  }

  /** The first node of the set from one on and below a limit, or the limit. */
  public int next(int from, int limit) {
    if (words == null) {
      int node = from;
      while (node < limit && !predicate.test(node)) {
        node++;
      }
      return node;
    }
    if (from >= limit) {
      return limit;
    }
    int at = from >>> 6;
    int end = (limit + 63) >>> 6;
    long word = words[at] & -1L << from;
    while (word == 0) {
      if (++at >= end) {
        return limit;
      }
      word = words[at];
    }
    return Math.min(limit, (at << 6) + Long.numberOfTrailingZeros(word));
  }
}
