/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BeamSearch;
import dev.cairn.graph.BlockSource;
import dev.cairn.graph.ExpansionListener;
import dev.cairn.graph.FrontierSearch;
import dev.cairn.graph.JointBlocks;
import dev.cairn.graph.Layer;
import dev.cairn.graph.NodeSet;
import dev.cairn.graph.Overview;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.store.AlreadyClosedException;

/**
 * One search of the graphs of several segments with a single beam, for the queries of {@code
 * dev.cairn.query}. Codes are made without training, so estimates of different segments can be
 * compared. A search of 13 equal graphs expands 3 to 5 times as many nodes as one of a single graph
 * of all documents.
 *
 * <p>Every graph is first searched alone for a while, from where its overview shows that the query
 * is, so that each has a part in the joint search.
 */
public final class JointSearch {
  private static final int[] NONE = {};

  private final String field;
  private final float[] floats;
  private final byte[] bytes;
  private final int k;
  private final int efSearch;
  private final QueryTimeout timeout;
  private final List<FieldGraph> graphs = new ArrayList<>();
  private final List<AcceptDocs> acceptDocs = new ArrayList<>();
  private final List<Integer> docBases = new ArrayList<>();
  private long nodes;
  private double share = 1;
  private double evenNumber;
  private long touched;

  private JointSearch(
      String field, float[] floats, byte[] bytes, int k, int efSearch, QueryTimeout timeout) {
    this.field = field;
    this.floats = floats;
    this.bytes = bytes;
    this.k = k;
    this.efSearch = efSearch;
    this.timeout = timeout;
  }

  /**
   * A search for the k nearest of a vector.
   *
   * @param timeout when to stop early, or null for never
   */
  public static JointSearch of(
      String field, float[] target, int k, int efSearch, QueryTimeout timeout) {
    return new JointSearch(field, target, null, k, efSearch, timeout);
  }

  /**
   * A search for the k nearest of a vector.
   *
   * @param timeout when to stop early, or null for never
   */
  public static JointSearch of(
      String field, byte[] target, int k, int efSearch, QueryTimeout timeout) {
    return new JointSearch(field, null, target, k, efSearch, timeout);
  }

  /**
   * Adds a segment whose field has the encoding and dimension of the target.
   *
   * @param leaf the segment as the searcher sees it
   * @param docBase what to add to its document numbers
   * @param accepted its documents that may be hits
   * @return false when it cannot take part, for it is of another format or its graph of another
   *     shape than those before
   */
  public boolean add(LeafReader leaf, int docBase, AcceptDocs accepted) throws IOException {
    FieldGraph graph = GraphRequest.send(leaf, field, bytes != null ? bytes : floats, accepted);
    if (graph == null) {
      return false;
    }
    FieldMeta meta = graph.meta();
    if (meta.size() == 0) {
      return true;
    }
    if (!graphs.isEmpty() && !fitsTo(graphs.get(0).meta(), meta)) {
      return false;
    }
    graphs.add(graph);
    acceptDocs.add(accepted);
    docBases.add(docBase);
    nodes += meta.size();
    return true;
  }

  /**
   * Says that other segments are searched for the same hits by other searches, so that this one
   * does its part of the work. Of use for searches of all documents only.
   *
   * @param part the share of its segments in the documents of all
   * @param evenNumberOfAll of all segments, see {@link JointBlocks#evenNumber(long[])}
   */
  public void setPart(double part, double evenNumberOfAll) {
    this.share = part;
    this.evenNumber = evenNumberOfAll;
  }

  private boolean fitsTo(FieldMeta first, FieldMeta next) {
    return first.parameters().maxConn() == next.parameters().maxConn()
        && first.similarity() == next.similarity()
        && JointBlocks.fits(nodes + next.size(), graphs.size() + 1);
  }

  /** Searches and hands over the hits. */
  public void run(TopHits hits) throws IOException {
    if (graphs.isEmpty()) {
      return;
    }
    SearchContext[] contexts = new SearchContext[graphs.size()];
    for (int i = 0; i < contexts.length; i++) {
      contexts[i] = graphs.get(i).acquire();
    }
    try {
      run(contexts, hits);
    } catch (AlreadyClosedException e) {
      throw e;
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | EOFException
        | AssertionError e) {
      // a block may have led astray; where assertions are on, bit sets have them for exceptions
      for (FieldGraph graph : graphs) {
        graph.throwIfDamaged(e);
      }
      throw e;
    } catch (IllegalStateException e) {
      for (SearchContext context : contexts) {
        if (!context.isMapped()) {
          throw new AlreadyClosedException("a segment was closed during a search", e);
        }
      }
      throw e;
    }
    for (int i = 0; i < contexts.length; i++) {
      graphs.get(i).release(contexts[i]);
    }
  }

  private void run(SearchContext[] contexts, TopHits hits) throws IOException {
    SearchContext first = contexts[0];
    set(first);
    first.beam().leaveOut(NONE);
    first.filtered().leaveOut(NONE);
    Layer[] bottoms = new Layer[contexts.length];
    for (int i = 0; i < contexts.length; i++) {
      bottoms[i] = contexts[i].layers()[0];
    }
    JointBlocks joint = new JointBlocks(bottoms);
    if (share < 1) {
      joint.setPart(share, evenNumber);
    }
    NearestNodes nearest = first.nearest();
    nearest.reset((int) Math.min(nodes, (long) k + k / 4 + 16));
    AcceptedNodes[] parts = new AcceptedNodes[contexts.length];
    long accepted = accepted(contexts, parts);
    if (accepted == 0) {
      return;
    }
    int settled = BeamSearch.settled((int) Math.min(nodes, Math.max(efSearch, k)));
    boolean isUnfiltered = isUnfiltered(parts);
    if (isUnfiltered
        ? accepted <= scannable()
        : accepted <= Math.max(efSearch, k)
            || FilteredPlan.isScanCheaper(first.meta(), settled, accepted, nodes)) {
      scanExactly(contexts, parts, hits);
      return;
    }
    Query query = new Query(contexts, joint, first, nearest);
    if (isUnfiltered) {
      long wanted = Math.min(k, nodes);
      boolean isShort = query.searchAll() && nearest.size() < wanted;
      if (isShort && query.walk() && nearest.size() < wanted) {
        scanExactly(contexts, parts, hits);
        return;
      }
    } else {
      FilteredPlan.Outcome outcome = query.searchSome(parts, accepted, settled);
      if (outcome == FilteredPlan.Outcome.SCAN) {
        scanExactly(contexts, parts, hits);
        return;
      }
    }
    collect(contexts, joint, nearest, hits);
  }

  /**
   * So many vectors cost less to scan than the hops of a beam; a scan finds each of the nearest.
   */
  private double scannable() {
    double width = Math.max(efSearch, k);
    return Math.max(width, GraphSearch.SCANNED_PER_HOP * width * share);
  }

  private static boolean isUnfiltered(AcceptedNodes[] parts) {
    for (AcceptedNodes part : parts) {
      if (part != null) {
        return false;
      }
    }
    return true;
  }

  private long accepted(SearchContext[] contexts, AcceptedNodes[] parts) throws IOException {
    long count = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = AcceptedNodes.of(graphs.get(i), contexts[i], acceptDocs.get(i));
      count += parts[i] == null ? contexts[i].meta().size() : parts[i].count();
    }
    return count;
  }

  private void scanExactly(SearchContext[] contexts, AcceptedNodes[] parts, TopHits hits)
      throws IOException {
    for (int i = 0; i < contexts.length; i++) {
      SearchContext context = contexts[i];
      int docBase = docBases.get(i);
      setScorer(context.scorer());
      ExactScan.Receiver receiver =
          new ExactScan.Receiver() {
            @Override
            public boolean admits() {
              return JointSearch.this.count();
            }

            @Override
            public float least() {
              return hits.least();
            }

            @Override
            public void collect(int ordinal, float score) {
              hits.add(docBase + context.docOf(ordinal), score);
            }
          };
      if (!ExactScan.run(context, parts[i] == null ? null : parts[i].set(), receiver)) {
        return;
      }
    }
  }

  private void setScorer(QueryScorer scorer) {
    if (bytes != null) {
      scorer.set(bytes);
    } else {
      scorer.set(floats);
    }
  }

  /** The parts of one search. */
  private final class Query {
    private final SearchContext[] contexts;
    private final JointBlocks joint;
    private final SearchContext first;
    private final NearestNodes nearest;
    private final int width;
    private final Overview[] overviews;

    private Query(
        SearchContext[] contexts, JointBlocks joint, SearchContext first, NearestNodes nearest)
        throws IOException {
      this.contexts = contexts;
      this.joint = joint;
      this.first = first;
      this.nearest = nearest;
      this.width = (int) Math.min(nodes, Math.max(efSearch, k));
      this.overviews = contexts.length == 1 && share == 1 ? null : new Overview[contexts.length];
      for (int i = 0; overviews != null && i < overviews.length; i++) {
        overviews[i] = graphs.get(i).overview(contexts[i]);
      }
    }

    /** The upper layers of a single graph show the way; of several graphs, their overviews do. */
    private int[] starts() throws IOException {
      if (overviews == null) {
        int entry = first.meta().entry();
        int start =
            first
                .beam()
                .descend(first.layers(), entry, 0, first.query(), (node, o, key, f) -> count());
        return start < 0 ? null : new int[] {start};
      }
      int[] starts = new int[overviews.length];
      for (int i = 0; i < starts.length; i++) {
        starts[i] = overviews[i].nearest(first.query(), joint.base(i));
      }
      return starts;
    }

    private boolean searchAll() throws IOException {
      int atLeast = (int) Math.min(k, nodes);
      ExpansionListener listener =
          (index, ordinal, key, nodeFactor) -> {
            nearest.add(key, index);
            return count();
          };
      if (overviews == null) {
        int[] starts = starts();
        return starts != null
            && first.beam().search(joint.layer(), starts, width, atLeast, first.query(), listener);
      }
      return first.joint().run(joint, overviews, width, atLeast, first.query(), listener);
    }

    /**
     * Searches all again with an unbounded frontier, after the beam, which drops candidates, found
     * fewer than k. Returns false if stopped.
     */
    private boolean walk() throws IOException {
      int[] starts = starts();
      if (starts == null) {
        return false;
      }
      FrontierSearch frontier = first.frontier();
      frontier.leaveOut(NONE);
      nearest.reset(nearest.limit());
      return frontier.run(
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
              return count();
            }
          });
    }

    private FilteredPlan.Outcome searchSome(AcceptedNodes[] parts, long accepted, int settled)
        throws IOException {
      NodeSet set = AcceptedNodes.join(parts, contexts, joint);
      int[] starts = starts();
      if (starts == null) {
        return FilteredPlan.Outcome.STOPPED;
      }
      return FilteredPlan.run(
          first.meta(),
          joint.layer(),
          starts,
          set,
          accepted,
          settled,
          nearest.limit(),
          k,
          first.filtered(),
          first.query(),
          new FilteredPlan.Found() {
            private int found;

            @Override
            public boolean expanded(int index, int ordinal, float key, float nodeFactor) {
              if (set.contains(index)) {
                found++;
                nearest.add(key, index);
              }
              return JointSearch.this.count();
            }

            @Override
            public int count() {
              return found;
            }
          });
    }
  }

  private void set(SearchContext context) {
    if (bytes != null) {
      context.set(bytes);
    } else {
      context.set(floats);
    }
  }

  private boolean count() {
    return timeout == null || !timeout.shouldExit();
  }

  private void collect(
      SearchContext[] contexts, JointBlocks joint, NearestNodes nearest, TopHits hits)
      throws IOException {
    int end = nearest.size();
    int[] found = contexts[0].found(end);
    nearest.drain(found);
    boolean[] isSet = new boolean[contexts.length];
    isSet[0] = true;
    int rowBytes = contexts[0].scorer().rowBytes();
    BlockSource[] allRows = new BlockSource[contexts.length];
    for (int i = 0; i < allRows.length; i++) {
      allRows[i] = contexts[i].scorer().rows();
    }
    BlockSource rows = joint.alongside(allRows);
    int ahead = contexts[0].scorer().rowsAhead();
    Rescoring.run(
        end,
        k,
        (from, to) -> {
          float bestLate = Float.NEGATIVE_INFINITY;
          for (int i = from; i < to; i++) {
            if ((i - from) % ahead == 0) {
              touched += rows.touch(found, i, Math.min(to, i + ahead), 0, rowBytes);
            }
            int graph = joint.graph(found[i]);
            SearchContext context = contexts[graph];
            QueryScorer scorer = context.scorer();
            if (!isSet[graph]) {
              isSet[graph] = true;
              setScorer(scorer);
            }
            int ordinal = found[i] - joint.base(graph);
            float factor = context.nodeFactor(ordinal);
            float score = scorer.score(scorer.key(ordinal, factor), factor);
            hits.add(docBases.get(graph) + context.docOf(ordinal), score);
            if (i >= k) {
              bestLate = Math.max(bestLate, score);
            }
          }
          return bestLate;
        },
        hits::least);
  }
}
