/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import dev.cairn.graph.Layer;
import dev.cairn.quantization.EdgeEncoder;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.Metric;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Computes codes and factors of a sample of nodes again from their vectors. They are functions of
 * the vectors alone, up to rounding, which differs between kernels: so numbers are compared within
 * what rounding explains, and vectors too near to each other or too large are passed over.
 */
final class CodeCheck {
  /** Rounding of a bfloat16, twice. */
  private static final double RELATIVE = 0.01;

  /** Rounding of sums of floats, amply. */
  private static final double ROUNDING = 1e-4;

  /** Deviation of a sum over an own code in units of it, amply: one of the two may be decoded. */
  private static final double ALONG = 2;

  /** How much of a residual the rounding of an own code that it was taken from may be, squared. */
  private static final double ROUNDED_SHARE = 1 / EdgeEncoder.PRECISION;

  /** Standard deviations that a multiplicative factor may be off by for such rounding. */
  private static final double DEVIATIONS = 16;

  /** Squared length of a residual, to that of the vectors, below which its signs are rounding. */
  private static final double NEAR = 1e-8;

  private final FieldGraph graph;
  private final Layer[] layers;
  private final Predicate<String> report;
  private final RawVectors vectors;
  private final EdgeEncoder encoder;
  private final int dimension;
  private final int codeLength;
  private final float[] node;
  private final float[] other;
  private final float[] rotated;
  private final long[] expectedBits;
  private final long[] bits;

  /** A block as it should be, beside the stored one: both are read by the same accessors. */
  private final MemorySegment expected;

  private long edges;

  /**
   * A check.
   *
   * @param report takes a problem, and says whether to go on
   */
  CodeCheck(FieldGraph graph, Layer[] layers, Predicate<String> report) throws IOException {
    this.graph = graph;
    this.layers = layers;
    this.report = report;
    Metric metric = Keys.metric(graph.meta().similarity());
    this.dimension = graph.meta().dimension();
    this.codeLength = Rotation.codeLength(dimension);
    this.vectors = RawVectors.stored(metric, dimension, graph.meta().encoding(), graph.openRows());
    this.encoder = new EdgeEncoder(metric, dimension);
    this.node = new float[dimension];
    this.other = new float[dimension];
    this.rotated = new float[codeLength];
    this.expectedBits = new long[codeLength / Long.SIZE];
    this.bits = new long[codeLength / Long.SIZE];
    int bytes =
        Arrays.stream(layers).mapToInt(layer -> layer.layout().buildBytes()).max().orElse(0);
    this.expected = Arena.ofAuto().allocate(bytes);
  }

  /** Checks some nodes of each level, or all where there are no more; returns how many edges. */
  long run(int samples, long seed) throws IOException {
    Random random = new Random(seed);
    for (int level = 0; level < layers.length; level++) {
      PrimitiveIterator.OfInt sample = GraphCheck.sample(layers[level].size(), samples, random);
      while (sample.hasNext()) {
        int index = sample.nextInt();
        String problem = checkNode(layers[level], index);
        if (problem != null
            && !report.test("level " + level + ", node " + index + ": " + problem)) {
          return edges;
        }
      }
    }
    return edges;
  }

  private String checkNode(Layer layer, int index) throws IOException {
    FusedBlockLayout layout = layer.layout();
    layer.blocks().seek(index);
    MemorySegment segment = layer.blocks().segment();
    long block = layer.blocks().offset();
    int ordinal = layout.ordinal(segment, block);
    vectors.load(ordinal, node);
    float factor = vectors.nodeFactor(ordinal);
    double squared = squaredLength(node);
    if (squared > Float.MAX_VALUE) {
      return null;
    }
    encoder.setNode(node);
    layout.setOwn(expected, 0, encoder.own());
    if (isOff(layout.nodeFactor(segment, block), factor, RELATIVE * factor)) {
      return "node factor " + layout.nodeFactor(segment, block) + ", by the vector " + factor;
    }
    float length = layout.squaredLength(segment, block);
    if (isOff(length, squared, RELATIVE * squared)) {
      return "squared length " + length + ", by the vector " + squared;
    }
    float ownFactor = layout.ownFactor(segment, block);
    if (isOff(ownFactor, layout.ownFactor(expected, 0), RELATIVE * ownFactor)) {
      return "factor of own code " + ownFactor + ", not " + layout.ownFactor(expected, 0);
    }
    for (int i = 0; i < codeLength; i++) {
      if (Math.abs(layout.own(segment, block, i) - layout.own(expected, 0, i)) > 1) {
        return "component " + i + " of the own code";
      }
    }
    int count = layout.count(segment, block);
    for (int slot = 0; slot < count; slot++) {
      String problem = checkEdge(layer, index, slot, squared);
      if (problem != null) {
        return "slot " + slot + ": " + problem;
      }
    }
    return null;
  }

  private String checkEdge(Layer layer, int index, int slot, double squared) throws IOException {
    FusedBlockLayout layout = layer.layout();
    layer.blocks().seek(index);
    int neighbour = layout.neighbour(layer.blocks().segment(), layer.blocks().offset(), slot);
    layer.blocks().seek(neighbour);
    int ordinal = layout.ordinal(layer.blocks().segment(), layer.blocks().offset());
    float unit =
        Math.max(
            layout.ownFactor(layer.blocks().segment(), layer.blocks().offset()),
            layout.ownFactor(expected, 0));
    vectors.load(ordinal, other);
    double residual = 0;
    for (int i = 0; i < dimension; i++) {
      double difference = (double) other[i] - node[i];
      residual += difference * difference;
    }
    double otherSquared = squaredLength(other);
    if (!(residual + otherSquared + squared < Float.MAX_VALUE / 1e6)
        || residual <= NEAR * (squared + otherSquared)) {
      return null;
    }
    edges++;
    encoder.encode(other);
    layout.setEdge(expected, 0, slot, 0, 0, encoder.forward());
    layer.blocks().seek(index);
    MemorySegment segment = layer.blocks().segment();
    long block = layer.blocks().offset();
    layout.code(segment, block, slot, bits);
    layout.code(expected, 0, slot, expectedBits);
    double share = Math.min(ROUNDED_SHARE, unit * unit * codeLength / 12 / residual);
    double rounded = Math.min(unit, Math.sqrt(12 * ROUNDED_SHARE * residual / codeLength));
    if (!Arrays.equals(bits, expectedBits)) {
      rotateResidual();
    }
    int flipped = 0;
    int wrong = 0;
    for (int i = 0; i < codeLength; i++) {
      if (((bits[i / Long.SIZE] ^ expectedBits[i / Long.SIZE]) >>> i & 1) != 0) {
        flipped++;
        wrong += Math.abs(rotated[i]) > rounded ? 1 : 0;
      }
    }
    // signs of components that are zero but for rounding
    if (wrong > 1 + codeLength / 32) {
      return wrong + " signs of the code to neighbour " + neighbour;
    }
    float scale = layout.scale(expected, 0, slot);
    float add = layout.add(expected, 0, slot);
    double length = Math.sqrt(squared);
    double summands = residual + Math.abs(scale) * length * Math.sqrt(codeLength);
    double tolerance =
        RELATIVE * Math.abs(add)
            + ROUNDING * summands
            + 2 * flipped * Math.abs(scale) * length
            + ALONG * unit * (Math.abs(scale) * Math.sqrt(codeLength) + length);
    double relative = RELATIVE + DEVIATIONS * Math.sqrt(share / codeLength);
    if (isOff(layout.scale(segment, block, slot), scale, relative * Math.abs(scale))) {
      return "multiplicative factor " + layout.scale(segment, block, slot) + ", not " + scale;
    }
    return isOff(layout.add(segment, block, slot), add, tolerance)
        ? "additive factor " + layout.add(segment, block, slot) + ", not " + add
        : null;
  }

  private void rotateResidual() {
    for (int i = 0; i < dimension; i++) {
      rotated[i] = other[i] - node[i];
    }
    Arrays.fill(rotated, dimension, codeLength, 0);
    Rotation.of(codeLength).apply(rotated);
  }

  private static boolean isOff(double found, double expected, double tolerance) {
    return !(Math.abs(found - expected) <= tolerance + Float.MIN_NORMAL);
  }

  private static double squaredLength(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    return sum;
  }
}
