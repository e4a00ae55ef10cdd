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
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The way of one search through several graphs, from what shows where to start to the nearest
 * nodes, which it leaves with the first graph's context.
 */
final class JointWalk {
  private static final int[] NONE = {};

  /**
   * The share of accepted nodes in each graph from which on all nodes are searched for, more of
   * them than without a filter, and not the accepted ones of one graph after the other.
   */
  private static final double MOST = .6;

  private final NearestRequest request;
  private final List<FieldGraph> graphs;
  private final SearchContext[] contexts;
  private final SearchContext first;
  private final JointBlocks joint;
  private final NearestNodes nearest;
  private final long nodes;
  private final int width;
  private Overview[] overviews;
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
  private void look() throws IOException {
    if (contexts.length == 1 && !isPart) {
      return;
    }
    overviews = new Overview[contexts.length];
    for (int i = 0; i < overviews.length; i++) {
      overviews[i] = graphs.get(i).overview(contexts[i]);
    }
  }

  /** Where to start, or null if stopped. */
  private int[] starts() throws IOException {
    if (overviews == null) {
      int start = below();
      return start < 0 ? null : new int[] {start};
    }
    int[] starts = new int[overviews.length];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = overviews[i].nearest(first.query(), joint.base(i));
    }
    return starts;
  }

  /** Where the upper layers of a single graph lead, or -1 if stopped. */
  private int below() throws IOException {
    return first
        .beam()
        .descend(
            first.layers(),
            first.meta().entry(),
            0,
            first.query(),
            (node, ordinal, key, nodeFactor) -> goesOn());
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
    look();
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
    if (overviews != null) {
      first.joint().run(joint, overviews, width, wanted, first.query(), listener);
      return;
    }
    int[] starts = starts();
    if (starts != null) {
      first.beam().search(joint.layer(), starts, width, wanted, first.query(), listener);
    }
  }

  /** Searches all again with an unbounded frontier: a beam drops candidates. */
  private void frontier() throws IOException {
    int[] starts = starts();
    if (starts == null) {
      return;
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
    if (isMost(accepted)) {
      return amongMost(parts, accepted);
    }
    long all = LongStream.of(accepted).sum();
    double settledOfAll = JointBeamSearch.settledOfAll(width, JointBlocks.evenNumber(accepted));
    boolean[] left = new boolean[contexts.length];
    for (int i = 0; i < left.length && !isStopped; i++) {
      double share = (double) accepted[i] / all;
      int each = JointBeamSearch.part(settledOfAll, share);
      int wanted = JointBeamSearch.part(nearest.limit(), share);
      boolean isListed = parts[i] == null || parts[i].isListed();
      left[i] =
          accepted[i] > 0
              && (FilteredPlan.isScanCheaper(
                      contexts[i].meta(), each, isListed, accepted[i], contexts[i].meta().size())
                  || !walk(i, parts[i], accepted[i], each, wanted));
    }
    return left;
  }

  /** Whether a search of all nodes, if it goes somewhat farther, meets enough accepted ones. */
  private boolean isMost(long[] accepted) {
    if (contexts.length == 1) {
      return false;
    }
    for (int i = 0; i < accepted.length; i++) {
      if (accepted[i] < MOST * contexts[i].meta().size()) {
        return false;
      }
    }
    return true;
  }

  private boolean[] amongMost(AcceptedNodes[] parts, long[] accepted) throws IOException {
    long all = LongStream.of(accepted).sum();
    NodeSet set = AcceptedNodes.join(parts, contexts, joint);
    look();
    int wider = (int) Math.min(nodes, Math.ceil((double) width * nodes / all));
    first
        .joint()
        .run(
            joint,
            overviews,
            wider,
            0,
            first.query(),
            (index, ordinal, key, nodeFactor) -> {
              if (set.contains(index)) {
                nearest.add(key, index);
              }
              return goesOn();
            });
    boolean[] left = new boolean[contexts.length];
    Arrays.fill(left, !isStopped && nearest.size() < Math.min(request.k(), all));
    return left;
  }

  /** Walks through one graph; false where a scan of what it accepts is expected to cost less. */
  private boolean walk(int graph, AcceptedNodes part, long accepted, int settled, int wanted)
      throws IOException {
    SearchContext context = contexts[graph];
    int base = joint.base(graph);
    int start =
        contexts.length == 1
            ? below()
            : graphs.get(graph).overview(context).nearest(first.query(), 0);
    if (start < 0) {
      return true;
    }
    NodeSet set = part == null ? NodeSet.all(context.meta().size()) : part.set();
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
