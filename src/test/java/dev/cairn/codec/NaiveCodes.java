/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Random;

/**
 * What {@code docs/format.md} says of codes, factors and estimates, computed from the vectors in
 * double precision, each formula as it stands there.
 */
final class NaiveCodes {
  private final boolean isInnerProduct;
  private final boolean isAngular;
  private final int length;
  private final double[][] rotated;
  private final double[] rawLengths;

  NaiveCodes(int similarity, float[][] vectors) {
    this.isInnerProduct = similarity == 1 || similarity == 3;
    this.isAngular = similarity == 2;
    this.length = (vectors[0].length + 63) / 64 * 64;
    this.rotated = new double[vectors.length][];
    this.rawLengths = new double[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      double[] p = new double[length];
      for (int j = 0; j < vectors[i].length; j++) {
        p[j] = vectors[i][j];
      }
      rawLengths[i] = Math.sqrt(dot(p, p));
      for (int j = 0; j < length && isAngular && rawLengths[i] > 0; j++) {
        p[j] /= rawLengths[i];
      }
      rotated[i] = rotate(p);
    }
  }

  /** Checks every block of a segment. */
  void check(DocumentedSegment segment, Random random) {
    double[] query = new double[length];
    for (int i = 0; i < segment.dimension; i++) {
      query[i] = random.nextGaussian();
    }
    double[] q = rotate(query);
    double edges = 0;
    double error = 0;
    double absolute = 0;
    for (DocumentedSegment.Layer layer : segment.layers) {
      for (int i = 0; i < layer.size(); i++) {
        DocumentedSegment.Block block = layer.block(i);
        double[] p = rotated[block.ordinal()];
        checkNode(block, p, q);
        for (int slot = 0; slot < block.count(); slot++) {
          double[] o = rotated[layer.block(block.neighbour(slot)).ordinal()];
          checkEdge(block, slot, p, o);
          double e = error(block, slot, p, o, q);
          edges++;
          error += e;
          absolute += Math.abs(e);
        }
      }
    }
    checkCentredCodes(segment, q);
    assertTrue("bias " + error / edges, Math.abs(error / edges) < 0.3 / Math.sqrt(length));
    assertTrue("mean error " + absolute / edges, absolute / edges < 1 / Math.sqrt(length));
  }

  private void checkNode(DocumentedSegment.Block block, double[] p, double[] q) {
    double raw = rawLengths[block.ordinal()];
    double factor = isInnerProduct ? 1 / (raw * raw) : isAngular ? 1 / raw : 0;
    close(raw > 0 ? factor : 0, block.nodeFactor(), 1e-5, 0);
    double squared = dot(p, p);
    close(squared, block.squaredLength(), 1e-5, 0);
    double largest = 0;
    for (double x : p) {
      largest = Math.max(largest, Math.abs(x));
    }
    int most = length <= 128 ? 32767 : 127;
    double product = 0;
    double own = 0;
    for (int i = 0; i < length; i++) {
      int v = block.own(i);
      double exact = largest > 0 ? p[i] / largest * most : 0;
      // to the nearest integer, but for what single precision leaves open
      assertEquals(exact, v, 0.5 + 1e-5 * most);
      product += p[i] * v;
      own += q[i] * v;
    }
    close(product > 0 ? squared / product : 0, block.ownFactor(), 1e-5, 0);
    double bound = (most == 127 ? 0.01 : 0.0001) * Math.sqrt(squared * dot(q, q));
    assertEquals(dot(q, p), own * block.ownFactor(), bound);
  }

  private void checkEdge(DocumentedSegment.Block block, int slot, double[] p, double[] o) {
    double squared = 0;
    double absolute = 0;
    double along = 0;
    double inner = 0;
    // where the neighbour may stand as its own code has it, components are off by half a unit
    double unit = length <= 128 ? 0 : Math.max(largest(o), largest(p)) / 127;
    for (int i = 0; i < length; i++) {
      double r = o[i] - p[i];
      boolean isPositive = block.isPositive(slot, i);
      if (Math.abs(r) > 0.51 * unit + 1e-4) {
        assertEquals("dimension " + i, r > 0, isPositive);
      }
      squared += r * r;
      absolute += Math.abs(r);
      along += isPositive ? p[i] : -p[i];
      inner += p[i] * r;
    }
    if (squared == 0) {
      assertEquals(0, block.addBits(slot));
      assertEquals(0, block.scaleBits(slot));
      return;
    }
    double ratio = squared / absolute;
    double decoded = 2 * unit * (ratio * Math.sqrt(length) + Math.sqrt(dot(p, p)));
    // bfloat16 keeps 8 bits, of which the last is rounded
    double precision = (length <= 128 ? 1 : 2) * 0x1p-8 * 1.001;
    if (isInnerProduct) {
      // a small difference of large sums of single precision
      double rounding = 1e-5 * (Math.abs(inner) + Math.abs(ratio * along)) + decoded;
      close(ratio * along - inner, block.add(slot), precision, rounding);
      close(-ratio, block.scale(slot), precision, 0);
    } else {
      double rounding = 1e-5 * (squared + Math.abs(2 * ratio * along)) + 2 * decoded;
      close(squared + 2 * ratio * along, block.add(slot), precision, rounding);
      close(-2 * ratio, block.scale(slot), precision, 0);
    }
  }

  private void checkCentredCodes(DocumentedSegment segment, double[] q) {
    DocumentedSegment.CentredCodes codes = segment.centredCodes;
    DocumentedSegment.Layer bottom = segment.layers[0];
    double[] c = new double[length];
    double[] mean = new double[length];
    for (int i = 0; i < length; i++) {
      c[i] = codes.centroid(i);
      for (int node = 0; node < bottom.size(); node++) {
        DocumentedSegment.Block block = bottom.block(node);
        mean[i] += (double) block.own(i) * block.ownFactor() / bottom.size();
      }
      assertEquals(mean[i], c[i], 1e-5);
    }
    double error = 0;
    for (int node = 0; node < bottom.size(); node++) {
      error += checkCentredCode(segment, node, c, q);
    }
    double meanError = error / bottom.size();
    assertTrue("mean error " + meanError, meanError < 1 / Math.sqrt(length));
  }

  /** Checks a row; returns the error of its estimate, in units of what it is proportional to. */
  private double checkCentredCode(DocumentedSegment segment, int node, double[] c, double[] query) {
    DocumentedSegment.CentredCodes codes = segment.centredCodes;
    DocumentedSegment.Block block = segment.layers[0].block(node);
    double[] q = query.clone();
    for (int i = 0; i < length && isAngular; i++) {
      q[i] /= Math.sqrt(dot(query, query));
    }
    double beta = isInnerProduct ? dot(q, c) / dot(c, c) : 1;
    double squared = 0;
    double absolute = 0;
    double inner = 0;
    double sum = 0;
    double rest = 0;
    double key = 0;
    for (int i = 0; i < length; i++) {
      double p = (double) block.own(i) * block.ownFactor();
      double r = p - c[i];
      boolean isPositive = codes.isPositive(node, i);
      if (Math.abs(r) > 1e-6) {
        assertEquals("dimension " + i, r >= 0, isPositive);
      }
      squared += r * r;
      absolute += Math.abs(r);
      inner += c[i] * r;
      double component = q[i] - beta * c[i];
      sum += isPositive ? component : -component;
      rest += component * component;
      key += isInnerProduct ? -q[i] * p : (q[i] - p) * (q[i] - p);
    }
    double ratio = squared > 0 ? squared / absolute : 0;
    double rounding = (double) block.ownFactor() * block.ownFactor() * length / 12;
    close(isInnerProduct ? -inner : squared - rounding, codes.add(node), 1e-4, 1e-5);
    close(isInnerProduct ? ratio : 2 * ratio, codes.scale(node), 1e-4, 0);
    codes.checkPadding(node);
    double constant = isInnerProduct ? -dot(q, c) : rest;
    double estimate = constant + beta * codes.add(node) - codes.scale(node) * sum;
    return squared > 0
        ? Math.abs(estimate - key) / Math.sqrt(squared * rest) / (isInnerProduct ? 1 : 2)
        : 0;
  }

  private static double largest(double[] x) {
    double largest = 0;
    for (double component : x) {
      largest = Math.max(largest, Math.abs(component));
    }
    return largest;
  }

  /** The error of an estimate, as a fraction of the lengths whose product it estimates. */
  private double error(
      DocumentedSegment.Block block, int slot, double[] p, double[] o, double[] q) {
    double s = 0;
    double residual = 0;
    double fromNode = 0;
    double factor = block.nodeFactor();
    double key = isInnerProduct ? -dot(q, p) : squaredL2(q, p);
    double beta = isInnerProduct ? -key * factor : 1;
    for (int i = 0; i < length; i++) {
      s += block.isPositive(slot, i) ? q[i] : -q[i];
      residual += (o[i] - p[i]) * (o[i] - p[i]);
      double d = q[i] - beta * p[i];
      fromNode += d * d;
    }
    double exact = isInnerProduct ? -dot(q, o) : squaredL2(q, o);
    double estimate = key + beta * block.add(slot) + block.scale(slot) * s;
    double size = (isInnerProduct ? 1 : 2) * Math.sqrt(residual * fromNode);
    if (size == 0) {
      assertEquals(exact, estimate, 1e-9);
      return 0;
    }
    return (estimate - exact) / size;
  }

  private static void close(double expected, float actual, double relative, double absolute) {
    assertEquals(expected, actual, Math.abs(expected) * relative + absolute);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double squaredL2(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  /** The rotation, its transforms written as the matrices they are. */
  private static double[] rotate(double[] vector) {
    int n = vector.length;
    int power = Integer.highestOneBit(n);
    double[] x = vector.clone();
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < n; i++) {
        long output = splitMix(0x43616972L * n, round * (n / 64) + i / 64 + 1);
        if ((output >>> (i % 64) & 1) == 1) {
          x[i] = -x[i];
        }
      }
      int start = round % 2 == 0 ? 0 : n - power;
      double[] y = x.clone();
      for (int j = 0; j < power; j++) {
        double sum = 0;
        for (int k = 0; k < power; k++) {
          sum += Integer.bitCount(j & k) % 2 == 0 ? x[start + k] : -x[start + k];
        }
        y[start + j] = sum / Math.sqrt(power);
      }
      x = y;
      if (round % 2 == 1 && power < n) {
        x = y.clone();
        for (int i = 0; i < n / 2; i++) {
          x[i] = (y[i] + y[i + n / 2]) / Math.sqrt(2);
          x[i + n / 2] = (y[i] - y[i + n / 2]) / Math.sqrt(2);
        }
      }
    }
    return x;
  }

  /** The output of a number, counted from 1, of SplitMix64. */
  private static long splitMix(long seed, long number) {
    long z = seed + number * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
