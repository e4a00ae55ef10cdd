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
 * search of hnswlib, which computes the distance of every neighbour, over the links of the same
 * graph at the ef asked for, and by the fused search at several widths. The smallest width at which
 * the fused search finds at least as many of the nearest is used from then on, with a margin of one
 * standard error. Where hnswlib's search misses so little that the sample cannot tell, the width is
 * twice that of half the ef. It is measured for an ef when that is first used, and again when the
 * largest segment has grown or shrunk by half.
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

  private final Space space;
  private final long seed;
  private final Map<Long, Integer> measured = new ConcurrentHashMap<>();
  private volatile BeamSample sample;
  private volatile long measuredSize;

  BeamWidths(Space space, long seed) {
    this.space = space;
    this.seed = seed;
  }

  /** The width for k answers as good as hnswlib's at an ef. */
  int width(IndexView view, int ef, int k) throws IOException {
    int asked = Math.max(ef, k);
    Leaf largest = view.largest();
    if (largest == null || asked >= largest.reader().maxDoc()) {
      return asked;
    }
    long size = largest.reader().maxDoc();
    if (2 * size > 3 * measuredSize || 2 * measuredSize > 3 * size) {
      restart(size);
    }
    int measuredK = k <= DEFAULT_K ? DEFAULT_K : Math.min(k, LARGEST_K);
    long key = (long) asked << 32 | measuredK;
    Integer known = measured.get(key);
    if (known == null) {
      known = measure(largest, asked, measuredK, key);
    }
    return known;
  }

  private synchronized void restart(long size) {
    measured.clear();
    sample = null;
    measuredSize = size;
  }

  private synchronized int measure(Leaf leaf, int ef, int k, long key) throws IOException {
    Integer known = measured.get(key);
    if (known != null) {
      return known;
    }
    if (sample == null || sample.leaf() != leaf) {
      sample = BeamSample.of(leaf, space, seed);
    }
    int width = sample == null ? ef : find(sample, ef, k);
    measured.put(key, width);
    return width;
  }

  private static int find(BeamSample sample, int ef, int k) throws IOException {
    int halvings = 0;
    while (ef >> (halvings + 1) >= k) {
      halvings++;
    }
    // small ones first: they are cheap, and where a sample tells nothing it tells no more later
    double[] wanted = sample.exactBeam(ef >> halvings, k);
    while (halvings > 0) {
      double[] next = sample.exactBeam(ef >> (halvings - 1), k);
      if (missed(next, k) < TELLING) {
        break;
      }
      wanted = next;
      halvings--;
    }
    long width = (long) search(sample, wanted, ef >> halvings, k) << halvings;
    return (int) Math.min(CairnHnswParameters.MAX_EF_SEARCH, width);
  }

  private static double missed(double[] recall, int k) {
    double missed = 0;
    for (double part : recall) {
      missed += k * (1 - part);
    }
    return missed;
  }

  private static int search(BeamSample sample, double[] wanted, int ef, int k) throws IOException {
    // halves the range of widths from k to the widest, on a logarithmic scale
    int low = 0;
    int high = (int) Math.ceil(Math.log((double) MOST * ef / k) / Math.log(STEP));
    while (low < high) {
      int middle = (low + high) / 2;
      if (isAsGood(sample.fusedBeam(width(k, middle), ef, k), wanted)) {
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
}
