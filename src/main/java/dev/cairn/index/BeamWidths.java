/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How wide the beam must be for answers as good as hnswlib's at some ef. Estimates are noisier than
 * distances, so that more nodes must be looked at, but the fused search also looks at more of them
 * by itself where estimates are poor; what that comes to depends on the data, and is measured.
 *
 * <p>The rule: queries are made from the elements of the largest segment. Each is answered by the
 * search of hnswlib, which computes the distance of every neighbour, over the links of each graph
 * at the ef asked for, and by the fused search over the same graphs at several widths. The smallest
 * width at which the fused search finds at least as large a part of the nearest is used from then
 * on, with a margin of one standard error. Where hnswlib's search misses so little that the sample
 * cannot tell, the width is twice that of half the ef. Where so wide a beam costs more than to
 * compute all distances, they are computed. It is measured for an ef when that is first used, and
 * again when the index or its largest segment has grown or shrunk by half.
 */
final class BeamWidths {
  /** The widths that are tried are so far apart. */
  private static final double STEP = 1.12;

  /** A sample tells something of an ef with which hnswlib's search misses so many in all. */
  private static final int TELLING = 16;

  /** The widest that is tried, as a multiple of ef. */
  private static final int MOST = 16;

  /** hnswlib's promise is made for so many, or for as many as are asked for. */
  private static final int DEFAULT_K = 10;

  private static final int LARGEST_K = 100;

  /** So many distances take about as long as a hop, from memory and from the processor's caches. */
  private static final int DISTANCES_PER_HOP = 6;

  private static final int CACHED_DISTANCES_PER_HOP = 18;

  private static final long CACHE_BYTES = 24 << 20;

  private final Space space;
  private final long seed;
  private final Map<Long, Integer> measured = new ConcurrentHashMap<>();
  private volatile BeamSample sample;
  private volatile long largestMeasured;
  private volatile long allMeasured;

  BeamWidths(Space space, long seed) {
    this.space = space;
    this.seed = seed;
  }

  /** The width for k answers as good as hnswlib's at an ef. */
  int width(IndexView view, int ef, int k) throws IOException {
    int asked = Math.max(ef, k);
    Leaf largest = view.largest();
    if (largest == null || asked >= largest.vectorCount()) {
      return asked;
    }
    long size = largest.vectorCount();
    long all = view.getIndexReader().maxDoc();
    if (differs(size, largestMeasured) || differs(all, allMeasured)) {
      restart(size, all);
    }
    int measuredK = k <= DEFAULT_K ? DEFAULT_K : Math.min(k, LARGEST_K);
    Integer known = measured.get(key(asked, measuredK));
    return known == null ? measure(view, asked, measuredK) : known;
  }

  private static boolean differs(long size, long before) {
    return 2 * size > 3 * before || 2 * before > 3 * size;
  }

  private static long key(int ef, int k) {
    return (long) ef << 32 | k;
  }

  private synchronized void restart(long largest, long all) {
    measured.clear();
    sample = null;
    largestMeasured = largest;
    allMeasured = all;
  }

  private synchronized int measure(IndexView view, int ef, int k) throws IOException {
    Integer known = measured.get(key(ef, k));
    if (known != null) {
      return known;
    }
    if (sample == null || !sample.isOf(view)) {
      sample = BeamSample.of(view, space, seed);
    }
    int width = sample == null ? ef : orAll(view, find(ef, k), k);
    measured.put(key(ef, k), width);
    return width;
  }

  private int find(int ef, int k) throws IOException {
    int halvings = 0;
    while (ef >> (halvings + 1) >= k) {
      halvings++;
    }
    sample.ensureTruth(ef, k); // the same for all that follows
    // small ones first: they are cheap, and where a sample tells nothing it tells no more later
    BeamSample.Measurement measurement = sample.measure(ef >> halvings, k);
    double[] wanted = measurement.exactBeam(ef >> halvings);
    while (halvings > 0) {
      BeamSample.Measurement next = sample.measure(ef >> (halvings - 1), k);
      double[] more = next.exactBeam(ef >> (halvings - 1));
      if (missed(more, k) < TELLING) {
        break;
      }
      measurement = next;
      wanted = more;
      halvings--;
    }
    long width = (long) search(measurement, wanted, ef >> halvings, k) << halvings;
    return (int) Math.min(CairnHnswParameters.MAX_EF_SEARCH, width);
  }

  private static double missed(double[] recall, int k) {
    double missed = 0;
    for (double part : recall) {
      missed += k * (1 - part);
    }
    return missed;
  }

  private static int search(BeamSample.Measurement measurement, double[] wanted, int ef, int k)
      throws IOException {
    // halves the range of widths from k to the widest, on a logarithmic scale
    int low = 0;
    int high = (int) Math.ceil(Math.log((double) MOST * ef / k) / Math.log(STEP));
    while (low < high) {
      int middle = (low + high) / 2;
      if (isAsGood(measurement.fusedBeam(width(k, middle)), wanted)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return width(k, low);
  }

  private static int width(int k, int steps) {
    return (int) Math.min(CairnHnswParameters.MAX_EF_SEARCH, Math.ceil(k * Math.pow(STEP, steps)));
  }

  /** Whether the mean difference is above zero, by a standard error. */
  private static boolean isAsGood(double[] found, double[] wanted) {
    int n = found.length;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += (found[i] - wanted[i]) / n;
    }
    double variance = 0;
    for (int i = 0; i < n; i++) {
      double deviation = found[i] - wanted[i] - mean;
      variance += deviation * deviation / n;
    }
    return mean >= Math.sqrt(variance / n);
  }

  /** As wide as the index, where that costs less: all distances are computed then. */
  private int orAll(IndexView view, int width, int k) throws IOException {
    long size = sample.size();
    long bytes = size * Float.BYTES * view.largest().vectors().dimension();
    int perHop = bytes <= CACHE_BYTES ? CACHED_DISTANCES_PER_HOP : DISTANCES_PER_HOP;
    boolean isAllCheaper = sample.hops(width, k) * perHop >= size;
    return isAllCheaper ? (int) Math.min(CairnHnswParameters.MAX_EF_SEARCH, size) : width;
  }
}
