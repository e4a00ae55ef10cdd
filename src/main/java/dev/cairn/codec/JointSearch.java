/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.JointBlocks;
import dev.cairn.graph.NodeSet;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.store.AlreadyClosedException;

/**
 * One search of the graphs of several segments with a single beam, for the queries of {@code
 * dev.cairn.query}. Codes are made without training, so estimates of different segments can be
 * compared. A search of 13 equal graphs expands 3 to 5 times as many nodes as one of a single graph
 * of all documents.
 *
 * <p>Every graph but a small one is first searched alone for a while, from where its overview shows
 * that the query is, so that each has a part in the joint search. Where a filter accepts little,
 * each graph is searched or scanned by itself.
 */
public final class JointSearch {
  private final NearestRequest request;
  private final List<FieldGraph> graphs = new ArrayList<>();
  private final List<AcceptDocs> acceptDocs = new ArrayList<>();
  private final List<Integer> docBases = new ArrayList<>();
  private long nodes;
  private double share = 1;
  private double evenNumber;

  /** A search that has no segments yet. */
  public JointSearch(NearestRequest request) {
    this.request = request;
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
    FieldGraph graph = GraphRequest.send(leaf, request.field(), request.target(), accepted);
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
        && first.hasCentredCodes() == next.hasCentredCodes()
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
    contexts[0].set(request.target());
    AcceptedNodes[] parts = new AcceptedNodes[contexts.length];
    long[] accepted = accepted(contexts, parts);
    long all = LongStream.of(accepted).sum();
    if (all == 0) {
      return;
    }
    boolean isUnfiltered = parts[0] == null;
    boolean[] left = new boolean[contexts.length];
    if (all <= (isUnfiltered ? scannable() : request.width())) {
      Arrays.fill(left, true);
    } else {
      JointWalk walk = new JointWalk(request, graphs, contexts, nodes);
      if (share < 1) {
        walk.setPart(share, evenNumber);
      }
      if (!isUnfiltered) {
        left = walk.amongSome(parts, accepted);
      } else if (!walk.amongAll()) {
        Arrays.fill(left, true);
      }
      collect(contexts, walk.joint(), left, contexts[0].nearest(), hits);
    }
    scan(contexts, parts, left, accepted, hits);
  }

  /**
   * So many vectors cost less to scan than the hops of a beam; a scan finds each of the nearest.
   */
  private double scannable() {
    return Math.max(1, GraphSearch.SCANNED_PER_HOP * share) * request.width();
  }

  /**
   * Finds the accepted nodes of each graph, and how many they are. There is null for all nodes
   * where all of all graphs are accepted.
   */
  private long[] accepted(SearchContext[] contexts, AcceptedNodes[] parts) throws IOException {
    long[] counts = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = AcceptedNodes.of(graphs.get(i), contexts[i], acceptDocs.get(i));
    }
    boolean isUnfiltered = Arrays.stream(parts).allMatch(Objects::isNull);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == null && !isUnfiltered) {
        parts[i] = graphs.get(i).allNodes();
      }
      counts[i] = isUnfiltered ? contexts[i].meta().size() : parts[i].count();
    }
    return counts;
  }

  /**
   * Scores accepted nodes.
   *
   * @param left the graphs that are scanned
   * @param accepted how many nodes are accepted in each graph
   */
  private void scan(
      SearchContext[] contexts,
      AcceptedNodes[] parts,
      boolean[] left,
      long[] accepted,
      TopHits hits)
      throws IOException {
    int wanted = Rescoring.most(request.k(), nodes);
    long all = 0;
    for (int i = 0; i < left.length; i++) {
      all += left[i] ? accepted[i] : 0;
    }
    for (int i = 0; i < contexts.length; i++) {
      if (!left[i]) {
        continue;
      }
      SearchContext context = contexts[i];
      int docBase = docBases.get(i);
      request.target().set(context.scorer());
      ExactScan.Receiver receiver =
          new ExactScan.Receiver() {
            @Override
            public boolean admits() {
              return !request.isOver();
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
      NodeSet set = parts[i] == null ? null : parts[i].set();
      boolean isComplete =
          set != null
                  && CodeScan.pays(context.meta(), all, parts[i].count(), request.width(), wanted)
              ? context.codeScan().run(set, contexts[0].query().rotated(), wanted, receiver)
              : ExactScan.run(context, set, receiver);
      if (!isComplete) {
        return;
      }
    }
  }

  /** Scores the nearest nodes that were found, but for those of graphs left to a scan. */
  private void collect(
      SearchContext[] contexts,
      JointBlocks joint,
      boolean[] left,
      NearestNodes nearest,
      TopHits hits)
      throws IOException {
    nearest.removeIf(node -> left[joint.graph(node)]);
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
        request.k(),
        (from, to) -> {
          float bestLate = Float.NEGATIVE_INFINITY;
          for (int i = from; i < to; i++) {
            if ((i - from) % ahead == 0) {
              rows.touch(found, i, Math.min(to, i + ahead), 0, rowBytes);
            }
            int graph = joint.graph(found[i]);
            SearchContext context = contexts[graph];
            QueryScorer scorer = context.scorer();
            if (!isSet[graph]) {
              isSet[graph] = true;
              request.target().set(scorer);
            }
            int ordinal = found[i] - joint.base(graph);
            float factor = context.nodeFactor(ordinal);
            float score = scorer.score(scorer.key(ordinal, factor), factor);
            hits.add(docBases.get(graph) + context.docOf(ordinal), score);
            if (i >= request.k()) {
              bestLate = Math.max(bestLate, score);
            }
          }
          return bestLate;
        },
        hits::least);
  }
}
