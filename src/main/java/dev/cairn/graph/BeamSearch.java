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
  private static final float SETTLED = 0.65f;

  /** The same for a search that is not strict, which expands more nodes until they have settled. */
  private static final float SETTLED_WIDELY = 0.48f;

  /**
   * Room in the beam beyond the nodes that must settle, for entries that turn out to be another
   * estimate of a node and for nodes whose estimates are too high: a share of those that must
   * settle, and some. Without it a wide search ends before it has settled.
   */
  private static final float SPARE_SHARE = 0.5f;

  private static final int SPARE = 8;

  /** Steps taken on each upper layer; more of them find a better start and cost what they save. */
  static final int STEPS = 1;

  /**
   * By how many standard deviations of its number of hits a small graph's own search goes beyond
   * their mean, so that few graphs are left before the search has come to where their hits are.
   */
  private static final double SPREADS = 2.5;

  /**
   * How much wider a search of several graphs is for each time that their number doubles: so that
   * 13 graphs find as much as a single one of the same efSearch.
   */
  private static final double WIDER = .28;

  /** The least number of nodes that each graph's own search is to settle. */
  private static final int MIN_EACH = 2;

  /** Nodes expanded one at a time at first, while each leads much nearer to the query. */
  private static final int APPROACH = 5;

  /**
   * Nodes expanded together after that. Their blocks' lines are then waited for together, as many
   * at a time as the processor can ask for; the search is hardly less greedy for it.
   */
  private static final int BATCH = 5;

  private final VisitedSet expanded = new VisitedSet();
  private final Beam beam = new Beam();
  private Beam[] beams = {};
  private final boolean isStrict;
  private long touched;
  private int[] leftOut = {};
  private final int[] batch = new int[BATCH];
  private long[] survivors = new long[VectorKernels.PASS + 1 + BeamKernels.MARGIN];

  private BeamSearch(boolean isStrict) {
    this.isStrict = isStrict;
  }

  /** A search for a query's nearest, with scratch space of its own. */
  public static BeamSearch forQueries() {
    return new BeamSearch(true);
  }

  /**
   * A search for a new node's neighbours, with scratch space of its own. It looks around more, also
   * where many vectors are equal.
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
        long nearest = Descents.nearestNeighbour(layout, segment, block, query, key, nodeFactor);
        if (nearest == Descents.NONE) {
          break;
        }
        node = PackedKey.node(nearest);
      }
      blocks.seek(node);
      node = layout.below(blocks.segment(), blocks.offset());
    }
    return node;
  }

  /** How many nodes are to be settled in a search of some width. */
  public static int settled(int ef) {
    return Math.max(1, (int) (ef * SETTLED));
  }

  /** How wide a beam is in which so many nodes are to settle. */
  private static int roomy(int settled) {
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
    return search(layer, starts, ef, atLeast, 0, query, listener);
  }

  /**
   * Searches a layer, and keeps more nodes than it expands.
   *
   * @param room how many nodes are kept at least, see {@link #openNodes}
   */
  boolean search(
      Layer layer,
      int[] starts,
      int ef,
      int atLeast,
      int room,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    int settled = isStrict ? settled(ef) : Math.max(1, (int) (ef * SETTLED_WIDELY));
    int width = Math.max(Math.max(roomy(settled), room), Math.max(atLeast, starts.length));
    begin(layer, width);
    for (int start : starts) {
      survivors[0] = PackedKey.pack(Float.NEGATIVE_INFINITY, start);
      beam.merge(survivors, 1);
    }
    // several starts are near the query already
    int approach = starts.length == 1 ? APPROACH : 0;
    return run(layer, settled, atLeast, approach, query, listener);
  }

  /**
   * Nodes that the last search kept and did not expand, the best estimates first. They count as
   * expanded from then on.
   *
   * @param into receives them
   * @return how many there are
   */
  int openNodes(int[] into) {
    int count = 0;
    for (long entry = beam.take();
        entry != Long.MAX_VALUE && count < into.length;
        entry = beam.take()) {
      int node = PackedKey.node(entry);
      if (expanded.add(node)) {
        into[count++] = node;
      }
    }
    return count;
  }

  private void begin(Layer layer, int width) {
    expanded.reset(layer.size());
    for (int node : leftOut) {
      expanded.add(node);
    }
    // room for second estimates of nodes, so that those of small layers are not crowded out
    beam.reset((int) Math.min(width, 2L * layer.size() + SPARE), isStrict);
    int most = layer.layout().slots() + 1 + BeamKernels.MARGIN;
    if (survivors.length < most) {
      survivors = Arrays.copyOf(survivors, most);
    }
  }

  private boolean run(
      Layer layer,
      int settled,
      int atLeast,
      int approach,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    int hops = 0;
    while (true) {
      int most = hops < approach ? 1 : BATCH;
      int size = beam.take(most, settled, atLeast - hops, expanded, batch);
      if (size == 0) {
        return true;
      }
      BlockSource blocks = layer.blocks();
      // all lines of a batch are on their way together; those of one block would be waited for
      for (int i = 0; i < size; i++) {
        touched += blocks.touch(batch[i], layer.layout().bytes());
      }
      for (int i = 0; i < size; i++) {
        if (!expand(layer, beam, batch[i], query, listener)) {
          return false;
        }
      }
      hops += size;
    }
  }

  private boolean expand(
      Layer layer, Beam into, int node, FusedQuery query, ExpansionListener listener)
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
      return false;
    }
    float beta = query.beta(key, nodeFactor);
    float threshold = into.threshold();
    int count = layout.count(segment, block);
    int found = 0;
    for (int pass = 0; pass * VectorKernels.PASS < count; pass++) {
      int first = pass * VectorKernels.PASS;
      int below = query.estimate(layout, segment, block, pass, key, beta, threshold);
      int used = Math.min(count - first, VectorKernels.PASS);
      below &= -1 >>> (VectorKernels.PASS - used);
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
    into.mergeExpanded(survivors, found);
    return true;
  }

  /**
   * Searches several graphs as one layer: first each with a narrow beam of its own, a hop of each
   * in turn, some graphs' blocks waited for together, then all with one beam that takes over what
   * those hold.
   *
   * @param graphs the graphs
   * @param starts where to start in each graph, as indices in the joint layer
   * @param ef width of the search of all
   * @param atLeast how many nodes are to be expanded at least in the end, if there are so many
   * @return whether the search came to its end; false when the listener stopped it
   */
  public boolean searchJointly(
      JointBlocks graphs,
      int[] starts,
      int ef,
      int atLeast,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    Layer layer = graphs.layer();
    double doublings = Math.log(graphs.evenNumber()) / Math.log(2);
    int settled = (int) Math.min(layer.size(), settled(ef) * (1 + WIDER * doublings));
    begin(layer, Math.max(roomy(settled), atLeast));
    int made = beams.length;
    if (made < starts.length) {
      beams = Arrays.copyOf(beams, starts.length);
      Arrays.setAll(beams, i -> i < made ? beams[i] : new Beam());
    }
    int[] wanted = new int[starts.length];
    for (int i = 0; i < starts.length; i++) {
      wanted[i] = settledEach(settled, graphs.share(i));
      beams[i].reset(roomy(wanted[i]));
      survivors[0] = PackedKey.pack(Float.NEGATIVE_INFINITY, starts[i]);
      beams[i].merge(survivors, 1);
    }
    int hops = 0;
    int[] owners = new int[BATCH];
    for (boolean isOpen = starts.length > 1; isOpen; ) {
      isOpen = false;
      for (int i = 0; i < starts.length; ) {
        int size = 0;
        for (; i < starts.length && size < BATCH; i++) {
          int node = takeUnsettled(beams[i], wanted[i]);
          if (node >= 0) {
            owners[size] = i;
            batch[size++] = node;
            touched += graphs.touch(node, layer.layout().bytes());
          }
        }
        for (int j = 0; j < size; j++) {
          if (!expand(layer, beams[owners[j]], batch[j], query, listener)) {
            return false;
          }
        }
        isOpen |= size > 0;
        hops += size;
      }
    }
    for (int i = 0; i < starts.length; i++) {
      beam.merge(beams[i]);
    }
    return run(layer, settled, atLeast - hops, hops == 0 ? APPROACH : 0, query, listener);
  }

  /**
   * How many nodes of one of several graphs are expanded before all are searched as one: as many as
   * it is to have of the best, and so many more that few have more.
   */
  private static int settledEach(int settled, double share) {
    double expected = settled * share;
    double spread = Math.sqrt(expected * (1 - share));
    return Math.max(MIN_EACH, (int) Math.round(expected + SPREADS * spread));
  }

  /** Takes the best open node of a beam that is not settled, or -1. */
  private int takeUnsettled(Beam from, int settled) {
    while (true) {
      long entry = from.peek();
      if (entry == Long.MAX_VALUE || from.isSettled(settled, entry)) {
        return -1;
      }
      from.take();
      int node = PackedKey.node(entry);
      if (expanded.add(node)) {
        return node;
      }
    }
  }
}
