/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.ThreadInterruptedException;

/** Threads that are interrupted, such as those of tasks that were cancelled. */
public class HnswIndexInterruptTest extends LuceneTestCase {
  private static final int DIM = 4;

  public void testNothingIsLost() throws Exception {
    Path path = createTempDir().resolve("index");
    Path copy = path.resolveSibling("copy");
    int count = 0;
    try (HnswIndex index = HnswIndex.builder(Space.L2, DIM).path(path).build()) {
      index.addItem(new float[DIM], -1);
      index.knnQuery(new float[DIM], 1);
      // each of them writes files first, for there is a new element
      interrupted(index, ++count, i -> i.knnQuery(new float[DIM], 1));
      interrupted(index, ++count, i -> i.getItems(new long[] {1}));
      interrupted(
          index, ++count, i -> i.withSearcher(searcher -> searcher.getIndexReader().numDocs()));
      interrupted(index, ++count, i -> i.markDeleted(1));
      interrupted(index, ++count, i -> i.unmarkDeleted(1));
      interrupted(index, ++count, HnswIndex::commit);
      interrupted(index, ++count, i -> i.save(copy));
      index.addItem(new float[DIM], ++count);
      Thread.currentThread().interrupt(); // and closed with the flag set
    }
    assertTrue(Thread.interrupted());
    try (HnswIndex index = HnswIndex.open(path)) {
      assertEquals(count + 1, index.elementCount());
      assertEquals(count + 1, index.knnQuery(new float[DIM], 100).labels().length);
    }
    HnswIndex.open(copy).close();
  }

  public void testAMergeThatIsNotWaitedFor() {
    try (HnswIndex index = HnswIndex.builder(Space.L2, DIM).build()) {
      for (int label = 0; label < 3; label++) {
        index.addItem(new float[DIM], label);
        index.knnQuery(new float[DIM], 1);
      }
      index.addItem(new float[DIM], 3);
      Thread.currentThread().interrupt();
      try {
        index.optimize();
      } catch (ThreadInterruptedException e) {
        // the wait for the merges may end
      }
      Thread.interrupted();
      index.addItem(new float[DIM], 4);
      assertEquals(5, index.knnQuery(new float[DIM], 9).labels().length);
    }
  }

  private static void interrupted(HnswIndex index, long label, Consumer<HnswIndex> task) {
    index.addItem(new float[DIM], label);
    Thread.currentThread().interrupt();
    try {
      task.accept(index);
    } finally {
      assertTrue("the flag is the caller's", Thread.interrupted());
    }
  }
}
