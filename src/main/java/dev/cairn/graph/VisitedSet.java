/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.util.Arrays;

/** A bit set that is cleared in time proportional to what was set. */
final class VisitedSet {
  private long[] bits = new long[16];
  private int[] members = new int[256];
  private int size;

  /** Empties the set and makes room for members below {@code limit}. */
  void reset(int limit) {
    int words = (limit + 63) >>> 6;
    if (size > words) {
      Arrays.fill(bits, 0);
    } else {
      for (int i = 0; i < size; i++) {
        bits[members[i] >>> 6] = 0;
      }
    }
    size = 0;
    if (bits.length < words) {
      bits = new long[words];
    }
  }

  /** Adds a member; false when it was there already. */
  boolean add(int member) {
    long word = bits[member >>> 6];
    long bit = 1L << member;
    if ((word & bit) != 0) {
      return false;
    }
    bits[member >>> 6] = word | bit;
    if (size == members.length) {
      members = Arrays.copyOf(members, 2 * size);
    }
    members[size++] = member;
    return true;
  }

  boolean contains(int member) {
    return bit(member) != 0;
  }

  /** 1 for a member, else 0. */
  int bit(int member) {
    return (int) (bits[member >>> 6] >>> member) & 1;
  }
}
