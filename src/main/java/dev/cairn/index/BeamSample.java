/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.EfSearch;
import dev.cairn.codec.GraphLinks;
import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.util.Arrays;
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
 * Queries over one segment, to measure searches with. Elements themselves will not do, for their
 * own lists give the answers away; nor does what lies between elements, for it is nearer to them
 * than queries are. A query here is an element moved by the difference of two of its neighbours: as
 * far from the elements as they are from one another, and in the directions in which they vary.
 * (For 116,791 sentence embeddings the width that such queries ask for is within a fifth of what
 * held-out sentences need, at every ef from 10 to 400; for uniform random vectors, 256-d, it is up
 * to twice as wide as needed.)
 */
final class BeamSample {
  private static final int QUERIES = 256;

  /** Hops to spend on all queries of one measurement, and the fewest queries to ask. */
  private static final int BUDGET = 51_200;

  private static final int MIN_ASKED = 64;

  /** The answers that recall is measured by come from a beam so many times as wide. */
  private static final int TRUTH_FACTOR = 8;

  private static final int TRUTH_WIDTH = 800;

  /** The neighbours whose difference moves an element: the first of them, and how many. */
  private static final int FIRST_NEIGHBOUR = 5;

  private static final int NEIGHBOURS = 30;

  /** How far the difference moves it. */
  private static final float SHIFT = 1.5f;

  /** The width of the beam that finds them. */
  private static final int NEAR_WIDTH = 100;

  private final Leaf leaf;
  private final Space space;
  private final HnswGraph links;
  private final float[][] queries;
  private float[] truth = {};
  private int truthWidth;
  private int truthK;

  private BeamSample(Leaf leaf, Space space, HnswGraph links, float[][] queries) {
    this.leaf = leaf;
    this.space = space;
    this.links = links;
    this.queries = queries;
  }

  /** A sample of a segment, or null where its graph cannot be read. */
  static BeamSample of(Leaf leaf, Space space, long seed) throws IOException {
    LeafReader reader = FilterLeafReader.unwrap(leaf.reader());
    Optional<GraphLinks> links =
        reader instanceof CodecReader segment
            ? GraphLinks.of(segment, Fields.VECTOR)
            : Optional.empty();
    if (links.isEmpty()) {
      return null;
    }
    BeamSample sample =
        new BeamSample(leaf, space, links.get(), new float[Math.min(QUERIES, size(leaf))][]);
    sample.draw(new SplittableRandom(seed));
    return sample;
  }

  private static int size(Leaf leaf) {
    return leaf.reader().maxDoc();
  }

  Leaf leaf() {
    return leaf;
  }

  private void draw(SplittableRandom random) throws IOException {
    FloatVectorValues vectors = leaf.vectors();
    for (int i = 0; i < queries.length; i++) {
      float[] query = vectors.vectorValue(random.nextInt(size(leaf))).clone();
      ScoreDoc[] near = search(query, FIRST_NEIGHBOUR + NEIGHBOURS, NEAR_WIDTH).topDocs().scoreDocs;
      int first = Math.min(FIRST_NEIGHBOUR, near.length - 1);
      float[] from = vectors.vectorValue(pick(near, first, random)).clone();
      float[] to = vectors.vectorValue(pick(near, first, random));
      for (int d = 0; d < query.length; d++) {
        query[d] += SHIFT * (to[d] - from[d]);
      }
      queries[i] = Spaces.prepare(space, query);
    }
  }

  private static int pick(ScoreDoc[] near, int first, SplittableRandom random) {
    return near[first + random.nextInt(near.length - first)].doc;
  }

  /** How many of the queries are asked: wide beams take longer and differ less. */
  private int count(int width) {
    return Math.min(queries.length, Math.max(MIN_ASKED, BUDGET / width));
  }

  /** For each query, what part of its k nearest the search of hnswlib finds. */
  double[] exactBeam(int ef, int k) throws IOException {
    FloatVectorValues vectors = leaf.vectors();
    float[][] distances = new float[count(ef)][];
    for (int i = 0; i < distances.length; i++) {
      TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
      HnswGraphSearcher.search(new Distances(vectors, queries[i]), collector, links, null);
      ScoreDoc[] hits = collector.topDocs().scoreDocs;
      distances[i] = new float[Math.min(k, hits.length)];
      for (int j = 0; j < distances[i].length; j++) {
        distances[i][j] = -hits[j].score;
      }
    }
    return recall(distances, ef, k);
  }

  /** For each query, what part of its k nearest the fused search finds. */
  double[] fusedBeam(int width, int ef, int k) throws IOException {
    float[][] distances = new float[count(ef)][];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = fused(queries[i], k, width);
    }
    return recall(distances, ef, k);
  }

  private double[] recall(float[][] distances, int ef, int k) throws IOException {
    float[] farthest = farthest(ef, k);
    double[] recall = new double[distances.length];
    for (int i = 0; i < recall.length; i++) {
      int found = 0;
      for (float distance : distances[i]) {
        found += distance <= farthest[i] ? 1 : 0;
      }
      recall[i] = found / (double) k;
    }
    return recall;
  }

  /** The distance of the k-th nearest of each query, as a far wider beam finds it. */
  private float[] farthest(int ef, int k) throws IOException {
    int width = Math.max(TRUTH_WIDTH, TRUTH_FACTOR * ef);
    if (width != truthWidth || k != truthK || truth.length < count(ef)) {
      truth = new float[count(ef)];
      truthWidth = width;
      truthK = k;
      for (int i = 0; i < truth.length; i++) {
        float[] distances = fused(queries[i], k, width);
        truth[i] = distances[distances.length - 1];
      }
    }
    return truth;
  }

  /** The distances of the nearest found by the fused search, smallest first. */
  private float[] fused(float[] query, int k, int width) throws IOException {
    FloatVectorValues vectors = leaf.vectors();
    NearestCollector found = search(query, k, width);
    float[] distances = new float[found.finish()];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Spaces.distance(space, query, vectors.vectorValue(found.doc(i)));
    }
    Arrays.sort(distances);
    return Arrays.copyOf(distances, Math.min(k, distances.length));
  }

  private NearestCollector search(float[] query, int k, int width) throws IOException {
    NearestCollector collector = new NearestCollector(k, new EfSearch(width));
    AcceptDocs all = AcceptDocs.fromLiveDocs(null, size(leaf));
    leaf.reader().searchNearestVectors(Fields.VECTOR, query, collector, all);
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
