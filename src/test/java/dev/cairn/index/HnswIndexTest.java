/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.cairn.index.HnswIndex.Result;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What hnswlib's users expect of an index, in small. */
public class HnswIndexTest {
  private static final int DIMENSION = 16;
  private static final int COUNT = 800;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final float[][] vectors = vectors();

  private static float[][] vectors() {
    Random random = new Random(42);
    float[][] vectors = new float[COUNT][DIMENSION];
    for (float[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static HnswIndexBuilder builder() {
    return HnswIndex.builder(HnswIndex.Space.L2, DIMENSION)
        .maxElements(COUNT)
        .m(8)
        .efConstruction(60)
        .ef(50);
  }

  @Test
  public void findsTheNearestByTheirDistances() throws Exception {
    try (HnswIndex index = builder().build()) {
      index.addItems(vectors);
      assertEquals(COUNT, index.elementCount());
      int hits = 0;
      for (int q = 0; q < 50; q++) {
        float[] query = vectors[q];
        Result result = index.knnQuery(query, 5);
        long[] exact =
            IntStream.range(0, COUNT)
                .boxed()
                .sorted(Comparator.comparing(i -> distance(query, vectors[i])))
                .limit(5)
                .mapToLong(i -> i)
                .toArray();
        assertEquals(q, result.labels()[0]);
        for (int i = 0; i < 5; i++) {
          int label = (int) result.labels()[i];
          assertEquals(distance(query, vectors[label]), result.distances()[i], 1e-3);
          hits += Arrays.stream(exact).anyMatch(l -> l == label) ? 1 : 0;
        }
      }
      assertTrue("found " + hits + " of 250", hits >= 240);
    }
  }

  private static float distance(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  @Test
  public void deletedLabelsAreNotFoundUntilUndeleted() throws Exception {
    try (HnswIndex index = builder().build()) {
      index.addItems(vectors);
      index.markDeleted(7);
      assertTrue(index.knnQuery(vectors[7], 1).labels()[0] != 7);
      assertThrows(RuntimeException.class, () -> index.markDeleted(7));
      assertThrows(RuntimeException.class, () -> index.markDeleted(COUNT + 5));
      index.unmarkDeleted(7);
      assertEquals(7, index.knnQuery(vectors[7], 1).labels()[0]);
    }
  }

  @Test
  public void labelsAreFilteredUpdatedAndLimited() throws Exception {
    try (HnswIndex index = builder().build()) {
      index.addItems(vectors);
      for (long label : index.knnQuery(vectors[3], 10, l -> l % 2 == 0).labels()) {
        assertEquals(0, label % 2);
      }
      index.addItem(vectors[4], 3);
      assertEquals(COUNT, index.elementCount());
      assertArrayEquals(vectors[4], index.getItems(new long[] {3})[0], 0);
      assertThrows(RuntimeException.class, () -> index.addItem(vectors[0], COUNT));
      index.resizeIndex(COUNT + 1);
      index.addItem(vectors[0], COUNT);
      assertEquals(COUNT + 1, index.elementCount());
    }
  }

  @Test
  public void savedIndexesAreOpenedAgain() throws Exception {
    Path path = folder.newFolder().toPath().resolve("saved");
    Result before;
    try (HnswIndex index = builder().build()) {
      index.addItems(vectors);
      index.markDeleted(11);
      index.save(path);
      before = index.knnQuery(vectors[20], 8);
    }
    try (HnswIndex index = HnswIndex.open(path)) {
      Result after = index.knnQuery(vectors[20], 8);
      assertArrayEquals(before.labels(), after.labels());
      assertArrayEquals(before.distances(), after.distances(), 1e-5f);
      assertTrue(index.knnQuery(vectors[11], 1).labels()[0] != 11);
    }
  }
}
