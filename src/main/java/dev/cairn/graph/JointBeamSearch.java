/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.BeamKernels;
import java.io.IOException;
import java.util.Arrays;

/**
 * Searches several graphs at once. A graph whose hits were not met yet looks no better than one
 * that has none. So each graph is first searched alone, until enough of its own best nodes are
 * settled that hits are rarely missed, unless it is so small that its overview shows all nodes.
 * Then one beam searches all.
 */
public final class JointBeamSearch {
  /**
   * By how many standard deviations of its number of hits a small graph's own search goes beyond
   * their mean, so that few graphs are left before the search has come to where their hits are.
   */
  private static final double SPREADS = 2;

  /**
   * How much wider a search of several graphs is for each time that their number doubles: so that
   * 13 graphs find as much as a single one of the same efSearch.
   */
  private static final double WIDER = .2;

  /** The least number of nodes that are looked for in each graph. */
  private static final int MIN_EACH = 2;

  /** Nodes of a graph's overview that a search starts from. */
  private static final int STARTS_EACH = 3;

  private final BeamSearch search;
  private Beam[] beams = {};

  /** A search that works with the scratch space of another. */
  public JointBeamSearch(BeamSearch search) {
    this.search = search;
  }

  /**
   * Searches several graphs as one layer: first each with a narrow beam of its own, one after the
   * other once all have been approached, then all with one beam that takes over what those hold. Of
   * a search that is stopped the last graphs have the least.
   *
   * @param graphs the graphs
   * @param overviews of each graph, which show where to start
   * @param ef width of the search of all
   * @param atLeast how many nodes are to be expanded at least in the end, if there are so many
   * @return whether the search came to its end; false when the listener stopped it
   */
  public boolean run(
      JointBlocks graphs,
      Overview[] overviews,
      int ef,
      int atLeast,
      FusedQuery query,
      ExpansionListener listener)
      throws IOException {
    Layer layer = graphs.layer();
    int settledOfAll = (int) settledOfAll(ef, graphs.evenNumber());
    int settled = Math.min(layer.size(), part(settledOfAll, graphs.share()));
    search.begin(layer, Math.max(BeamSearch.roomy(settled), atLeast));
    int count = overviews.length;
    int made = beams.length;
    if (made < count) {
      beams = Arrays.copyOf(beams, count);
      Arrays.setAll(beams, i -> i < made ? beams[i] : new Beam());
    }
    long[] starts = new long[STARTS_EACH];
    long[] merged = new long[STARTS_EACH + BeamKernels.MARGIN];
    int[] wanted = new int[count];
    for (int i = 0; i < count; i++) {
      int found = overviews[i].nearest(query, graphs.base(i), starts);
      if (found == 0) {
        starts[found++] = PackedKey.pack(Float.NEGATIVE_INFINITY, graphs.base(i));
      }
      System.arraycopy(starts, 0, merged, 0, found);
      if (overviews[i].isWhole()) {
        // a search of its own would hardly find what is nearer
        search.beam().merge(merged, found);
        continue;
      }
      wanted[i] = part(settledOfAll, graphs.share(i));
      // strict, like the beam of all: saves some tenth of the time, costs at most .002 of recall
      beams[i].reset(BeamSearch.roomy(wanted[i]), true);
      beams[i].merge(merged, found);
    }
    int hops = approach(graphs, layer, wanted, query, listener);
    for (int i = 0; i < count && hops >= 0; i++) {
      if (wanted[i] == 0) {
        continue;
      }
      int more = search.run(layer, beams[i], wanted[i], 0, 0, query, listener);
      hops = more < 0 ? -1 : hops + more;
      search.beam().merge(beams[i]);
    }
    return hops >= 0
        && search.run(layer, search.beam(), settled, atLeast - hops, 0, query, listener) >= 0;
  }

  /**
   * Takes the first steps in each graph, one at a time, for each leads much nearer to the query;
   * blocks of some graphs are waited for together.
   *
   * @return how many nodes were expanded, or -1 when the listener stopped the search
   */
  private int approach(
      JointBlocks graphs, Layer layer, int[] wanted, FusedQuery query, ExpansionListener listener)
      throws IOException {
    int hops = 0;
    int[] owners = new int[BeamSearch.BATCH];
    int[] batch = new int[BeamSearch.BATCH];
    for (int round = 0; round < BeamSearch.APPROACH; round++) {
      for (int i = 0; i < wanted.length; ) {
        int size = 0;
        for (; i < wanted.length && size < BeamSearch.BATCH; i++) {
          int node = wanted[i] == 0 ? -1 : search.takeUnsettled(beams[i], wanted[i]);
          if (node >= 0) {
            owners[size] = i;
            batch[size++] = node;
          }
        }
        graphs.touch(batch, 0, size, 0, layer.layout().bytes());
        for (int j = 0; j < size; j++) {
          if (!search.expand(layer, beams[owners[j]], batch[j], query, listener)) {
            return -1;
          }
        }
        hops += size;
      }
    }
    return hops;
  }

  /**
   * How many nodes of several graphs are to be settled in a search.
   *
   * @param ef width of the search
   * @param evenNumber see {@link JointBlocks#evenNumber(long[])}
   */
  public static double settledOfAll(int ef, double evenNumber) {
    return BeamSearch.settled(ef) * (1 + WIDER * Math.log(evenNumber) / Math.log(2));
  }

  /**
   * About how many nodes of one of several graphs a joint search expands: more than it settles, for
   * those in the way to them sink, and half a batch beyond.
   *
   * @param size number of nodes of the graph; to look at all of a small one counts as some hops
   * @param dimension of its vectors
   * @param share its share in all nodes
   * @param evenNumber see {@link JointBlocks#evenNumber(long[])}
   */
  public static double expectedHops(
      int ef, long size, int dimension, double share, double evenNumber) {
    double settled = settledOfAll(ef, evenNumber);
    return Overview.isWhole(size, dimension)
        ? size / Overview.NODES_PER_HOP + settled * share / BeamSearch.SETTLED
        : part((int) settled, share) / BeamSearch.SETTLED + BeamSearch.BATCH / 2.0;
  }

  /**
   * How many of some number of nodes are to be looked for in one of several graphs: as many as it
   * is to have, and so many more that few have more.
   *
   * @param all how many in all graphs
   * @param share the share of the graph in the nodes of all
   */
  public static int part(double all, double share) {
    double expected = all * share;
    double spread = Math.sqrt(expected * (1 - share));
    return Math.max(MIN_EACH, (int) Math.round(expected + SPREADS * spread));
  }
}
