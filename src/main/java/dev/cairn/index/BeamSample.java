/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.EfSearch;
import dev.cairn.codec.GraphLinks;
import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Queries to measure searches with. Elements themselves will not do, for their own lists give the
 * answers away; nor does what lies between elements, for it is nearer to them than queries are. A
 * query here is an element moved by the difference of two of its neighbours: as far from the
 * elements as they are from one another, and in the directions in which they vary. (For 116,791
 * sentence embeddings the width that such queries ask for is within a fifth of what held-out
 * sentences need, at every ef from 10 to 400; for uniform random vectors, 256-d, it is up to twice
 * as wide as needed.)
 *
 * <p>Both searches are measured over all segments, and against the same truth: some queries have
 * neighbours that neither finds, and must not count against one of them alone. Where there are
 * several segments hnswlib's search goes over each of them at the ef asked for, which finds more
 * than it would in one graph of all.
 */
final class BeamSample {
  private static final int QUERIES = 256;

  /** Hops to spend on all queries of one measurement, and the fewest queries to ask. */
  private static final int BUDGET = 51_200;

  private static final int LEAST_ASKED = 64;

  /** The queries that tell how many hops a search takes. */
  private static final int PROBES = 8;

  /** The neighbours whose difference moves an element: the first of them, and how many. */
  private static final int FIRST_NEIGHBOUR = 5;

  private static final int NEIGHBOURS = 30;

  /** How far the difference moves it. */
  private static final float SHIFT = 1.5f;

  /** The width of the beam that finds them. */
  private static final int NEAR_WIDTH = 100;

  private final List<Leaf> all;

  /** Those that have vectors. */
  private final List<Leaf> leaves;

  private final Leaf largest;
  private final Space space;
  private final List<HnswGraph> links;
  private final float[][] queries;
  private long visited;
  private SampleTruth truth;
  private int truthK;
  private int truthEf;

  private BeamSample(IndexView view, List<Leaf> leaves, Space space, List<HnswGraph> links) {
    this.all = view.leaves();
    this.leaves = leaves;
    this.largest = view.largest();
    this.space = space;
    this.links = links;
    this.queries = new float[Math.min(QUERIES, largest.vectorCount())][];
  }

  /** A sample of an index, or null where its graph cannot be read. */
  static BeamSample of(IndexView view, Space space, long seed) throws IOException {
    List<Leaf> leaves = view.leaves().stream().filter(leaf -> leaf.vectorCount() > 0).toList();
    List<HnswGraph> graphs = new ArrayList<>();
    for (Leaf leaf : leaves) {
      LeafReader reader = FilterLeafReader.unwrap(leaf.reader());
      Optional<GraphLinks> links =
          reader instanceof CodecReader segment
              ? GraphLinks.of(segment, Fields.VECTOR)
              : Optional.empty();
      if (links.isEmpty()) {
        return null;
      }
      graphs.add(links.get());
    }
    BeamSample sample = new BeamSample(view, leaves, space, graphs);
    sample.draw(new SplittableRandom(seed));
    return sample;
  }

  private void draw(SplittableRandom random) throws IOException {
    FloatVectorValues vectors = largest.vectors();
    for (int i = 0; i < queries.length; i++) {
      float[] query = vectors.vectorValue(random.nextInt(vectors.size())).clone();
      ScoreDoc[] near =
          search(largest, query, FIRST_NEIGHBOUR + NEIGHBOURS, NEAR_WIDTH).topDocs().scoreDocs;
      int first = Math.min(FIRST_NEIGHBOUR, near.length - 1);
      float[] from = largest.vector(vectors, pick(near, first, random)).clone();
      float[] to = largest.vector(vectors, pick(near, first, random));
      for (int d = 0; d < query.length; d++) {
        query[d] += SHIFT * (to[d] - from[d]);
      }
      queries[i] = Spaces.prepare(space, query);
    }
  }

  private static int pick(ScoreDoc[] near, int first, SplittableRandom random) {
    return near[first + random.nextInt(near.length - first)].doc;
  }

  boolean isOf(IndexView view) {
    return all.equals(view.leaves());
  }

  /** Vectors in all segments. */
  long size() {
    long size = 0;
    for (Leaf leaf : leaves) {
      size += leaf.vectorCount();
    }
    return size;
  }

  /** Mean visited count of a search: its hops, or what was scanned where a segment is scanned. */
  double hops(int width, int k) throws IOException {
    int probes = Math.min(PROBES, queries.length);
    visited = 0;
    for (int i = 0; i < probes; i++) {
      fused(queries[i], k, width);
    }
    return visited / (double) probes;
  }

  /** A measurement of searches for the k nearest that concern some ef. */
  Measurement measure(int ef, int k) throws IOException {
    double hops = hops(ef, k);
    int asked = (int) Math.clamp((long) (BUDGET / hops), LEAST_ASKED, QUERIES);
    ensureTruth(ef, k);
    return new Measurement(k, Arrays.copyOf(queries, Math.min(asked, queries.length)));
  }

  /** Finds the true answers, unless they are known and good enough for this ef. */
  void ensureTruth(int ef, int k) throws IOException {
    if (k != truthK || ef > truthEf) {
      boolean isExact = SampleTruth.isExact(size(), queries.length);
      truth =
          isExact
              ? SampleTruth.exact(leaves, space, queries, k)
              : SampleTruth.found(fused(queries, k, SampleTruth.width(ef)));
      truthEf = isExact ? Integer.MAX_VALUE : Math.max(ef, SampleTruth.LEAST_EF);
      truthK = k;
    }
  }

  private float[][] fused(float[][] asked, int k, int width) throws IOException {
    float[][] distances = new float[asked.length][];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = fused(asked[i], k, width);
    }
    return distances;
  }

  /** Searches with some of the queries. */
  final class Measurement {
    private final int k;
    private final float[][] asked;

    private Measurement(int k, float[][] asked) {
      this.k = k;
      this.asked = asked;
    }

    /** For each query, what part of its k nearest the search of hnswlib finds. */
    double[] exactBeam(int ef) throws IOException {
      float[][] distances = new float[asked.length][];
      for (int i = 0; i < asked.length; i++) {
        distances[i] = exact(asked[i], ef, k);
      }
      return truth.recall(distances, k);
    }

    /** For each query, what part of its k nearest the fused search finds. */
    double[] fusedBeam(int width) throws IOException {
      return truth.recall(fused(asked, k, width), k);
    }
  }

  /** The distances of the nearest found by the search of hnswlib, smallest first. */
  private float[] exact(float[] query, int ef, int k) throws IOException {
    float[] distances = new float[k * leaves.size()];
    int count = 0;
    for (int i = 0; i < leaves.size(); i++) {
      TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
      RandomVectorScorer scorer = new Distances(leaves.get(i).vectors(), query);
      HnswGraphSearcher.search(scorer, collector, links.get(i), null);
      ScoreDoc[] hits = collector.topDocs().scoreDocs;
      for (int j = 0; j < Math.min(k, hits.length); j++) {
        distances[count++] = -hits[j].score;
      }
    }
    Arrays.sort(distances, 0, count);
    return Arrays.copyOf(distances, Math.min(k, count));
  }

  /** The distances of the nearest found by the fused search, smallest first. */
  private float[] fused(float[] query, int k, int width) throws IOException {
    float[] distances = new float[k];
    int count = 0;
    for (Leaf leaf : leaves) {
      FloatVectorValues vectors = leaf.vectors();
      NearestCollector found = search(leaf, query, Math.min(k, vectors.size()), width);
      int hits = found.finish();
      if (count + hits > distances.length) {
        distances = Arrays.copyOf(distances, Math.max(2 * distances.length, count + hits));
      }
      for (int i = 0; i < hits; i++) {
        distances[count++] = Spaces.distance(space, query, leaf.vector(vectors, found.doc(i)));
      }
    }
    Arrays.sort(distances, 0, count);
    return Arrays.copyOf(distances, Math.min(k, count));
  }

  private NearestCollector search(Leaf leaf, float[] query, int k, int width) throws IOException {
    NearestCollector collector = new NearestCollector(k, new EfSearch(width));
    AcceptDocs any = AcceptDocs.fromLiveDocs(null, leaf.reader().maxDoc());
    leaf.reader().searchNearestVectors(Fields.VECTOR, query, collector, any);
    visited += collector.visitedCount();
    return collector;
  }

  /** Scores that are distances, negated. */
  private final class Distances implements RandomVectorScorer {
    private final FloatVectorValues vectors;
    private final float[] query;

    private Distances(FloatVectorValues vectors, float[] query) {
      this.vectors = vectors;
      this.query = query;
    }

    @Override
    public float score(int node) throws IOException {
      return -Spaces.distance(space, query, vectors.vectorValue(node));
    }

    @Override
    public int maxOrd() {
      return vectors.size();
    }
  }
}
