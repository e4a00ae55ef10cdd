/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ObjIntConsumer;
import java.util.stream.LongStream;
import org.junit.Test;

/** The kernels of the beam, against sorting and against the scalar ones. */
public class BeamKernelTest {
  private static final List<BeamKernels> ALL = List.of(new ScalarBeamKernels(), BeamKernels.best());

  private final Random random = new Random(5);

  @Test
  public void mergesAsSortingDoes() {
    for (int round = 0; round < 20_000; round++) {
      int room = 1 + random.nextInt(round % 10 == 0 ? 400 : 70);
      int size = random.nextInt(room + 1);
      check(room, numbers(size), numbers(random.nextInt(round % 7 == 0 ? 170 : 10)));
    }
  }

  @Test
  public void mergesEqualNumbers() {
    for (int round = 0; round < 5_000; round++) {
      int room = 1 + random.nextInt(40);
      long[] old = random.longs(random.nextInt(room + 1), -3, 3).toArray();
      long[] added = random.longs(random.nextInt(100), -3, 3).toArray();
      check(room, old, added);
    }
  }

  @Test
  public void mergesIntoNothingAndBesideTheLeastAndLargest() {
    check(1, new long[0], new long[] {5});
    check(8, new long[0], numbers(8));
    check(70, numbers(70), new long[] {Long.MIN_VALUE});
    check(70, numbers(70), new long[] {Long.MAX_VALUE - 1});
    check(3, new long[] {1, 2, 3}, new long[] {4, 5, 6, 7, 8, 9, 10, 11, 12});
  }

  /** Both, whatever this processor has: vectors that it lacks are made of arrays, slowly. */
  @Test
  public void networksOfBothWidthsMergeAsSortingDoes() {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    for (int round = 0; round < 300; round++) {
      checkNetwork(
          PanamaMergeNetwork.RUN, PanamaMergeNetwork::sort, PanamaMergeNetwork::insert, round);
      checkNetwork(
          PanamaWideMergeNetwork.RUN,
          PanamaWideMergeNetwork::sort,
          PanamaWideMergeNetwork::insert,
          round);
    }
  }

  private interface Insertion {
    void insert(long[] run, int first, long[] sorted, int from, int size, int end);
  }

  private void checkNetwork(int length, ObjIntConsumer<long[]> sort, Insertion network, int round) {
    long[] run = round % 2 == 0 ? numbers(length) : random.longs(length, -3, 3).toArray();
    int first = random.nextInt(5);
    long[] added = new long[first + length];
    System.arraycopy(run, 0, added, first, length);
    sort.accept(added, first);
    Arrays.sort(run);
    assertArrayEquals(run, Arrays.copyOfRange(added, first, added.length));
    int size = random.nextInt(100);
    long[] old = round % 2 == 0 ? numbers(size) : random.longs(size, -3, 3).toArray();
    Arrays.sort(old);
    long[] sorted = new long[size + length + BeamKernels.MARGIN];
    Arrays.fill(sorted, Long.MAX_VALUE);
    System.arraycopy(old, 0, sorted, 0, size);
    int end = size + random.nextInt(length + 1);
    network.insert(added, first, sorted, 0, size, end);
    long[] expected =
        LongStream.concat(Arrays.stream(old), Arrays.stream(run)).sorted().limit(end).toArray();
    assertArrayEquals(expected, Arrays.copyOf(sorted, end));
  }

  private long[] numbers(int count) {
    return random.longs(count, Long.MIN_VALUE, Long.MAX_VALUE).toArray();
  }

  private static void check(int room, long[] old, long[] added) {
    long[] expected =
        LongStream.concat(Arrays.stream(old), Arrays.stream(added)).sorted().limit(room).toArray();
    for (BeamKernels kernels : ALL) {
      long[] sorted = new long[room + BeamKernels.MARGIN];
      Arrays.fill(sorted, Long.MAX_VALUE);
      System.arraycopy(old, 0, sorted, 0, old.length);
      Arrays.sort(sorted, 0, old.length);
      long[] copy = Arrays.copyOf(added, added.length + BeamKernels.MARGIN);
      int size = kernels.merge(sorted, old.length, room, copy, added.length);
      String name = kernels.getClass().getSimpleName();
      assertEquals(name, expected.length, size);
      assertArrayEquals(name, expected, Arrays.copyOf(sorted, size));
      for (int i = size; i < size + BeamKernels.MARGIN; i++) {
        assertEquals(name, Long.MAX_VALUE, sorted[i]);
      }
    }
  }
}
