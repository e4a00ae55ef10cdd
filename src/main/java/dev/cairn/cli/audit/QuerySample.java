/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import dev.cairn.codec.GraphLinks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.hnsw.HnswGraph.NodesIterator;

/** Stored vectors that serve as queries, drawn evenly from all that are not deleted. */
final class QuerySample {
  /**
   * One of them.
   *
   * @param vector {@code float[]} or {@code byte[]}
   * @param place where it is stored
   * @param doc its document, counted through all segments
   */
  record Query(Object vector, Place place, int doc) {}

  /**
   * A stored vector.
   *
   * @param leaf index of its segment in {@link VectorField#leaves}
   * @param ordinal which one of the segment's it is
   */
  record Place(int leaf, int ordinal) {}

  private final VectorField field;
  private final List<LeafReaderContext> leaves;
  private final List<FixedBitSet> eligible = new ArrayList<>();
  private final List<Query> queries = new ArrayList<>();

  /**
   * Draws queries. Vectors that upper levels of a graph hold are passed over: levels were drawn at
   * random, so what is left is as good a sample, and can be left out of a search entirely.
   */
  QuerySample(VectorField field, int wanted, long seed) throws IOException {
    this.field = field;
    this.leaves = field.leaves();
    long total = 0;
    for (LeafReaderContext leaf : leaves) {
      eligible.add(eligible(leaf));
      total += eligible.getLast().cardinality();
    }
    Random random = new Random(seed);
    // one pass over all, each taken with the probability that draws as many as are still wanted
    for (int l = 0; l < leaves.size(); l++) {
      KnnVectorValues values = field.values(leaves.get(l).reader());
      for (int ordinal = 0; ordinal < values.size(); ordinal++) {
        if (eligible.get(l).get(ordinal)) {
          if (random.nextDouble() * total < wanted - queries.size()) {
            queries.add(
                new Query(
                    VectorField.vector(values, ordinal),
                    new Place(l, ordinal),
                    leaves.get(l).docBase + values.ordToDoc(ordinal)));
          }
          total--;
        }
      }
    }
  }

  List<Query> queries() {
    return queries;
  }

  CodecReader segment(Place place) {
    return (CodecReader) leaves.get(place.leaf()).reader();
  }

  /** The document of a vector, counted through all segments. */
  int doc(Place place) throws IOException {
    LeafReaderContext leaf = leaves.get(place.leaf());
    return leaf.docBase + field.values(leaf.reader()).ordToDoc(place.ordinal());
  }

  /** Whether a vector can be left out of a search. */
  boolean canBeLeftOut(Place place) {
    return eligible.get(place.leaf()).get(place.ordinal());
  }

  private FixedBitSet eligible(LeafReaderContext leaf) throws IOException {
    KnnVectorValues values = field.values(leaf.reader());
    Bits live = leaf.reader().getLiveDocs();
    FixedBitSet set = new FixedBitSet(values.size());
    for (int ordinal = 0; ordinal < values.size(); ordinal++) {
      if (live == null || live.get(values.ordToDoc(ordinal))) {
        set.set(ordinal);
      }
    }
    GraphLinks links = GraphLinks.of((CodecReader) leaf.reader(), field.name()).orElse(null);
    if (links != null) {
      set.clear(links.entryNode());
      if (links.numLevels() > 1) {
        NodesIterator nodes = links.getNodesOnLevel(1);
        while (nodes.hasNext()) {
          set.clear(nodes.nextInt());
        }
      }
    }
    return set;
  }
}
