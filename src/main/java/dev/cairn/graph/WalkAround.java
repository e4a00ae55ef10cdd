/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.simd.BeamKernels;
import dev.cairn.simd.VectorKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Expands the nodes around a query, accepted or not, and keeps the accepted ones among their
 * neighbours by their estimates, so that most need not be expanded to be found.
 *
 * <p>It ends when enough accepted nodes were expanded that are nearer than all that is open: fewer
 * than without a filter where few are accepted. So it goes on through a hole around the query,
 * nodes that are not accepted just because they are the nearest: documents that were shown before,
 * or old versions of what is asked for.
 */
final class WalkAround {
  /** Hops after which it shows how many of the nodes around the query are accepted. */
  private static final int PROBE = 18;

  /** Nodes whose blocks are waited for together. */
  private static final int BATCH = 5;

  /** Hops after which it can be foreseen how many it will take. */
  private static final int FORESEEN = 60;

  /** So many times as many hops as expected must be allowed. */
  private static final double MARGIN = 1.2;

  /** Hops that are taken one at a time. */
  private static final int APPROACH = 3;

  /** The share of the nodes around a query that must be expanded to see nearly all of them. */
  private static final double EXPANDED = .2;

  /** The walk gives up where the share of accepted nodes is below this part of that in all, */
  private static final double DESERTED = .5;

  /** unless the share is above this: then the walk still finds them soon. */
  private static final double POPULATED = .12;

  /** Room for other estimates of nodes. */
  private static final int SPARE = 8;

  /** A beam for more nodes costs more than a heap. */
  private static final int MOST_IN_BEAM = 1024;

  /** Standard deviations beyond which it is hardly chance that so few are accepted. */
  private static final double DEVIATIONS = 2;

  /**
   * Standard deviations by which more accepted nodes are expanded than are expected: else a search
   * that meets many at first ends too soon.
   */
  private static final double CHANCE = .5;

  /**
   * Accepted nodes that are looked at in addition for each that is missing around a query. Behind a
   * hole many are about as near, and estimates tell less.
   */
  private static final double LOOKS = 8;

  /** So many looks cost as much as a hop. */
  private static final double LOOKS_PER_HOP = 5;

  private final FilteredState state;
  private final Frontier around = new Frontier();
  private final BestSeen hits = new BestSeen();

  /** The best of the accepted nodes that were expanded, by their own keys. */
  private final SortedEntries settled = new SortedEntries();

  /** What an open node must be less than to be expanded. */
  private long bar;

  /** A key that the bar will never be above. */
  private float highestBar;

  /** How many of the nearest nodes are to be expanded, by what was met so far. */
  private int wide;

  /** How many hops it will take in all. */
  private double foreseen;

  private int acceptedExpanded;
  private int met;
  private int metAccepted;

  WalkAround(FilteredState state) {
    this.state = state;
  }

  /** How many of the nodes around a query are to be expanded where a share of them is accepted. */
  static int wide(int settled, double share) {
    return (int) Math.min(Integer.MAX_VALUE, settled + EXPANDED * settled * (1 - share) / share);
  }

  /** Whether a walk that is expected to take so many hops may well take more than it may. */
  static boolean isTooLong(double hops, double maxHops) {
    return MARGIN * hops >= maxHops;
  }

  /** How many hops it takes until the nearest so many are expanded: others look as near. */
  static double hopsFor(int wide) {
    return 16 + 2.2 * wide;
  }

  /** The share of accepted nodes around the query below which this walk is not worth its while. */
  private static double least(double share) {
    return Math.min(DESERTED * share, POPULATED);
  }

  /**
   * Walks.
   *
   * @param settle how many nodes a search without a filter would expand
   * @param wanted how many of the best accepted nodes are kept to be looked at in the end, more if
   *     those around the query are not accepted
   * @return null when hardly any nodes there are accepted, unless those not accepted are so few
   *     that a walk through all of them is not too long
   */
  FilteredSearch.End run(int[] starts, double share, int settle, int wanted, WalkLimits limits)
      throws IOException {
    int layerSize = state.layer.size();
    double least = least(share);
    boolean isBounded = hopsFor(settle) + (1 - share) * layerSize < limits.maxHops();
    int room = Math.max(Math.min(MOST_IN_BEAM, layerSize), starts.length) + SPARE;
    wide = Math.min(wide(settle, share), layerSize);
    around.reset(room, Math.clamp(Math.min(wide, settle), starts.length, room - SPARE) + SPARE);
    hits.reset(wanted);
    settled.reset(settle);
    bar = Long.MAX_VALUE;
    highestBar = Float.POSITIVE_INFINITY;
    met = 0;
    metAccepted = 0;
    acceptedExpanded = 0;
    for (int start : starts) {
      around.start(start, state.survivors);
    }
    boolean isForeseen = isBounded;
    for (long hops = 0; ; ) {
      // before nodes are taken, for those count as told of
      if (hops >= limits.maxHops()) {
        return FilteredSearch.End.TOO_LONG;
      }
      boolean isDeserted = !isBounded && metAccepted < least * met;
      if (isDeserted && hops >= PROBE) {
        return null;
      }
      if (!isForeseen && hops >= FORESEEN) {
        isForeseen = true;
        // hops already taken are spent whether a scan follows or not, so they do not count
        if (isTooLong(foreseen, limits.maxHops() + hops)) {
          return FilteredSearch.End.TOO_LONG;
        }
      }
      int size = around.take(hops < APPROACH ? 1 : BATCH, bar, state.expanded, state.batch);
      if (size == 0) {
        return isDeserted ? null : FilteredSearch.End.COMPLETE;
      }
      state.touchBatch(size);
      int found = 0;
      for (int i = 0; i < size; i++) {
        found = gather(state.batch[i], found);
        if (found < 0) {
          return FilteredSearch.End.STOPPED;
        }
        found = around.mergeBatch(state.survivors, found, i == size - 1);
      }
      hops += size;
      if (hops > APPROACH) {
        double local = Math.max(least, (double) metAccepted / Math.max(1, met));
        setBar(hops, local, settle);
        around.resize(Math.clamp(wide, starts.length, room - SPARE) + SPARE);
        double hole = hole(hops, local);
        if (hole > 0 || wide > MOST_IN_BEAM) {
          around.setEndless();
          double affordable = LOOKS_PER_HOP * (limits.maxHops() - hops);
          hits.widen(wanted + (int) Math.clamp(LOOKS * hole, 0, Math.max(0, affordable)));
        }
      }
    }
  }

  /**
   * Sets how near is near enough, and how many nodes are to be expanded until then.
   *
   * @param hops how many were
   * @param local the share of accepted nodes among those that were met
   */
  private void setBar(long hops, double local, int settle) {
    int usual = wide(settle, local);
    double expected = local * usual;
    double chance = CHANCE * Math.sqrt(expected * (1 - local));
    int target = (int) Math.min(settle, Math.ceil(expected + chance));
    bar = settled.get(target - 1);
    highestBar =
        settled.size() < settle ? Float.POSITIVE_INFINITY : PackedKey.key(settled.get(settle - 1));
    double missing = Math.max(0, target - settled.size());
    double more = hops + missing / local;
    foreseen = Math.max(hopsFor(usual), more);
    wide = (int) Math.min(state.layer.size(), missing > 0 ? Math.max(usual, more) : usual);
  }

  /**
   * How many accepted nodes are missing among those expanded, beyond what may be chance.
   *
   * @param local the share of accepted nodes among those that were met
   */
  private double hole(long hops, double local) {
    double expected = local * hops;
    return expected - acceptedExpanded - 1 - DEVIATIONS * Math.sqrt(expected * (1 - local));
  }

  /**
   * Expands a node, but does not merge: its own entry and those of the neighbours that may enter
   * the beam are added to the survivors.
   *
   * @param before how many survivors there are
   * @return how many there are then, or -1 when the listener stopped the search
   */
  private int gather(int node, int before) throws IOException {
    Layer layer = state.layer;
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    blocks.seek(node);
    MemorySegment segment = blocks.segment();
    long block = blocks.offset();
    int base = blocks.base();
    NodeSet accepted = state.accepted;
    float nodeFactor = layout.nodeFactor(segment, block);
    float key = state.query.key(layout, segment, block);
    if (!state.listener.expanded(node, layout.ordinal(segment, block), key, nodeFactor)) {
      return -1;
    }
    if (accepted.contains(node)) {
      acceptedExpanded++;
      settled.add(PackedKey.pack(key, node));
    }
    float beta = state.query.beta(key, nodeFactor);
    float limit = Math.min(around.threshold(), highestBar);
    float bound = hits.bound();
    float threshold = Math.max(limit, bound);
    int count = layout.count(segment, block);
    VisitedSet expanded = state.expanded;
    VisitedSet seen = state.seen;
    long[] survivors = state.survivors;
    int found = before;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int below = state.query.estimate(layout, segment, block, first, count, key, beta, threshold);
      met += Integer.bitCount(below);
      long[] room = hits.roomFor(VectorKernels.PASS + 1);
      int from = hits.count();
      int hit = from;
      while (below != 0) {
        int slot = Integer.numberOfTrailingZeros(below);
        below &= below - 1;
        int neighbour = base + layout.neighbour(segment, block, first + slot);
        float estimate = state.query.key(slot);
        // no branches, for they could not be foreseen
        long entry = PackedKey.pack(estimate, neighbour);
        int isAccepted = accepted.bit(neighbour);
        int isNew = 1 - expanded.bit(neighbour);
        metAccepted += isAccepted;
        survivors[found] = entry;
        found += isNew & (estimate < limit ? 1 : 0);
        room[hit] = entry;
        hit += isNew & isAccepted & (1 - seen.bit(neighbour)) & (estimate < bound ? 1 : 0);
      }
      for (int i = from; i < hit; i++) {
        seen.add(PackedKey.node(room[i]));
      }
      hits.grow(hit - from);
    }
    survivors[found++] = Beam.expandedEntry(key, node);
    return found;
  }

  /** Forgets what is open. */
  void clear() {
    around.clear();
  }

  /** Tells of the best accepted nodes that were seen and not expanded, by their own keys. */
  FilteredSearch.End tellSeen() throws IOException {
    hits.trim();
    long[] entries = hits.roomFor(0);
    int end = hits.count();
    for (int at = 0; at < end; ) {
      int size = 0;
      for (; at < end && size < FilteredState.AHEAD; at++) {
        int node = PackedKey.node(entries[at]);
        if (state.expanded.add(node)) {
          state.batch[size++] = node;
        }
      }
      if (!state.tellBatch(size)) {
        return FilteredSearch.End.STOPPED;
      }
    }
    return FilteredSearch.End.COMPLETE;
  }

  /**
   * Hands over to a walk among accepted nodes: those seen and those expanded to its beam, what is
   * open and not accepted to the heap of ways that may lead to some.
   */
  void leave(Beam beam, LongHeap ways) {
    hits.trim();
    long[] entries = hits.roomFor(BeamKernels.MARGIN);
    int open = 0;
    for (int i = 0; i < hits.count(); i++) {
      if (state.expanded.bit(PackedKey.node(entries[i])) == 0) {
        entries[open++] = entries[i];
      }
    }
    beam.merge(entries, open);
    for (int i = 0; i < settled.size(); i++) {
      beam.settle(PackedKey.key(settled.get(i)), PackedKey.node(settled.get(i)));
    }
    for (long entry = around.take(); entry != Long.MAX_VALUE; entry = around.take()) {
      if (!state.accepted.contains(PackedKey.node(entry))) {
        ways.push(entry);
      }
    }
  }
}
