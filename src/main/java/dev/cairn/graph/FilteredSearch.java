/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.BeamKernels;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Best-first search for accepted nodes, with ways through nodes that are not accepted.
 *
 * <p>At first nodes around the query are expanded, accepted or not, as in a search without a
 * filter. Accepted ones among their neighbours are kept by their estimates, so that most need not
 * be expanded to be found: the fewer are accepted the more nodes are expanded, though fewer than in
 * proportion. Where hardly any are accepted around the query, the walk goes on among accepted
 * nodes, from the best seen and the best of a sample, and through nodes beside them, until for some
 * hops those have led to nothing better.
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
  private static final int PROBE = 18;

  /** Nodes whose blocks are waited for together. */
  private static final int BATCH = 5;

  /** Of those, how many are accepted ones where the walk is among accepted nodes. */
  private static final int ACCEPTED = 3;

  /** Hops that are taken one at a time. */
  private static final int APPROACH = 3;

  /** The share of the nodes around a query that must be expanded to see nearly all of them. */
  private static final double EXPANDED = .2;

  /** Where the share of accepted nodes is smaller than so much of that in all, it is deserted. */
  private static final double DESERTED = .5;

  /** Room for other estimates of nodes. */
  private static final int SPARE = 4;

  /** So many times as many nodes are expanded where the walk is among accepted ones. */
  private static final int AMONG = 2;

  /** Accepted nodes that are looked at for a start among them. */
  private static final int SAMPLE = 64;

  /** Nodes whose own codes are waited for together. */
  private static final int AHEAD = 8;

  private final VisitedSet expanded = new VisitedSet();
  private final VisitedSet seen = new VisitedSet();
  private final Beam around = new Beam();
  private final Beam beam = new Beam();
  private final LongHeap near = new LongHeap();
  private final LongHeap far = new LongHeap();
  private long[] survivors = new long[VectorKernels.PASS + 1 + BeamKernels.MARGIN];
  private long[] hits = new long[VectorKernels.PASS + 1 + BeamKernels.MARGIN];
  private final int[] batch = new int[AHEAD];
  private long touched;
  private int met;
  private int metAccepted;
  private int[] leftOut = {};

  private NodeSet accepted;
  private FusedQuery query;
  private ExpansionListener listener;
  private Layer layer;

  /** A search with scratch space of its own. */
  public FilteredSearch() {}

  /** Searches from now on do not step on these nodes. */
  public void leaveOut(int[] nodes) {
    leftOut = nodes;
  }

  /** Whether the listener was told of a node by the last search. */
  public boolean isTold(int node) {
    return expanded.contains(node);
  }

  /**
   * Searches a layer.
   *
   * @param layer the layer
   * @param starts where to start
   * @param accepted the nodes that may be hits
   * @param share the share of accepted nodes among all
   * @param settled how many of the best nodes are to be expanded
   * @param wanted how many of the best accepted nodes are to be told of
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
      double share,
      int settled,
      int wanted,
      int patience,
      long maxHops,
      double leastShare,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    this.layer = layer;
    this.accepted = accepted;
    this.query = query;
    this.listener = listener;
    expanded.reset(layer.size());
    seen.reset(layer.size());
    for (int node : leftOut) {
      expanded.add(node);
      seen.add(node);
    }
    int among = AMONG * settled;
    int room = (int) Math.min((long) among + wanted, 2L * layer.size()) + SPARE;
    beam.reset(room);
    beam.resize(Math.min(room, wanted + settled / 2 + SPARE));
    near.clear();
    far.clear();
    int most = layer.layout().slots() + 1 + BeamKernels.MARGIN;
    if (survivors.length < most) {
      survivors = Arrays.copyOf(survivors, most);
      hits = Arrays.copyOf(hits, most);
    }
    met = 0;
    metAccepted = 0;
    End end = searchAround(starts, share, settled, maxHops, leastShare);
    if (end == null) {
      beam.resize(room);
      end = searchAmong(among, patience, maxHops);
    }
    return end == End.COMPLETE ? tellOpen(wanted) : end;
  }

  /** About how many hops a search takes where accepted nodes are everywhere. */
  public static double expectedHops(int settled, double share) {
    return 2.2 * wide(settled, share);
  }

  private static int wide(int settled, double share) {
    return (int) Math.min(Integer.MAX_VALUE, settled + EXPANDED * settled * (1 - share) / share);
  }

  /** Expands nodes around the query; null when hardly any there is accepted. */
  private End searchAround(int[] starts, double share, int settled, long maxHops, double leastShare)
      throws IOException {
    int wide = Math.min(wide(settled, DESERTED * share), layer.size());
    around.reset((int) Math.min(Math.max(wide + SPARE, starts.length), 2L * layer.size() + SPARE));
    int most = wide;
    wide = Math.min(wide(settled, share), wide);
    around.resize(Math.max(wide + SPARE, starts.length));
    for (int start : starts) {
      survivors[0] = PackedKey.pack(Float.NEGATIVE_INFINITY, start);
      around.merge(survivors, 1);
    }
    boolean isProbed = false;
    for (long hops = 0; ; ) {
      int size = takeAround(hops < APPROACH ? 1 : BATCH, wide);
      if (size == 0) {
        return metAccepted >= DESERTED * share * met ? End.COMPLETE : null;
      }
      if (hops >= maxHops) {
        return End.TOO_LONG;
      }
      if (!isProbed && hops >= PROBE) {
        isProbed = true;
        if (metAccepted < leastShare * met) {
          return End.TOO_LONG;
        }
        if (metAccepted < DESERTED * share * met) {
          leaveAround(size);
          return null;
        }
      }
      touchBatch(size);
      for (int i = 0; i < size; i++) {
        if (!expandAround(batch[i])) {
          return End.STOPPED;
        }
      }
      hops += size;
      if (hops > APPROACH) {
        double local = (double) metAccepted / Math.max(1, met);
        wide = Math.min(most, wide(settled, Math.max(DESERTED * share, local)));
        around.resize(Math.max(wide + SPARE, starts.length));
      }
    }
  }

  private void touchBatch(int size) throws IOException {
    for (int i = 0; i < size; i++) {
      touched += layer.blocks().touch(batch[i], layer.layout().bytes());
    }
  }

  private int takeAround(int most, int wide) {
    int size = 0;
    while (size < most) {
      long entry = around.peek();
      if (entry == Long.MAX_VALUE || around.isSettled(wide, entry)) {
        break;
      }
      around.take();
      int node = PackedKey.node(entry);
      if (expanded.add(node)) {
        batch[size++] = node;
      }
    }
    return size;
  }

  /** What is open around the query becomes ways to accepted nodes. */
  private void leaveAround(int size) {
    for (int i = 0; i < size; i++) {
      far.push(PackedKey.pack(Float.NEGATIVE_INFINITY, batch[i]));
    }
    for (long entry = around.take(); entry != Long.MAX_VALUE; entry = around.take()) {
      int node = PackedKey.node(entry);
      if (!accepted.contains(node)) {
        far.push(entry);
      }
    }
  }

  private boolean expandAround(int node) throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    blocks.seek(node);
    MemorySegment segment = blocks.segment();
    long block = blocks.offset();
    int base = blocks.base();
    float nodeFactor = layout.nodeFactor(segment, block);
    float key = query.key(layout, segment, block);
    if (!listener.expanded(node, layout.ordinal(segment, block), key, nodeFactor)) {
      return false;
    }
    around.settle(key, node);
    if (accepted.contains(node)) {
      beam.settle(key, node);
    }
    float beta = query.beta(key, nodeFactor);
    float limit = around.threshold();
    float threshold = Math.max(limit, beam.threshold());
    int count = layout.count(segment, block);
    int found = 0;
    int hit = 0;
    for (int pass = 0; pass * VectorKernels.PASS < count; pass++) {
      int first = pass * VectorKernels.PASS;
      int below = query.estimate(layout, segment, block, pass, key, beta, threshold);
      below &= -1 >>> (VectorKernels.PASS - Math.min(count - first, VectorKernels.PASS));
      met += Integer.bitCount(below);
      while (below != 0) {
        int slot = Integer.numberOfTrailingZeros(below);
        below &= below - 1;
        int neighbour = base + layout.neighbour(segment, block, first + slot);
        float estimate = query.key(slot);
        // no branches, for they could not be foreseen
        long entry = PackedKey.pack(estimate, neighbour);
        int isAccepted = accepted.bit(neighbour);
        int isNew = 1 - expanded.bit(neighbour);
        metAccepted += isAccepted;
        survivors[found] = entry;
        found += isNew & (estimate < limit ? 1 : 0);
        hits[hit] = entry;
        hit += isNew & isAccepted & (1 - seen.bit(neighbour));
      }
    }
    for (int i = 0; i < hit; i++) {
      seen.add(PackedKey.node(hits[i]));
    }
    around.merge(survivors, found);
    beam.merge(hits, hit);
    return true;
  }

  /** Walks among accepted nodes and beside them. */
  private End searchAmong(int settled, int patience, long maxHops) throws IOException {
    sample();
    int idle = 0;
    for (long hops = 0; ; ) {
      int size = takeAccepted(settled);
      int direct = size;
      size = idle < patience ? takeOthers(size, settled) : size;
      if (size == 0) {
        return End.COMPLETE;
      }
      if (hops >= maxHops) {
        return End.TOO_LONG;
      }
      touchBatch(size);
      long bar = beam.entryAt(settled - 1);
      long best = Long.MAX_VALUE;
      for (int i = 0; i < size; i++) {
        long found = expandAmong(batch[i], i < direct);
        if (found == Long.MIN_VALUE) {
          return End.STOPPED;
        }
        best = Math.min(best, found);
      }
      hops += size;
      idle = best < bar ? 0 : idle + size - direct;
    }
  }

  private int takeAccepted(int settled) {
    int size = 0;
    while (size < ACCEPTED) {
      long entry = beam.peek();
      if (entry == Long.MAX_VALUE || beam.isSettled(settled, entry)) {
        break;
      }
      beam.take();
      int node = PackedKey.node(entry);
      if (expanded.add(node)) {
        batch[size++] = node;
      }
    }
    return size;
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
      if (expanded.add(node)) {
        batch[size++] = node;
      }
    }
    return size;
  }

  /** Looks at some accepted nodes from all over the layer. */
  private void sample() throws IOException {
    int size = layer.size();
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    for (int from = 0; from < SAMPLE; from += AHEAD) {
      int count = 0;
      for (int i = from; i < from + AHEAD; i++) {
        int node = accepted.next((int) ((long) size * i / SAMPLE), size);
        if (node < size && seen.add(node) && !expanded.contains(node)) {
          touched += blocks.touch(node, layout.ownOffset(), layout.ownBytes());
          batch[count++] = node;
        }
      }
      for (int i = 0; i < count; i++) {
        blocks.seek(batch[i]);
        float key = query.key(layout, blocks.segment(), blocks.offset());
        survivors[0] = PackedKey.pack(key, batch[i]);
        beam.merge(survivors, 1);
      }
    }
  }

  /** Returns the best accepted neighbour found, or the least number when the listener stops. */
  private long expandAmong(int node, boolean isAccepted) throws IOException {
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
          if (accepted.contains(neighbour)) {
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
    return best;
  }

  /**
   * Tells of accepted nodes that were seen and not expanded, by their own keys, as far as they are
   * among the best so many by estimates.
   */
  private End tellOpen(int wanted) throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    for (int told = 0; ; ) {
      int count = 0;
      while (count < AHEAD) {
        long entry = beam.take();
        if (entry == Long.MAX_VALUE || beam.expandedBelow(entry) + told + count >= wanted) {
          break;
        }
        int node = PackedKey.node(entry);
        if (expanded.add(node)) {
          touched += blocks.touch(node, layout.ownOffset(), layout.ownBytes());
          batch[count++] = node;
        }
      }
      if (count == 0) {
        break;
      }
      for (int i = 0; i < count; i++) {
        blocks.seek(batch[i]);
        MemorySegment segment = blocks.segment();
        long block = blocks.offset();
        float key = query.key(layout, segment, block);
        if (!listener.expanded(
            batch[i], layout.ordinal(segment, block), key, layout.nodeFactor(segment, block))) {
          return End.STOPPED;
        }
      }
      told += count;
    }
    return End.COMPLETE;
  }
}
