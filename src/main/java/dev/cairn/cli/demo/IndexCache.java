/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Keeps built indexes on disk. An index is built beside its place and moved there in one step when
 * it is complete, so what stands in its place is whole; it is checked all the same before use, and
 * built again when it is damaged or when its recipe has changed.
 */
final class IndexCache {
  /** Fills an empty directory with a committed index. */
  @FunctionalInterface
  interface Builder {
    void build(Directory directory) throws IOException;
  }

  private final Path root;
  private final Consumer<String> messages;

  IndexCache(Path root, Consumer<String> messages) {
    this.root = root;
    this.messages = messages;
  }

  /**
   * Opens an index, building it when needed.
   *
   * @param name names the index among others
   * @param recipe says all that the index depends on
   */
  Directory open(String name, String recipe, Builder builder) throws IOException {
    Files.createDirectories(root);
    Path home = root.resolve(name + "-" + fingerprint(recipe));
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, name)) {
      assert lock.isValid();
      if (!isWhole(home)) {
        deleteAll(name);
        Path unfinished = root.resolve(name + "-unfinished");
        try (Directory directory = FSDirectory.open(unfinished)) {
          builder.build(directory);
        }
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        IOUtils.fsync(root, true);
      }
    }
    return FSDirectory.open(home);
  }

  private FileLock lock(FileChannel channel, String name) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      messages.accept("Another process is building the index " + name + "; waiting for it.");
      lock = channel.lock();
    }
    return lock;
  }

  private boolean isWhole(Path home) throws IOException {
    if (!Files.isDirectory(home)) {
      return false;
    }
    try (Directory directory = FSDirectory.open(home);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        ((CodecReader) leaf.reader()).checkIntegrity();
      }
      return true;
    } catch (IOException | RuntimeException e) {
      messages.accept("Building " + home + " again, it is damaged: " + e.getMessage());
      return false;
    }
  }

  /** Removes what earlier recipes and interrupted runs have left; the caller holds the lock. */
  private void deleteAll(String name) throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(root, name + "-{unfinished,????????}")) {
      for (Path leftover : leftovers) {
        IOUtils.rm(leftover);
      }
    }
  }

  private static String fingerprint(String recipe) {
    CRC32C checksum = new CRC32C();
    checksum.update(recipe.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", checksum.getValue());
  }
}
