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
 * Best-first search of one layer by estimated keys: expands the best node not expanded yet, until
 * none of the {@code width} best is left. An expanded node keeps its place by its exact key, not by
 * the estimate that brought it in, for the best of many estimates are too low; and a node may be in
 * the beam once for each parent that estimated it, for a second estimate is worth having. Its
 * scratch space is reused from search to search; an instance serves one search at a time.
 */
public final class BeamSearch {
  /**
   * The share of the beam that must be expanded before a search ends. Expanded nodes sink to where
   * their own keys belong, so that about 1/SETTLED times as many are expanded as then stand at the
   * top.
   */
  static final float SETTLED = 0.65f;

  /** The same for a search that is not strict, which expands more nodes until they have settled. */
  private static final float SETTLED_WIDELY = 0.48f;

  /**
   * Room in the beam beyond the nodes that must settle, for entries that turn out to be another
   * estimate of a node and for nodes whose estimates are too high: a share of those that must
   * settle, and some. Without it a wide search ends before it has settled.
   */
  private static final float SPARE_SHARE = 0.5f;

  private static final int SPARE = 8;
  private static final long NONE = -1;

  /** Steps taken on each upper layer; more of them find a better start and cost what they save. */
  private static final int STEPS = 1;

  /** Nodes expanded one at a time at first, while each leads much nearer to the query. */
  static final int APPROACH = 3;

  /**
   * Nodes expanded together after that. Their blocks' lines are then waited for together, as many
   * at a time as the processor can ask for; the search is hardly less greedy for it.
   */
  static final int BATCH = 5;

  private final VisitedSet expanded = new VisitedSet();
  private final Beam beam = new Beam();
  private final boolean isStrict;
  private int[] leftOut = {};
  private final int[] batch = new int[BATCH];
  private final int[] single = new int[1];
  private long[] survivors = {};

  private BeamSearch(boolean isStrict) {
    this.isStrict = isStrict;
  }

  /** A search for a query's nearest, or near known nodes, with scratch space of its own. */
  public static BeamSearch forQueries() {
    return new BeamSearch(true);
  }

  /**
   * A search for a new node's neighbours from afar, or for those of one that has lost many, with
   * scratch space of its own. It looks around more, also where many vectors are equal.
   */
  static BeamSearch forLinking() {
    return new BeamSearch(false);
  }

  /**
   * Walks down the upper layers greedily, from the entry point to a node of a lower layer near the
   * query, by few steps on each layer: the beam below makes good for a start that is not the best.
   *
   * @param layers the layers, lowest first
   * @param entry index of the entry point in the highest layer
   * @param lowest the layer to arrive at
   * @return index in layer {@code lowest}, or -1 when the listener stopped the search
   */
  public int descend(
      Layer[] layers, int entry, int lowest, FusedQuery query, ExpansionListener listener)
      throws IOException {
    int node = entry;
    for (int level = layers.length - 1; level > lowest; level--) {
      Layer layer = layers[level];
      FusedBlockLayout layout = layer.layout();
      BlockSource blocks = layer.blocks();
      for (int step = 0; step < STEPS; step++) {
        blocks.seek(node);
        MemorySegment segment = blocks.segment();
        long block = blocks.offset();
        float nodeFactor = layout.nodeFactor(segment, block);
        float key = query.key(layout, segment, block);
        if (!listener.expanded(node, layout.ordinal(segment, block), key, nodeFactor)) {
          return -1;
        }
        long nearest = nearestNeighbour(layout, segment, block, query, key, nodeFactor);
        if (nearest == NONE) {
          break;
        }
        node = PackedKey.node(nearest);
      }
      blocks.seek(node);
      node = layout.below(blocks.segment(), blocks.offset());
    }
    return node;
  }

  /** The neighbour with the least estimate, packed, if that is below the node's own key. */
  private static long nearestNeighbour(
      FusedBlockLayout layout,
      MemorySegment segment,
      long block,
      FusedQuery query,
      float key,
      float nodeFactor) {
    float beta = query.beta(key, nodeFactor);
    int count = layout.count(segment, block);
    float least = key;
    long nearest = NONE;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int below = query.estimate(layout, segment, block, first, count, key, beta, least);
      for (; below != 0; below &= below - 1) {
        int slot = Integer.numberOfTrailingZeros(below);
        if (query.key(slot) < least) {
          least = query.key(slot);
          nearest = PackedKey.pack(least, layout.neighbour(segment, block, first + slot));
        }
      }
    }
    return nearest;
  }

  /** How many nodes are to be settled in a search of some width. */
  public static int settled(int ef) {
    return Math.max(1, (int) (ef * SETTLED));
  }

  /** The same of a search that is not strict. */
  static int settledWidely(int ef) {
    return Math.max(1, (int) (ef * SETTLED_WIDELY));
  }

  /** How wide a beam is in which so many nodes are to settle. */
  static int roomy(int settled) {
    return settled + (int) (settled * SPARE_SHARE) + SPARE;
  }

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
   * @param starts indices of the nodes to start from
   * @param ef width of the search: about as many nodes are expanded, on average
   * @param atLeast how many nodes are to be expanded at least, if there are so many
   * @return whether the search came to its end; false when the listener stopped it
   */
  public boolean search(
      Layer layer, int[] starts, int ef, int atLeast, FusedQuery query, ExpansionListener listener)
      throws IOException {
    int settled = isStrict ? settled(ef) : settledWidely(ef);
    int width = Math.max(roomy(settled), Math.max(atLeast, starts.length));
    begin(layer, width);
    for (int start : starts) {
      survivors[0] = PackedKey.pack(Float.NEGATIVE_INFINITY, start);
      beam.merge(survivors, 1);
    }
    // several starts are near the query already
    int approach = starts.length == 1 ? APPROACH : 0;
    return run(layer, beam, settled, atLeast, approach, query, listener) >= 0;
  }

  void begin(Layer layer, int width) {
    expanded.reset(layer.size());
    for (int node : leftOut) {
      expanded.add(node);
    }
    // room for second estimates of nodes, so that those of small layers are not crowded out
    beam.reset((int) Math.min(width, 2L * layer.size() + SPARE), isStrict);
    int most = Beam.MANY + layer.layout().slots() + 1 + BeamKernels.MARGIN;
    if (survivors.length < most) {
      survivors = Arrays.copyOf(survivors, most);
    }
  }

  /**
   * Expands the best open nodes of a beam until none of the best is left.
   *
   * @param settled how many are the best
   * @param atLeast how many nodes to expand though they are worse; may be less than none
   * @param approach how many nodes are expanded one at a time at first
   * @return how many nodes were expanded, or -1 when the listener stopped the search
   */
  int run(
      Layer layer,
      Beam into,
      int settled,
      int atLeast,
      int approach,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    int hops = 0;
    while (true) {
      int most = hops < approach ? 1 : BATCH;
      int size = into.take(most, settled, atLeast - hops, expanded, batch);
      if (size == 0) {
        return hops;
      }
      BlockSource blocks = layer.blocks();
      // all lines of a batch are on their way together; those of one block would be waited for
      blocks.touch(batch, 0, size, 0, layer.layout().bytes());
      int found = 0;
      for (int i = 0; i < size; i++) {
        found = gather(layer, into.threshold(), batch[i], query, listener, found);
        if (found < 0) {
          return -1;
        }
        found = into.mergeBatch(survivors, found, i == size - 1);
      }
      hops += size;
    }
  }

  /** Takes the best open node of another beam that is not settled, or -1. */
  int takeUnsettled(Beam from, int settled) {
    return from.take(1, settled, 0, expanded, single) == 1 ? single[0] : -1;
  }

  /** The beam of its own, emptied by {@link #begin}. */
  Beam beam() {
    return beam;
  }

  boolean expand(Layer layer, Beam into, int node, FusedQuery query, ExpansionListener listener)
      throws IOException {
    int found = gather(layer, into.threshold(), node, query, listener, 0);
    if (found < 0) {
      return false;
    }
    into.mergeExpanded(survivors, found, 1);
    return true;
  }

  /**
   * Expands a node, but does not merge: its own entry and those of the neighbours that may enter a
   * beam are added to the survivors.
   *
   * @param threshold the key that those must be below
   * @param before how many survivors there are
   * @return how many there are then, or -1 when the listener stopped the search
   */
  private int gather(
      Layer layer,
      float threshold,
      int node,
      FusedQuery query,
      ExpansionListener listener,
      int before)
      throws IOException {
    FusedBlockLayout layout = layer.layout();
    BlockSource blocks = layer.blocks();
    blocks.seek(node);
    MemorySegment segment = blocks.segment();
    long block = blocks.offset();
    int base = blocks.base();
    int ordinal = layout.ordinal(segment, block);
    float nodeFactor = layout.nodeFactor(segment, block);
    float key = query.key(layout, segment, block);
    if (!listener.expanded(node, ordinal, key, nodeFactor)) {
      return -1;
    }
    float beta = query.beta(key, nodeFactor);
    int count = layout.count(segment, block);
    int found = before;
    for (int first = 0; first < count; first += VectorKernels.PASS) {
      int below = query.estimate(layout, segment, block, first, count, key, beta, threshold);
      while (below != 0) {
        int slot = Integer.numberOfTrailingZeros(below);
        below &= below - 1;
        int neighbour = base + layout.neighbour(segment, block, first + slot);
        // no branch, for it could not be foreseen: an expanded one is overwritten by the next
        survivors[found] = PackedKey.pack(query.key(slot), neighbour);
        found += 1 - expanded.bit(neighbour);
      }
    }
    survivors[found++] = Beam.expandedEntry(key, node);
    return found;
  }
}
