/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Best-first search among accepted nodes, with ways through nodes that are not accepted.
 *
 * <p>A beam holds the best accepted nodes seen, by estimates from their neighbours' blocks, so that
 * most need not be expanded to be found. Beside the beam, which alone is stuck where few are
 * accepted, nodes that are not accepted are expanded: the best seen from any node while too few
 * accepted ones are known, later those that accepted ones lead to; until for some hops they have
 * led to nothing better.
 */
public final class FilteredSearch {
  /** How a search ended. */
  public enum End {
    /** All that was worth expanding was. */
    COMPLETE,
    /** The listener stopped it. */
    STOPPED,
    /** It took as many hops as it was allowed. */
    TOO_LONG
  }

  /** Hops after which it shows how many of the nodes around the query are accepted. */
  private static final int PROBE = 24;

  private final VisitedSet expanded = new VisitedSet();
  private final Beam beam = new Beam();
  private final LongHeap near = new LongHeap();
  private final LongHeap far = new LongHeap();
  private long[] survivors = new long[VectorKernels.PASS + 1];
  private long touched;
  private int met;
  private int metAccepted;
  private int[] leftOut = {};

  /** A search with scratch space of its own. */
  public FilteredSearch() {}

  /** Searches from now on do not step on these nodes. */
  public void leaveOut(int[] nodes) {
    leftOut = nodes;
  }

  /** Whether a node was expanded by the last search. */
  public boolean isExpanded(int node) {
    return expanded.contains(node);
  }

  /**
   * Searches a layer.
   *
   * @param layer the layer
   * @param starts where to start
   * @param accepted the nodes that may be hits
   * @param settled how many of the best accepted nodes are to be expanded
   * @param spare how many more are kept, to be told of in the end
   * @param patience hops through nodes not accepted that may lead to nothing better
   * @param maxHops when to give up
   * @param leastShare when to give up after some hops: where a smaller share of the nodes met is
   *     accepted
   * @param listener told of each node expanded, and of the accepted ones that are left in the end
   */
  public End search(
      Layer layer,
      int[] starts,
      NodeSet accepted,
      int settled,
      int spare,
      int patience,
      long maxHops,
      double leastShare,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    expanded.reset(layer.size());
    for (int node : leftOut) {
      expanded.add(node);
    }
    beam.reset((int) Math.min((long) settled + spare, 2L * layer.size() + 4));
    near.clear();
    far.clear();
    if (survivors.length <= layer.layout().slots()) {
      survivors = Arrays.copyOf(survivors, layer.layout().slots() + 1);
    }
    for (int start : starts) {
      long entry = PackedKey.pack(Float.NEGATIVE_INFINITY, start);
      if (accepted.contains(start)) {
        survivors[0] = entry;
        beam.merge(survivors, 1);
      } else {
        near.push(entry);
      }
    }
    met = 0;
    metAccepted = 0;
    int idle = 0;
    boolean isTurnOfBeam = true;
    for (long hops = 0; ; hops++) {
      int node = -1;
      boolean isFromBeam = false;
      if (isTurnOfBeam) {
        node = takeAccepted(settled);
        isFromBeam = node >= 0;
      }
      if (node < 0 && idle < patience) {
        node = takeOther(settled);
      }
      if (node < 0 && !isTurnOfBeam) {
        node = takeAccepted(settled);
        isFromBeam = node >= 0;
      }
      if (node < 0) {
        break;
      }
      if (hops == maxHops || (hops == PROBE && metAccepted < leastShare * met)) {
        return End.TOO_LONG;
      }
      isTurnOfBeam = !isTurnOfBeam;
      long bar = beam.entryAt(settled - 1);
      long best = expand(layer, node, isFromBeam, accepted, settled, query, listener);
      if (best == Long.MIN_VALUE) {
        return End.STOPPED;
      }
      idle = best < bar ? 0 : isFromBeam ? idle : idle + 1;
    }
    return tellOpen(layer, query, listener);
  }

  private int takeAccepted(int settled) {
    while (true) {
      long entry = beam.peek();
      if (entry == Long.MAX_VALUE || beam.isSettled(settled, entry)) {
        return -1;
      }
      beam.take();
      int node = PackedKey.node(entry);
      if (expanded.add(node)) {
        return node;
      }
    }
  }

  private int takeOther(int settled) {
    float bound = beam.threshold();
    while (true) {
      boolean isFarOpen = beam.entryAt(settled - 1) == Long.MAX_VALUE;
      LongHeap heap = isFarOpen && far.peek() < near.peek() ? far : near;
      if (heap.isEmpty() || PackedKey.key(heap.peek()) > bound) {
        return -1;
      }
      int node = PackedKey.node(heap.pop());
      if (expanded.add(node)) {
        return node;
      }
    }
  }

  /** Returns the best accepted neighbour found, or the least number when the listener stops. */
  private long expand(
      Layer layer,
      int node,
      boolean isAccepted,
      NodeSet accepted,
      int settled,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    blocks.seek(node);
    MemorySegment segment = blocks.segment();
    long block = blocks.offset();
    int base = blocks.base();
    float nodeFactor = layout.nodeFactor(segment, block);
    float key = query.key(layout, segment, block);
    if (!listener.expanded(node, layout.ordinal(segment, block), key, nodeFactor)) {
      return Long.MIN_VALUE;
    }
    if (isAccepted) {
      beam.settle(key, node);
    }
    float beta = query.beta(key, nodeFactor);
    float threshold = beam.threshold();
    int count = layout.count(segment, block);
    int found = 0;
    LongHeap others = isAccepted ? near : far;
    for (int pass = 0; pass * VectorKernels.PASS < count; pass++) {
      int first = pass * VectorKernels.PASS;
      int below = query.estimate(layout, segment, block, pass, key, beta, threshold);
      below &= -1 >>> (VectorKernels.PASS - Math.min(count - first, VectorKernels.PASS));
      while (below != 0) {
        int slot = Integer.numberOfTrailingZeros(below);
        below &= below - 1;
        int neighbour = base + layout.neighbour(segment, block, first + slot);
        if (!expanded.contains(neighbour)) {
          long entry = PackedKey.pack(query.key(slot), neighbour);
          met++;
          if (accepted.contains(neighbour)) {
            metAccepted++;
            survivors[found++] = entry;
          } else {
            others.push(entry);
          }
        }
      }
    }
    long best = Long.MAX_VALUE;
    for (int i = 0; i < found; i++) {
      best = Math.min(best, survivors[i]);
    }
    beam.merge(survivors, found);
    touchNext(layer, settled);
    return best;
  }

  private void touchNext(Layer layer, int settled) {
    long next = beam.isSettled(settled, beam.peek()) ? near.peek() : beam.peek();
    if (next != Long.MAX_VALUE) {
      touched += layer.blocks().touch(PackedKey.node(next), layer.layout().bytes());
    }
  }

  /** Tells of the accepted nodes that were seen and not expanded, by their own keys. */
  private End tellOpen(Layer layer, FusedQuery query, ExpansionListener listener)
      throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    for (long entry = beam.take(); entry != Long.MAX_VALUE; entry = beam.take()) {
      int node = PackedKey.node(entry);
      if (expanded.add(node)) {
        blocks.seek(node);
        MemorySegment segment = blocks.segment();
        long block = blocks.offset();
        float key = query.key(layout, segment, block);
        if (!listener.expanded(
            node, layout.ordinal(segment, block), key, layout.nodeFactor(segment, block))) {
          return End.STOPPED;
        }
      }
    }
    return End.COMPLETE;
  }
}
