/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;

/** A copy that cannot be made whole takes nobody's place. */
@SuppressFileSystems("ExtrasFS") // files are counted here
public class HnswIndexFailedSaveTest extends LuceneTestCase {
  private static final int DIM = 4;

  public void testTheOldIndexStays() throws Exception {
    Path real = createTempDir();
    FullFileSystem disk = new FullFileSystem(real.getFileSystem());
    Path target = disk.wrapPath(real).resolve("target");
    try (HnswIndex index = HnswIndex.builder(Space.L2, DIM).build()) {
      index.addItem(new float[DIM], 1);
      index.save(target);
      index.addItem(new float[DIM], 2);
      for (String full : new String[] {".*\\.vec", ".*\\.si", "pending_segments.*"}) {
        disk.setFull(full);
        refuse(index, target);
        Path fresh = target.resolveSibling("fresh");
        refuse(index, fresh);
        try (FSDirectory directory = FSDirectory.open(fresh)) {
          assertArrayEquals(full, new String[] {"write.lock"}, directory.listAll());
        }
        disk.setFull(null);
        try (HnswIndex old = HnswIndex.open(target)) {
          assertArrayEquals(full, new long[] {1}, old.getIds());
          assertEquals(full, 1, old.knnQuery(new float[DIM], 5).labels().length);
        }
      }
      index.save(target);
    }
    try (HnswIndex saved = HnswIndex.open(target)) {
      assertEquals(2, saved.elementCount());
    }
  }

  private static void refuse(HnswIndex index, Path target) {
    UncheckedIOException e = expectThrows(UncheckedIOException.class, () -> index.save(target));
    assertTrue(e.toString(), e.getMessage().contains("No space left"));
    assertEquals(2, index.elementCount()); // nothing happens to the index itself
    assertEquals(2, index.knnQuery(new float[DIM], 5).labels().length);
  }

  public void testItsOwnDirectoryByAnotherName() throws Exception {
    Path own = createTempDir().resolve("own");
    Path link = own.resolveSibling("link");
    try (HnswIndex index = HnswIndex.builder(Space.L2, DIM).path(own).build()) {
      Files.createSymbolicLink(link, own);
      index.addItem(new float[DIM], 1);
      index.save(link);
      index.addItem(new float[DIM], 2);
      index.save(own);
    }
    try (HnswIndex index = HnswIndex.open(link)) {
      index.addItem(new float[DIM], 3);
      index.save(own);
      index.save(link);
      assertEquals(3, index.elementCount());
    }
  }
}
