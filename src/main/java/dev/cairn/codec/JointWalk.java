/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.ExpansionListener;
import dev.cairn.graph.FrontierSearch;
import dev.cairn.graph.JointBeamSearch;
import dev.cairn.graph.JointBlocks;
import dev.cairn.graph.Layer;
import dev.cairn.graph.NodeSet;
import dev.cairn.graph.Overview;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The way of one search through several graphs, from what shows where to start to the nearest
 * nodes, which it leaves with the first graph's context.
 */
final class JointWalk {
  private static final int[] NONE = {};

  /**
   * The share of accepted nodes from which on all nodes are searched, and not the accepted ones of
   * one graph after the other.
   */
  private static final double LEAST_OF_MOST = .6;

  /**
   * Such a search has failed where the share around the query is below this part of that in all,
   */
  private static final double DESERTED = .75;

  /** or that among the nearest nodes is below this part, by more than what may be chance. */
  private static final double LEAST_AROUND = .8;

  private static final double DEVIATIONS = 2;

  private final NearestRequest request;
  private final List<FieldGraph> graphs;
  private final SearchContext[] contexts;
  private final SearchContext first;
  private final JointBlocks joint;
  private final NearestNodes nearest;
  private final long nodes;
  private final int width;
  private boolean isPart;
  private boolean isStopped;

  /**
   * A walk.
   *
   * @param contexts of the graphs; the first has the target set
   * @param nodes how many nodes the graphs have together
   */
  JointWalk(NearestRequest request, List<FieldGraph> graphs, SearchContext[] contexts, long nodes) {
    this.request = request;
    this.graphs = graphs;
    this.contexts = contexts;
    this.first = contexts[0];
    this.nodes = nodes;
    this.nearest = first.nearest();
    this.width = (int) Math.min(nodes, request.width());
    Layer[] bottoms = new Layer[contexts.length];
    for (int i = 0; i < contexts.length; i++) {
      bottoms[i] = contexts[i].layers()[0];
    }
    this.joint = new JointBlocks(bottoms);
    first.beam().leaveOut(NONE);
    first.filtered().leaveOut(NONE);
    nearest.reset(Rescoring.most(request.k(), nodes));
  }

  /** Says that other graphs are searched elsewhere, see {@link JointBlocks#setPart}. */
  void setPart(double share, double evenNumber) {
    joint.setPart(share, evenNumber);
    isPart = true;
  }

  /** The graphs side by side, by whose numbers the nearest are known. */
  JointBlocks joint() {
    return joint;
  }

  /** The upper layers of a single graph show the way; of several graphs, their overviews do. */
  private boolean isSingle() {
    return contexts.length == 1 && !isPart;
  }

  private Overview[] overviews() throws IOException {
    Overview[] overviews = new Overview[contexts.length];
    for (int i = 0; i < overviews.length; i++) {
      overviews[i] = graphs.get(i).overview(contexts[i]);
    }
    return overviews;
  }

  /** The node of a graph where to start, or -1 if stopped. */
  private int start(int graph) throws IOException {
    return isSingle()
        ? first.descend((node, ordinal, key, nodeFactor) -> goesOn())
        : graphs.get(graph).overview(contexts[graph]).nearest(first.query());
  }

  private boolean goesOn() {
    isStopped |= request.isOver();
    return !isStopped;
  }

  /**
   * Looks for the nearest of all nodes.
   *
   * @return false where fewer than wanted are found, and only a scan finds the others
   */
  boolean amongAll() throws IOException {
    int wanted = (int) Math.min(request.k(), nodes);
    beam(wanted);
    if (!isStopped && nearest.size() < wanted) {
      frontier();
    }
    return isStopped || nearest.size() >= wanted;
  }

  private void beam(int wanted) throws IOException {
    ExpansionListener listener =
        (index, ordinal, key, nodeFactor) -> {
          nearest.add(key, index);
          return goesOn();
        };
    if (!isSingle()) {
      first.joint().run(joint, overviews(), width, wanted, first.query(), listener);
      return;
    }
    int start = start(0);
    if (start >= 0) {
      int[] starts = {start};
      first.beam().search(joint.layer(), starts, width, wanted, first.query(), listener);
    }
  }

  /** Searches all again with an unbounded frontier: a beam drops candidates. */
  private void frontier() throws IOException {
    int[] starts = new int[contexts.length];
    for (int i = 0; i < starts.length; i++) {
      int start = start(i);
      if (start < 0) {
        return;
      }
      starts[i] = joint.base(i) + start;
    }
    FrontierSearch frontier = first.frontier();
    frontier.leaveOut(NONE);
    nearest.reset(nearest.limit());
    frontier.run(
        joint.layer(),
        starts,
        first.query(),
        new FrontierSearch.Goal() {
          @Override
          public float bound() {
            return nearest.worst();
          }

          @Override
          public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
            nearest.add(key, index);
            return goesOn();
          }
        });
  }

  /**
   * Looks for the nearest of the accepted nodes.
   *
   * @param parts the accepted nodes of each graph
   * @param accepted how many they are, about, in each graph
   * @return the graphs whose accepted nodes are to be scanned, which is expected to cost less than
   *     going on
   */
  boolean[] amongSome(AcceptedNodes[] parts, long[] accepted) throws IOException {
    boolean[] left = new boolean[contexts.length];
    long all = LongStream.of(accepted).sum();
    if (left.length > 1 && all >= LEAST_OF_MOST * nodes) {
      if (amongMost(parts, (double) all / nodes)) {
        return left;
      }
      nearest.reset(nearest.limit());
    }
    double settled = JointBeamSearch.settledOfAll(width, JointBlocks.evenNumber(accepted));
    for (int i = 0; i < left.length; i++) {
      double share = (double) accepted[i] / all;
      int each = JointBeamSearch.part(settled, share);
      int wanted = JointBeamSearch.part(nearest.limit(), share);
      left[i] = accepted[i] > 0 && !walk(i, parts[i], accepted[i], each, wanted);
    }
    if (left.length > 1) {
      goFarther(parts, accepted, all, left);
    }
    return isStopped ? new boolean[left.length] : left;
  }

  /** Walks once more where many more of the nearest are than in other graphs. */
  private void goFarther(AcceptedNodes[] parts, long[] accepted, long all, boolean[] left)
      throws IOException {
    int[] best = first.found(nearest.size());
    nearest.drain(best);
    int[] counts = new int[left.length];
    for (int i = 0; i < Math.min(request.k(), nearest.size()); i++) {
      counts[joint.graph(best[i])]++;
    }
    int settled = (int) JointBeamSearch.settledOfAll(width, 1);
    for (int i = 0; i < left.length; i++) {
      int graph = i;
      int expected = JointBeamSearch.part(request.k(), (double) accepted[i] / all);
      if (!left[i] && counts[i] > expected + 1) {
        nearest.removeIf(node -> joint.graph(node) == graph);
        left[i] = !walk(i, parts[i], accepted[i], settled, nearest.limit());
      }
    }
  }

  /**
   * Searches all nodes, as many more of them as are not accepted.
   *
   * @param share the share of accepted nodes
   * @return false where so few of the nearest are accepted that others may be nearer than those
   */
  private boolean amongMost(AcceptedNodes[] parts, double share) throws IOException {
    NodeSet set = AcceptedNodes.join(parts, contexts, joint);
    int wide = (int) Math.min(nodes, Math.ceil(width / share));
    int[] met = new int[2];
    NearestNodes around = new NearestNodes();
    around.reset(Math.max(1, (int) JointBeamSearch.settledOfAll(wide, joint.evenNumber())));
    first
        .joint()
        .run(
            joint,
            overviews(),
            wide,
            (int) Math.min(nodes, Math.ceil(request.k() / share)),
            first.query(),
            (index, ordinal, key, nodeFactor) -> {
              around.add(key, index);
              met[0]++;
              if (set.contains(index)) {
                met[1]++;
                nearest.add(key, index);
              }
              return goesOn();
            });
    double expected = share * around.size();
    around.removeIf(node -> !set.contains(node));
    double chance = DEVIATIONS * Math.sqrt(expected * (1 - share));
    return isStopped
        || (met[1] >= request.k()
            && met[1] >= DESERTED * share * met[0]
            && around.size() >= LEAST_AROUND * expected - chance);
  }

  /**
   * Walks through one graph.
   *
   * @return false where a scan of what it accepts is expected to cost less
   */
  private boolean walk(int graph, AcceptedNodes part, long accepted, int settled, int wanted)
      throws IOException {
    if (isStopped) {
      return true;
    }
    SearchContext context = contexts[graph];
    FieldMeta meta = context.meta();
    NodeSet set = part.set();
    if (FilteredPlan.isScanCheaper(meta, settled, set.isListed(), accepted, meta.size())) {
      return false;
    }
    int base = joint.base(graph);
    int start = start(graph);
    if (start < 0) {
      return true;
    }
    FilteredPlan.Outcome outcome =
        FilteredPlan.run(
            first,
            context.layers()[0],
            new int[] {start},
            set,
            accepted,
            settled,
            wanted,
            Math.min(request.k(), wanted),
            new FilteredPlan.Found() {
              private int found;

              @Override
              public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
                if (set.contains(index)) {
                  found++;
                  nearest.add(key, base + index);
                }
                return goesOn();
              }

              @Override
              public int count() {
                return found;
              }
            });
    return outcome != FilteredPlan.Outcome.SCAN;
  }
}
