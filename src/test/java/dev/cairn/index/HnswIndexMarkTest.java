/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Marks set and taken away between writes of other kinds, against a map and a set. */
public class HnswIndexMarkTest extends LuceneTestCase {
  private static final int DIM = 4;

  private static final List<IndexableField> RIGHT = List.of(new StringField("t", "word", Store.NO));

  private static final List<IndexableField> WRONG = List.of(new IntPoint("t", 1));

  private static HnswIndexBuilder builder() {
    return HnswIndex.builder(Space.L2, DIM).m(8).efConstruction(60).ef(20);
  }

  /** An index and what must be in it. */
  private static final class Model {
    private final Random random;
    private final boolean isReplacing;
    private final Map<Long, float[]> vectors = new HashMap<>();
    private final Set<Long> marked = new HashSet<>();

    private Model(Random random, boolean isReplacing) {
      this.random = random;
      this.isReplacing = isReplacing;
    }

    private float[] vector() {
      return Samples.gaussian(random, 1, DIM)[0];
    }

    private void add(HnswIndex index, long label) {
      float[] vector = vector();
      index.addItems(new float[][] {vector}, new long[] {label}, 1, isReplacing, row -> RIGHT);
      if (isReplacing && !vectors.containsKey(label)) {
        Set<Long> ids = new HashSet<>();
        LongStream.of(index.getIds()).forEach(ids::add);
        vectors.keySet().retainAll(ids); // which marked one it took the place of is not said
        assertEquals(
            marked.isEmpty() ? 0 : 1, marked.stream().filter(i -> !ids.contains(i)).count());
        marked.retainAll(ids);
      }
      vectors.put(label, vector);
      marked.remove(label);
    }

    private void refuse(HnswIndex index, long label) {
      float[][] vector = {vector()};
      expectThrows(
          IllegalArgumentException.class,
          () -> index.addItems(vector, new long[] {label}, 1, isReplacing, row -> WRONG));
    }

    private void turnMark(HnswIndex index, long label) {
      if (marked.remove(label)) {
        index.unmarkDeleted(label);
      } else {
        index.markDeleted(label);
        marked.add(label);
      }
    }

    private void check(HnswIndex index) {
      assertEquals(vectors.size(), index.elementCount());
      float[] query = vector();
      int live = vectors.size() - marked.size();
      // one more than there are, in case there are more
      Result found = index.knnQuery(query, live + 1);
      assertEquals(live, found.labels().length);
      Set<Long> labels = new HashSet<>();
      for (int i = 0; i < live; i++) {
        long label = found.labels()[i];
        assertTrue("twice: " + label, labels.add(label));
        assertFalse("marked: " + label, marked.contains(label));
        double distance = Samples.distance(Space.L2, query, vectors.get(label));
        assertEquals(distance, found.distances()[i], 1e-4 * (1 + distance));
      }
      if (live > 0) {
        assertEquals(live, index.knnQuery(query, live).labels().length);
      }
      long[] all =
          vectors.keySet().stream().filter(i -> !marked.contains(i)).mapToLong(i -> i).toArray();
      float[][] items = index.getItems(all);
      for (int i = 0; i < all.length; i++) {
        assertArrayEquals(vectors.get(all[i]), items[i], 0);
      }
    }

    private void step(HnswIndex index, int labels) {
      long label = random.nextInt(labels);
      int kind = random.nextInt(20);
      if (kind < 8) {
        if (vectors.containsKey(label)) {
          turnMark(index, label);
        }
      } else if (kind < 14) {
        add(index, label);
      } else if (kind < 15) {
        refuse(index, label);
      } else {
        check(index);
      }
    }
  }

  /** The shortest such sequences, with another element marked or none. */
  public void testReplaceAfterUnmarking() {
    for (boolean isOtherMarked : new boolean[] {false, true}) {
      for (boolean isMarkedAgain : new boolean[] {false, true}) {
        try (HnswIndex index = builder().build()) {
          Model model = new Model(random(), false);
          for (int i = 0; i < 17; i++) {
            model.add(index, i);
          }
          if (isOtherMarked) {
            model.turnMark(index, 3);
          }
          model.turnMark(index, 5);
          model.check(index);
          model.turnMark(index, 5);
          if (isMarkedAgain) {
            model.turnMark(index, 5);
          } else {
            model.refuse(index, 5);
          }
          model.add(index, 5);
          model.check(index);
          index.optimize();
          model.check(index);
        }
      }
    }
  }

  /** Elements that are refused are still there, and not marked. */
  public void testRefuseAfterUnmarking() {
    try (HnswIndex index = builder().build()) {
      Model model = new Model(random(), false);
      for (int i = 0; i < 17; i++) {
        model.add(index, i);
      }
      model.turnMark(index, 5);
      model.check(index);
      model.turnMark(index, 5);
      model.refuse(index, 5);
      model.check(index);
      model.refuse(index, 5);
      model.turnMark(index, 5);
      model.check(index);
    }
  }

  /** Replaces many unmarked elements while a merge goes on. */
  public void testReplaceAfterUnmarkingDuringMerges() throws Exception {
    int n = 300;
    Model model = new Model(random(), false);
    try (HnswIndex index = builder().build()) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < n; i++) {
          if (round == 0 || i % 2 == 0) {
            model.add(index, i);
          }
          if (i % 100 == 0) {
            model.check(index);
          }
        }
        for (int i = 0; i < n; i += 3) {
          model.turnMark(index, i);
        }
        model.check(index);
        Thread merging = new Thread(index::optimize);
        merging.start();
        for (int i = 0; i < n; i += 3) {
          model.turnMark(index, i);
          if (random().nextInt(50) == 0) {
            model.check(index);
          }
          if (i % 2 == 0) {
            model.add(index, i);
          }
        }
        model.check(index);
        merging.join();
        model.check(index);
      }
    }
  }

  /** Searches meanwhile find the old element or the new one. */
  public void testSearchesWhileReplacing() throws Exception {
    int n = 100;
    Model model = new Model(random(), false);
    try (HnswIndex index = builder().build()) {
      for (int i = 0; i < n; i++) {
        model.add(index, i);
      }
      for (int i = 0; i < n; i++) {
        model.turnMark(index, i);
        model.turnMark(index, i);
      }
      model.check(index);
      AtomicBoolean isDone = new AtomicBoolean();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread searching =
          new Thread(
              () -> {
                try {
                  while (!isDone.get()) {
                    assertEquals(n, index.knnQuery(new float[DIM], n + 1).labels().length);
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      searching.start();
      try {
        for (int i = 0; i < n; i++) {
          model.add(index, i);
          model.refuse(index, i);
        }
      } finally {
        isDone.set(true);
        searching.join();
      }
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      model.check(index);
    }
  }

  public void testRandomStepsInMemory() {
    for (int round = 0; round < 3; round++) {
      boolean isReplacing = random().nextBoolean();
      int labels = 1 + random().nextInt(40);
      Model model = new Model(random(), isReplacing);
      try (HnswIndex index = builder().allowReplaceDeleted(isReplacing).build()) {
        model.add(index, 0); // so that it is known what kind of field t is
        for (int i = 0; i < 500; i++) {
          model.step(index, labels);
          if (random().nextInt(100) == 0) {
            index.optimize();
          }
        }
        model.check(index);
        index.optimize();
        model.check(index);
      }
    }
  }

  public void testRandomStepsWithAPath() {
    boolean isReplacing = random().nextBoolean();
    int labels = 1 + random().nextInt(40);
    Model model = new Model(random(), isReplacing);
    Path path = createTempDir().resolve("index");
    HnswIndex index = builder().allowReplaceDeleted(isReplacing).path(path).build();
    try {
      model.add(index, 0);
      for (int i = 0; i < 600; i++) {
        model.step(index, labels);
        switch (random().nextInt(120)) {
          case 0, 1 -> index.optimize();
          case 2 -> index.commit();
          case 3, 4 -> {
            index.close();
            index = HnswIndex.open(path);
          }
          default -> {}
        }
      }
      model.check(index);
    } finally {
      index.close();
    }
  }
}
