/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.tests.mockfile.FilterFileStore;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;

/** Places where an index cannot be put as anywhere else. */
@SuppressFileSystems("ExtrasFS") // places must be empty
public class HnswlibImportPlaceTest extends LuceneTestCase {
  /** A disk with a directory that another one is mounted on. */
  private static final class Disk extends FilterFileSystemProvider {
    private Disk(FileSystem disk) {
      super("disk://", disk);
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      FileStore store = super.getFileStore(path);
      return path.endsWith("mounted") ? new FilterFileStore(store, "other://") {} : store;
    }
  }

  private static void run(Path target) throws Exception {
    HnswlibFixture fixture = HnswlibFixture.of(Space.L2);
    new HnswlibImport(fixture.save(createTempDir()), Space.L2, target).run();
  }

  public void testALinkToADirectoryStaysOne() throws Exception {
    Path directory = Files.createDirectory(createTempDir().resolve("directory"));
    Path link = createTempDir().resolve("link");
    Files.createSymbolicLink(link, directory);
    run(link);
    assertTrue(Files.isSymbolicLink(link));
    HnswIndex.open(directory).close();
    HnswIndex.open(link).close();
  }

  public void testAMountPointIsRefusedAtOnce() throws Exception {
    Path real = createTempDir();
    Path mounted = new Disk(real.getFileSystem()).wrapPath(real).resolve("mounted");
    Files.createDirectory(mounted);
    IllegalArgumentException e = expectThrows(IllegalArgumentException.class, () -> run(mounted));
    assertTrue(e.getMessage(), e.getMessage().contains("is a mount point"));
    run(mounted.resolve("within"));
    HnswIndex.open(mounted.resolve("within")).close();
  }

  public void testAFullDiskIsToldOnce() throws Exception {
    Path real = createTempDir();
    FullFileSystem disk = new FullFileSystem(real.getFileSystem());
    disk.setFull(".*\\.vex");
    Path target = disk.wrapPath(real).resolve("target");
    AtomicReference<Throwable> uncaught = new AtomicReference<>();
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.set(failure));
    try {
      IOException e = expectThrows(IOException.class, () -> run(target));
      assertTrue(e.toString(), e.getMessage().contains("No space left"));
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(handler);
    }
    assertNull(uncaught.get());
    assertFalse(Files.exists(target));
    assertFalse(Files.exists(target.resolveSibling("target.importing")));
  }
}
