/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Walks among accepted nodes, the best first, and through nodes beside them, until for some hops
 * those have led to nothing better.
 */
final class WalkAmong {
  /** Nodes whose blocks are waited for together. */
  private static final int BATCH = 5;

  /** Of those, how many are accepted ones. */
  private static final int ACCEPTED = 3;

  /** Accepted nodes from all over the layer that are looked at for a start among them. */
  private static final int SAMPLE = 20;

  private final FilteredState state;
  private final Beam beam = new Beam();
  private final LongHeap near = new LongHeap();
  private final LongHeap far = new LongHeap();

  WalkAmong(FilteredState state) {
    this.state = state;
  }

  /** Starts from what a walk around the query has come to, with room for so many nodes. */
  void begin(WalkAround before, int room) {
    beam.reset(room);
    near.clear();
    far.clear();
    before.leave(beam, far);
  }

  /** Walks. */
  FilteredSearch.End run(int settled, int patience, long maxHops) throws IOException {
    sample();
    int idle = 0;
    for (long hops = 0; ; ) {
      // before nodes are taken, for those count as told of
      if (hops >= maxHops) {
        return FilteredSearch.End.TOO_LONG;
      }
      int size = beam.take(ACCEPTED, settled, 0, state.expanded, state.batch);
      int direct = size;
      size = idle < patience ? takeOthers(size, settled) : size;
      if (size == 0) {
        return FilteredSearch.End.COMPLETE;
      }
      state.touchBatch(size);
      long bar = beam.entryAt(settled - 1);
      long best = Long.MAX_VALUE;
      for (int i = 0; i < size; i++) {
        long found = expand(state.batch[i], i < direct);
        if (found == Long.MIN_VALUE) {
          return FilteredSearch.End.STOPPED;
        }
        best = Math.min(best, found);
      }
      hops += size;
      idle = best < bar ? 0 : idle + size - direct;
    }
  }

  private int takeOthers(int from, int settled) {
    int size = from;
    long bar = beam.entryAt(settled - 1);
    boolean isFarOpen = bar == Long.MAX_VALUE;
    while (size < BATCH) {
      LongHeap heap = isFarOpen && far.peek() < near.peek() ? far : near;
      if (heap.isEmpty() || heap.peek() > bar) {
        break;
      }
      int node = PackedKey.node(heap.pop());
      if (state.expanded.add(node)) {
        state.batch[size++] = node;
      }
    }
    return size;
  }

  private void sample() throws IOException {
    int size = state.layer.size();
    for (int from = 0; from < SAMPLE; from += FilteredState.AHEAD) {
      int count = 0;
      for (int i = from; i < from + FilteredState.AHEAD; i++) {
        int node = state.accepted.next((int) ((long) size * i / SAMPLE), size);
        if (node < size && state.seen.add(node) && !state.expanded.contains(node)) {
          state.batch[count++] = node;
        }
      }
      state.touchOwn(count);
      for (int i = 0; i < count; i++) {
        state.survivors[0] = PackedKey.pack(state.key(state.batch[i]), state.batch[i]);
        beam.merge(state.survivors, 1);
      }
    }
  }

  /** Returns the best accepted neighbour found, or the least number when the listener stops. */
  private long expand(int node, boolean isAccepted) throws IOException {
    Layer layer = state.layer;
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    blocks.seek(node);
    MemorySegment segment = blocks.segment();
    long block = blocks.offset();
    int base = blocks.base();
    float nodeFactor = layout.nodeFactor(segment, block);
    float key = state.query.key(layout, segment, block);
    if (!state.listener.expanded(node, layout.ordinal(segment, block), key, nodeFactor)) {
      return Long.MIN_VALUE;
    }
    float beta = state.query.beta(key, nodeFactor);
    float threshold = beam.threshold();
    int count = layout.count(segment, block);
    long[] survivors = state.survivors;
    int found = 0;
    LongHeap others = isAccepted ? near : far;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int below = state.query.estimate(layout, segment, block, first, count, key, beta, threshold);
      while (below != 0) {
        int slot = Integer.numberOfTrailingZeros(below);
        below &= below - 1;
        int neighbour = base + layout.neighbour(segment, block, first + slot);
        if (!state.expanded.contains(neighbour)) {
          long entry = PackedKey.pack(state.query.key(slot), neighbour);
          if (state.accepted.contains(neighbour)) {
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
    if (isAccepted) {
      survivors[found++] = Beam.expandedEntry(key, node);
      beam.mergeExpanded(survivors, found, 1);
    } else {
      beam.merge(survivors, found);
    }
    return best;
  }

  /**
   * Tells of accepted nodes that were seen and not expanded, by their own keys, as far as they are
   * among the best so many by estimates.
   */
  FilteredSearch.End tellOpen(int wanted) throws IOException {
    for (int told = 0; ; ) {
      int count = 0;
      while (count < FilteredState.AHEAD) {
        long entry = beam.take();
        if (entry == Long.MAX_VALUE || beam.expandedBelow(entry) + told + count >= wanted) {
          break;
        }
        int node = PackedKey.node(entry);
        if (state.expanded.add(node)) {
          state.batch[count++] = node;
        }
      }
      if (count == 0) {
        return FilteredSearch.End.COMPLETE;
      }
      if (!state.tellBatch(count)) {
        return FilteredSearch.End.STOPPED;
      }
      told += count;
    }
  }
}
