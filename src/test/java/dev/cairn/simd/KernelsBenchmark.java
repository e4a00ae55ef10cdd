/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds of each kernel on data that stays in the first cache, so that what is measured is the
 * arithmetic alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector"})
public class KernelsBenchmark {
  private static final float THRESHOLD = 0f;

  /** Number of dimensions, a multiple of 64. */
  @Param({"128", "384", "768", "1536"})
  public int dimension;

  /** Which kernels. */
  @Param({"best", "scalar"})
  public String implementation;

  private VectorKernels kernels;
  private Arena arena;
  private MemorySegment floats;
  private MemorySegment shorts;
  private MemorySegment bytes;
  private MemorySegment codes;
  private MemorySegment factors;
  private float[] query;
  private float[] scratchVector;
  private float[] signs;
  private byte[] byteQuery;
  private byte[] table;
  private long[] bits;
  private int transformLength;

  private final int[] sums = new int[VectorKernels.PASS];
  private final short[] scratch = new short[VectorKernels.PASS];
  private final float[] keys = new float[VectorKernels.PASS];

  /** Makes up vectors, codes and tables. */
  @Setup
  public void prepare() {
    kernels = implementation.equals("best") ? VectorKernels.best() : new ScalarKernels();
    arena = Arena.ofShared();
    Random random = new Random(7);
    int groups = dimension / VectorKernels.GROUP_DIMENSIONS;
    floats = arena.allocate((long) dimension * Float.BYTES, 64);
    shorts = arena.allocate((long) dimension * Short.BYTES, 64);
    bytes = arena.allocate(dimension, 64);
    codes = arena.allocate((long) groups * VectorKernels.GROUP_BYTES, 64);
    factors = arena.allocate(2L * VectorKernels.PASS * Short.BYTES, 64);
    query = new float[dimension];
    signs = new float[dimension];
    byteQuery = new byte[dimension];
    for (int i = 0; i < dimension; i++) {
      query[i] = (float) random.nextGaussian();
      signs[i] = random.nextBoolean() ? 1 : -1;
      floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
      shorts.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) random.nextInt());
    }
    random.nextBytes(byteQuery);
    fill(bytes, random);
    fill(codes, random);
    // bfloat16 of 1.0: any finite factors will do
    for (int i = 0; i < 2 * VectorKernels.PASS; i++) {
      factors.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) 0x3f80);
    }
    table = new byte[groups * VectorKernels.GROUP_BYTES];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) random.nextInt(VectorKernels.MAX_ENTRY + 1);
    }
    scratchVector = query.clone();
    bits = new long[dimension / Long.SIZE];
    transformLength = Integer.highestOneBit(dimension);
  }

  private static void fill(MemorySegment segment, Random random) {
    for (long i = 0; i < segment.byteSize(); i++) {
      segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
  }

  /** Frees the memory. */
  @TearDown
  public void release() {
    arena.close();
  }

  /** Inner product of float32 numbers. */
  @Benchmark
  public float dotFloats() {
    return kernels.dot(query, floats, 0, dimension);
  }

  /** Squared distance of float32 numbers. */
  @Benchmark
  public float squaredL2Floats() {
    return kernels.squaredL2(query, floats, 0, dimension);
  }

  /** Inner product of signed bytes. */
  @Benchmark
  public int dotOfBytes() {
    return kernels.dot(byteQuery, bytes, 0, dimension);
  }

  /** Inner product of float32 numbers and signed bytes. */
  @Benchmark
  public float dotFloatsWithBytes() {
    return kernels.dotBytes(query, bytes, 0, dimension);
  }

  /** Inner product of float32 numbers and 16-bit integers. */
  @Benchmark
  public float dotFloatsWithShorts() {
    return kernels.dotShorts(query, shorts, 0, dimension);
  }

  /** FastScan: 32 neighbours by table look-up. */
  @Benchmark
  public int[] fastScan() {
    kernels.accumulate(codes, 0, dimension / 4, table, sums, scratch);
    return sums;
  }

  /** From the sums of FastScan to 32 estimated keys. */
  @Benchmark
  public int estimate() {
    return kernels.estimate(
        sums, factors, 0, VectorKernels.PASS * Short.BYTES, 1f, 1f, .01f, -1f, THRESHOLD, keys);
  }

  /** The table that FastScan looks up, once for a query. */
  @Benchmark
  public byte[] fillTable() {
    kernels.fillTable(query, dimension, 4f, table);
    return table;
  }

  /** One Hadamard transform, of which a rotation has four. */
  @Benchmark
  public float[] hadamard() {
    System.arraycopy(query, 0, scratchVector, 0, dimension);
    kernels.hadamard(scratchVector, 0, transformLength);
    return scratchVector;
  }

  /** Random signs, as often as Hadamard transforms in a rotation. */
  @Benchmark
  public float[] flipSigns() {
    kernels.flipSigns(scratchVector, signs, dimension);
    return scratchVector;
  }

  /** The mixing step of a rotation. */
  @Benchmark
  public float[] rotatePairs() {
    System.arraycopy(query, 0, scratchVector, 0, dimension);
    kernels.rotatePairs(scratchVector, dimension);
    return scratchVector;
  }

  /** Signs of a rotated vector, for its code. */
  @Benchmark
  public float signs() {
    return kernels.signs(query, dimension, bits);
  }

  /** Sum of a vector under the signs of a code. */
  @Benchmark
  public float signedSum() {
    return kernels.signedSum(query, dimension, bits);
  }
}
