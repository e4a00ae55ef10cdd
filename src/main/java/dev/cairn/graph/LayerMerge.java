/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.util.Arrays;

/** Merges one layer, those above it being there. */
final class LayerMerge {
  /** So many nodes are there before several threads place more: else they would not meet. */
  private static final int ALONE = 256;

  private static final int CHECK_INTERVAL = 1024;

  /** By what share squared lengths of vectors may differ that count as one. */
  private static final float SAME_LENGTH = 1e-4f;

  private static final int[] NONE = {};

  private final MergeSettings settings;
  private final MergePlan plan;
  private final BuildLayer[] layers;
  private final int level;
  private final int entry;
  private final MergeCounts counts;
  private final SharedNodeSet landed;
  private final NodeLocks locks;
  private final SharedWork work;

  /** Nodes of the base from which a search after the deletions saw hardly any others. */
  private final SharedNodeSet islanders;

  /** Nodes whose lists have become shorter and have old edges behind them. */
  private final SharedNodeSet shortened;

  /** Nodes that are in the layer. */
  private int present;

  /** Whether all vectors of the base have the same length. */
  private boolean haveOneLength;

  /**
   * A layer's merge.
   *
   * @param entry entry point in the highest layer, or -1 while that is merged
   */
  LayerMerge(
      MergeSettings settings,
      MergePlan plan,
      BuildLayer[] layers,
      int level,
      int entry,
      MergeCounts counts) {
    this.settings = settings;
    this.plan = plan;
    this.layers = layers;
    this.level = level;
    this.entry = entry;
    this.counts = counts;
    this.landed = new SharedNodeSet(layers[level].size());
    this.islanders = new SharedNodeSet(layers[level].size());
    this.shortened = new SharedNodeSet(layers[level].size());
    this.locks = NodeLocks.of(settings.workers().count());
    this.work = new SharedWork(settings.workers(), settings.monitor());
  }

  /** Merges, and returns a node that all others can be reached from. */
  int run() throws IOException {
    if (!plan.sources.isEmpty() && plan.reaches(0, level)) {
      int[] holes = copyBase();
      if (holes.length > 0) {
        each("closing holes", holes.length, (worker, i) -> worker.closeHoles(holes[i]));
        clearShortened();
      }
    }
    int most = Narrow.mostWidth(present, layers[level].size());
    for (int s = 1; s < plan.sources.size(); s++) {
      if (plan.reaches(s, level)) {
        int source = s;
        int[] order = JoinOrder.of(open(s), plan.map(s, level), settings.monitor()::check);
        int width = Narrow.width(present, order.length, most);
        each("joining", order.length, (worker, i) -> worker.join(source, order[i], width));
        present += order.length;
      }
    }
    int loose = plan.looseOrdinals(level).length;
    if (loose > 0) {
      each("inserting", loose, Worker::insertLoose);
    }
    // only now is there all that a way out may lead to
    int[] left = islanders.nodes();
    if (left.length > 0) {
      each("linking islands", left.length, (worker, i) -> worker.leaveIsland(left[i]));
      clearShortened();
    }
    settings.monitor().begin("repairing layer " + level, 0);
    Layer[] views = views();
    int start = entry < 0 ? landed.first() : GraphBuilder.entryOf(views, entry, level);
    Linker linker = new Linker(settings.metric(), settings.vectors().open(), NodeLocks.NONE);
    counts.repaired +=
        new ReachabilityRepair(linker, views[level], start, settings.beamWidth())
            .run(settings.monitor()::check);
    return start;
  }

  /** Now that no search is under way. */
  private void clearShortened() throws IOException {
    Layer layer = layers[level].view();
    for (int node : shortened.nodes()) {
      layer.blocks().seek(node);
      layer.layout().clearUnused(layer.blocks().segment(), layer.blocks().offset());
    }
  }

  private Layer open(int source) throws IOException {
    return plan.sources.get(source).layers().open()[level];
  }

  private Layer[] views() {
    Layer[] views = new Layer[layers.length];
    for (int l = level; l < views.length; l++) {
      views[l] = layers[l].view();
    }
    return views;
  }

  /**
   * Copies the blocks of the base and returns the nodes, by old index, that have lost neighbours.
   */
  private int[] copyBase() throws IOException {
    long begin = System.nanoTime();
    Layer from = open(0);
    Layer to = layers[level].view();
    int[] map = plan.map(0, level);
    int[] below = level == 0 ? null : plan.map(0, level - 1);
    int[] holes = new int[map.length];
    int holeCount = 0;
    int kept = 0;
    float shortest = Float.MAX_VALUE;
    float longest = 0;
    BlockCopy copy = new BlockCopy(from.layout());
    settings.monitor().begin("copying layer " + level, map.length);
    for (int old = 0; old < map.length; old++) {
      if (old % CHECK_INTERVAL == 0) {
        settings.monitor().check();
        settings.monitor().advance(CHECK_INTERVAL);
      }
      if (map[old] < 0) {
        continue;
      }
      from.blocks().seek(old);
      to.blocks().seek(map[old]);
      int ordinal = from.layout().ordinal(from.blocks().segment(), from.blocks().offset());
      int newOrdinal = plan.map(0, 0)[ordinal];
      int oldBelow = from.layout().below(from.blocks().segment(), from.blocks().offset());
      copy.block(
          from.blocks(), to.blocks(), newOrdinal, below == null ? newOrdinal : below[oldBelow]);
      if (copy.renumber(to.blocks(), map)) {
        holes[holeCount++] = old;
      }
      float squaredLength = to.layout().squaredLength(to.blocks().segment(), to.blocks().offset());
      shortest = Math.min(shortest, squaredLength);
      longest = Math.max(longest, squaredLength);
      landed.add(map[old]);
      kept++;
    }
    haveOneLength = longest - shortest <= SAME_LENGTH * longest;
    present = kept;
    if (level == 0) {
      counts.kept = kept;
    }
    counts.copyNanos += System.nanoTime() - begin;
    return Arrays.copyOf(holes, holeCount);
  }

  private void each(String phase, int count, SharedWork.Step<Worker> step) throws IOException {
    work.each(phase + " layer " + level, count, ALONE - present, Worker::new, step);
  }

  /** One thread's cursors and scratch space. */
  private final class Worker {
    private final Layer[] views = views();
    private final Layer view = views[level];
    private final FusedBlockLayout layout = view.layout();
    private final BlockCopy copy = new BlockCopy(layout);
    private final OldNeighbours neighbours = new OldNeighbours(layout);
    private final Linker linker =
        new Linker(settings.metric(), settings.vectors().open(), locks, haveOneLength);
    private Layer from;
    private int openSource = -1;

    private void turnTo(int source) throws IOException {
      if (openSource != source) {
        from = open(source);
        openSource = source;
      }
    }

    /**
     * Lets a node of another source in.
     *
     * @param width of the search from where its old neighbours are
     */
    void join(int source, int old, int width) throws IOException {
      turnTo(source);
      int[] map = plan.map(source, level);
      BlockSource block = from.blocks();
      block.seek(old);
      int node = map[old];
      int ordinal = plan.map(source, 0)[layout.ordinal(block.segment(), block.offset())];
      int oldBelow = layout.below(block.segment(), block.offset());
      linker.set(ordinal);
      neighbours.read(block, linker.query(), map, landed);
      view.blocks().seek(node);
      copy.node(
          block,
          view.blocks(),
          ordinal,
          level == 0 ? ordinal : plan.map(source, level - 1)[oldBelow]);
      if (neighbours.size() == 0) {
        insert(node);
      } else {
        int[] known = neighbours.nearest(neighbours.size());
        searchNear(node, neighbours.nearest(Narrow.STARTS), known, width, true);
        if (linker.candidates().areMostlyEqual()) {
          searchPastEqual(node, width);
        }
        link(node);
        if (level == 0) {
          counts.joined.incrementAndGet();
        }
      }
    }

    /**
     * Searches again where equal vectors filled the beam, so that others are met too. Else nodes
     * among many equal ones would link to the few others of their own segment alone, and queries
     * for those of other segments would not get past the equal ones.
     */
    private void searchPastEqual(int node, int width) throws IOException {
      int[] known = neighbours.nearest(neighbours.size());
      int[] starts = Arrays.copyOf(known, known.length + 1);
      starts[known.length] = startFromAbove(node);
      linker.search(view, starts, width, node);
    }

    /** Inserts a node that no source has a graph for. */
    void insertLoose(int i) throws IOException {
      int ordinal = plan.looseOrdinals(level)[i];
      int node = plan.looseIndex(level, i);
      linker.set(ordinal);
      layers[level].set(
          view.blocks(),
          node,
          ordinal,
          plan.looseBelow(level, i),
          linker.nodeFactor(),
          linker.encoder().own());
      insert(node);
    }

    private void insert(int node) throws IOException {
      int start = startFromAbove(node);
      if (start >= 0) {
        linker.search(view, new int[] {start}, settings.beamWidth(), node);
        link(node);
      } else {
        landed.add(node);
      }
      if (level == 0) {
        counts.inserted.incrementAndGet();
      }
    }

    /**
     * Where the layers above lead a node to, if that has landed and is not the node itself, or
     * another node that has landed; -1 where none has.
     */
    private int startFromAbove(int node) throws IOException {
      int start = entry < 0 ? -1 : linker.descend(views, entry, level);
      return start >= 0 && start != node && landed.contains(start) ? start : landed.otherThan(node);
    }

    private void link(int node) throws IOException {
      linker.connect(node);
      landed.add(node);
      linker.linkBack(node, true);
    }

    private void linkAnew(int node, int[] preferred) throws IOException {
      if (linker.connect(node, preferred)) {
        shortened.add(node);
      }
      linker.linkBack(node, false);
    }

    /** Adds what a narrow search finds that starts from the candidates there are. */
    private void searchFromCandidates(int node) throws IOException {
      Candidates candidates = linker.candidates();
      int[] nodes = new int[candidates.size()];
      Arrays.setAll(nodes, candidates::node);
      if (nodes.length == 0) {
        int start = startFromAbove(node);
        if (start >= 0) {
          linker.search(view, new int[] {start}, settings.beamWidth(), node);
        }
      } else {
        int[] starts = Arrays.copyOf(nodes, Math.min(nodes.length, Narrow.STARTS));
        // where nodes are gone a strict search finds too little of what is left
        searchNear(node, starts, nodes, Narrow.WIDTH_AROUND_HOLES, false);
      }
      if (candidates.size() < Narrow.ISLAND) {
        islanders.add(node);
      }
    }

    /** Links a node anew with its neighbours and with what a search from afar finds. */
    void leaveIsland(int node) throws IOException {
      int[] near = view.neighbours(node);
      int[] starts = Arrays.copyOf(near, near.length + 1 + Narrow.FAR_STARTS);
      int count = near.length;
      linker.set(layout.ordinal(view.blocks().segment(), view.blocks().offset()));
      int above = startFromAbove(node);
      if (above >= 0) {
        starts[count++] = above;
      }
      for (int i = 0; i < Narrow.FAR_STARTS; i++) {
        int far = (int) ((long) i * view.size() / Narrow.FAR_STARTS);
        if (far != node) {
          starts[count++] = far;
        }
      }
      int width = Math.max(settings.beamWidth(), Narrow.WIDTH_FROM_ISLANDS);
      linker.search(view, Arrays.copyOf(starts, count), width, node);
      linkAnew(node, NONE);
    }

    /** Searches near a node. Those known, which is overwritten, become candidates too. */
    private void searchNear(int node, int[] starts, int[] known, int width, boolean isStrict)
        throws IOException {
      Candidates candidates = linker.searchNear(view, starts, width, node, isStrict);
      int rest = 0;
      for (int neighbour : known) {
        if (!linker.isExpanded(neighbour)) {
          known[rest++] = neighbour;
        }
      }
      linker.addCandidates(view, known, rest, node);
      candidates.sort();
    }

    /** Gives a node of the base new neighbours for deleted ones. */
    void closeHoles(int old) throws IOException {
      turnTo(0);
      int[] map = plan.map(0, level);
      int node = map[old];
      from.blocks().seek(old);
      int ordinal = layout.ordinal(from.blocks().segment(), from.blocks().offset());
      linker.set(plan.map(0, 0)[ordinal]);
      if (neighbours.replace(from, old, view, linker, map)) {
        searchFromCandidates(node);
      }
      linkAnew(node, neighbours.far());
      if (level == 0) {
        counts.closed.incrementAndGet();
      }
    }
  }
}
