/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.simd.BeamKernels;
import java.util.Arrays;

/**
 * The best nodes seen by a search, at most {@code width} of them, in one order: those expanded, by
 * their exact keys, among those still open, by their estimates.
 */
final class Beam {
  /** Set in the entry of an expanded node; the node's number leaves this bit free. */
  private static final long EXPANDED = 1L << 31;

  /**
   * What a batch has found is merged before the batch is through when it is more than this: the
   * network that merges takes as many at a time, or half as many.
   */
  static final int MANY = 32;

  private final BeamKernels kernels = BeamKernels.best();
  private final long[] single = new long[1 + BeamKernels.MARGIN];
  private int width;
  private long[] entries = new long[64 + BeamKernels.MARGIN];
  private int size;

  /** All entries before this one are expanded. */
  private int firstOpen;

  /** Nodes taken together that are still to come back as expanded ones. */
  private int taken;

  /** Of these, those that have come back but wait for the rest of their batch. */
  private int waiting;

  private float threshold;
  private boolean isStrict;

  /** Empties it. */
  void reset(int width) {
    reset(width, false);
  }

  /**
   * Empties it.
   *
   * @param isStrict whether the threshold stays when duplicate entries of expanded nodes are
   *     removed. If so, a search finds as much in fewer hops, but among many equal vectors it sees
   *     nothing else
   */
  void reset(int width, boolean isStrict) {
    this.width = width;
    this.isStrict = isStrict;
    taken = 0;
    waiting = 0;
    if (entries.length < width + BeamKernels.MARGIN) {
      entries = new long[width + BeamKernels.MARGIN];
    }
    size = 0;
    firstOpen = 0;
    threshold = Float.POSITIVE_INFINITY;
    Arrays.fill(entries, 0, BeamKernels.MARGIN, Long.MAX_VALUE);
  }

  /** Keeps more or fewer nodes from now on, at most as many as at the last {@link #reset}. */
  void resize(int newWidth) {
    if (newWidth > width) {
      threshold = Float.POSITIVE_INFINITY;
    }
    if (newWidth < size) {
      size = newWidth;
      Arrays.fill(entries, size, size + BeamKernels.MARGIN, Long.MAX_VALUE);
    }
    width = newWidth;
    updateThreshold();
  }

  /**
   * The key that a node must be below to enter. Nodes taken together keep their room, so that it is
   * not for worse ones until they come back.
   */
  float threshold() {
    return threshold;
  }

  /** An entry for a node that was expanded, by its exact key. */
  static long expandedEntry(float key, int node) {
    return PackedKey.pack(key, node) | EXPANDED;
  }

  /** Whether an entry is that of an expanded node. */
  static boolean isExpanded(long entry) {
    return (entry & EXPANDED) != 0;
  }

  private static int node(long entry) {
    return PackedKey.node(entry) & PackedKey.MAX_NODE;
  }

  private int firstOpen() {
    int at = firstOpen;
    while (at < size && isExpanded(entries[at])) {
      at++;
    }
    firstOpen = at;
    return at;
  }

  /** Takes the best open entry, or the largest number when there is none. */
  long take() {
    int at = firstOpen();
    if (at == size) {
      return Long.MAX_VALUE;
    }
    long best = entries[at];
    close(at, at + 1);
    updateThreshold();
    return best;
  }

  /**
   * Takes the best open nodes that have not been taken before.
   *
   * @param most how many at most
   * @param settled how many of the best nodes are to be expanded: nodes that are worse are left
   * @param missing how many to take though they are worse
   * @param visited the nodes taken before; the new ones are added
   * @param into receives them
   * @return how many they are
   */
  int take(int most, int settled, int missing, VisitedSet visited, int[] into) {
    return take(most, settled, missing, Long.MAX_VALUE, visited, into);
  }

  /**
   * Takes the best open nodes that have not been taken before, as far as they are below a bar.
   *
   * @param most how many at most
   * @param bar what entries must be less than
   * @param visited the nodes taken before; the new ones are added
   * @param into receives them
   * @return how many they are
   */
  int takeBelow(int most, long bar, VisitedSet visited, int[] into) {
    return take(most, Integer.MAX_VALUE, 0, bar, visited, into);
  }

  private int take(int most, int settled, int missing, long bar, VisitedSet visited, int[] into) {
    int count = 0;
    int from = firstOpen();
    int to = from;
    int expandedBefore = from;
    for (; from < size && count < most; from++) {
      long entry = entries[from];
      if (isExpanded(entry)) {
        entries[to++] = entry;
        expandedBefore++;
      } else if (entry >= bar || count >= missing && expandedBefore >= settled) {
        break;
      } else if (visited.add(node(entry))) {
        // else it came from several parents, with several estimates
        into[count++] = node(entry);
      }
    }
    close(to, from);
    taken += count;
    updateThreshold();
    return count;
  }

  /** Hands over all open entries; the beam is not to be used until it is reset. */
  void leaveOpen(LongHeap heap) {
    for (int i = firstOpen(); i < size; i++) {
      if (!isExpanded(entries[i])) {
        heap.push(entries[i]);
      }
    }
  }

  /** Leaves no gap between entries. */
  private void close(int to, int from) {
    if (to < from) {
      // with what stands behind the last entry
      System.arraycopy(entries, from, entries, to, size + BeamKernels.MARGIN - from);
      size -= from - to;
    }
  }

  /** Adds a node that was expanded, by its exact key. */
  void settle(float key, int node) {
    single[0] = expandedEntry(key, node);
    mergeExpanded(single, 1, 1);
  }

  /** The entry of a rank among all, or the largest number when there are fewer. */
  long entryAt(int rank) {
    return rank < size ? entries[rank] : Long.MAX_VALUE;
  }

  /** How many expanded nodes are better than an entry. */
  int expandedBelow(long entry) {
    int count = 0;
    for (int i = 0; i < size && entries[i] < entry; i++) {
      count += isExpanded(entries[i]) ? 1 : 0;
    }
    return count;
  }

  /** Takes over what another beam holds, which is not to be used until it is reset. */
  void merge(Beam other) {
    merge(other.entries, other.size);
  }

  /**
   * Merges entries.
   *
   * @param added entries in any order, with room for {@link BeamKernels#MARGIN} more behind them;
   *     all may be overwritten
   */
  void merge(long[] added, int count) {
    if (count > 0) {
      size = kernels.merge(entries, size, width, added, count);
      // an open one may stand before all others now
      firstOpen = 0;
    }
    updateThreshold();
  }

  /**
   * Merges entries of which some are those of expanded nodes, see {@link #merge(long[], int)}.
   *
   * @param expanded how many
   */
  void mergeExpanded(long[] added, int count, int expanded) {
    taken = Math.max(0, taken - expanded);
    merge(added, count);
  }

  /**
   * One more node of a batch was expanded. Its entries are merged together with those of the
   * others, for a beam is dear to change; a threshold that is some hops old lets few more in, and
   * hardly changes which nodes are expanded.
   *
   * @param added entries of the batch that were not merged yet, see {@link #merge(long[], int)}
   * @param isLast whether it is the last of the batch
   * @return how many of these are still to be merged
   */
  int mergeBatch(long[] added, int count, boolean isLast) {
    waiting++;
    if (count <= MANY && !isLast) {
      return count;
    }
    mergeExpanded(added, count, waiting);
    waiting = 0;
    return 0;
  }

  private void updateThreshold() {
    if (size > 0 && size + taken >= width) {
      threshold = PackedKey.key(entries[Math.clamp(width - taken, 1, size) - 1]);
    } else if (!isStrict) {
      threshold = Float.POSITIVE_INFINITY;
    }
  }
}
