/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BeamSearch;
import dev.cairn.graph.ExpansionListener;
import dev.cairn.graph.FrontierSearch;
import dev.cairn.graph.JointBlocks;
import dev.cairn.graph.Layer;
import dev.cairn.graph.NodeSet;
import dev.cairn.graph.Overview;
import java.io.IOException;
import java.util.List;

/**
 * The way of one search through several graphs, from what shows where to start to the nearest
 * nodes, which it leaves with the first graph's context.
 */
final class JointWalk {
  private static final int[] NONE = {};

  private final NearestRequest request;
  private final List<FieldGraph> graphs;
  private final SearchContext[] contexts;
  private final SearchContext first;
  private final JointBlocks joint;
  private final NearestNodes nearest;
  private final long nodes;
  private final int width;
  private final int settled;
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
    this.settled = BeamSearch.settled(width);
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

  /** Whether to scan the accepted is expected to cost less. */
  boolean isScanCheaper(AcceptedNodes[] parts, long accepted) {
    boolean isListed = AcceptedNodes.areListed(parts);
    return FilteredPlan.isScanCheaper(first.meta(), settled, isListed, accepted, nodes);
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
      int entry = first.meta().entry();
      int start =
          first
              .beam()
              .descend(first.layers(), entry, 0, first.query(), (node, o, key, f) -> goesOn());
      return start < 0 ? null : new int[] {start};
    }
    int[] starts = new int[overviews.length];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = overviews[i].nearest(first.query(), joint.base(i));
    }
    return starts;
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
   * @param accepted how many they are, about
   * @return false where a scan is expected to cost less than going on
   */
  boolean amongSome(AcceptedNodes[] parts, long accepted) throws IOException {
    look();
    NodeSet set = AcceptedNodes.join(parts, contexts, joint);
    int[] starts = starts();
    if (starts == null) {
      return true;
    }
    FilteredPlan.Outcome outcome =
        FilteredPlan.run(
            first,
            joint.layer(),
            starts,
            set,
            accepted,
            settled,
            nearest.limit(),
            request.k(),
            new FilteredPlan.Found() {
              private int found;

              @Override
              public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
                if (set.contains(index)) {
                  found++;
                  nearest.add(key, index);
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
