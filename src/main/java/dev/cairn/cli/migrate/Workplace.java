/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.IOUtils;

/**
 * The target directory while an index is being written. All work is done in a directory inside of
 * it; files are moved out once the new index was verified, the one that makes them an index last.
 * So the target holds no index or the whole one, whenever the process dies, and what is left over
 * tells the next run where to go on.
 */
final class Workplace implements Closeable {
  private static final String NAME = ".cairn-migrate";
  private static final String STATE = "state";
  private static final String VERIFIED = "verified";
  private static final String LOCK = "lock";

  private final Path target;
  private final Path work;
  private final FileChannel lockFile;
  private final FileLock lock;

  private Workplace(Path target, Path work, FileChannel lockFile, FileLock lock) {
    this.target = target;
    this.work = work;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** Whether a directory holds anything that no earlier run has left over. */
  static boolean isTaken(Path target) throws IOException {
    if (!Files.exists(target)) {
      return false;
    }
    if (!Files.isDirectory(target)) {
      throw new IllegalArgumentException("not a directory: " + target);
    }
    if (Files.exists(target.resolve(NAME).resolve(VERIFIED))) {
      return false;
    }
    try (Stream<Path> files = Files.list(target)) {
      return files.anyMatch(file -> !file.getFileName().toString().equals(NAME));
    }
  }

  /**
   * Takes possession of the target.
   *
   * @param state what the new index is made of; where an earlier run had another state it is
   *     forgotten
   * @throws IllegalStateException if another process is at work there
   */
  static Workplace open(Path target, String state) throws IOException {
    Path work = Files.createDirectories(target.resolve(NAME));
    FileChannel channel =
        FileChannel.open(work.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IllegalStateException("another migration is at work in " + target);
      }
      Workplace workplace = new Workplace(target, work, channel, lock);
      if (!workplace.isVerified() && !state.equals(workplace.readState())) {
        workplace.restart(state);
      }
      return workplace;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IllegalStateException("another migration is at work in " + target, e);
    } catch (Throwable t) {
      channel.close();
      throw t;
    }
  }

  private String readState() throws IOException {
    try {
      return Files.readString(work.resolve(STATE));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void restart(String state) throws IOException {
    IOUtils.rm(index());
    Files.createDirectories(index());
    write(STATE, state);
  }

  private void write(String name, String content) throws IOException {
    Path temporary = work.resolve(name + ".tmp");
    Files.writeString(temporary, content);
    IOUtils.fsync(temporary, false);
    Files.move(temporary, work.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    IOUtils.fsync(work, true);
  }

  /** Where to write the new index. */
  Path index() {
    return work.resolve("index");
  }

  /** Whether the new index is whole and was verified, in this run or an earlier one. */
  boolean isVerified() {
    return Files.exists(work.resolve(VERIFIED));
  }

  /** Notes that it is. */
  void setVerified() throws IOException {
    write(VERIFIED, "");
  }

  /** Moves the new index to where it belongs and cleans up. */
  void deliver() throws IOException {
    if (Files.isDirectory(index())) {
      List<Path> files;
      try (Stream<Path> list = Files.list(index())) {
        files =
            list.filter(file -> !file.getFileName().toString().equals(IndexWriter.WRITE_LOCK_NAME))
                .sorted(Comparator.comparing(Workplace::isCommit))
                .toList();
      }
      for (Path file : files) {
        if (isCommit(file)) {
          IOUtils.fsync(target, true); // all else must be there before
        }
        Files.move(file, target.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
      IOUtils.fsync(target, true);
      IOUtils.rm(index());
    }
    close();
    cleanUp(target);
  }

  /** Removes what is left of a finished run; to be called when nothing else is. */
  static void cleanUp(Path target) throws IOException {
    Path work = target.resolve(NAME);
    if (Files.isDirectory(work)) {
      Files.deleteIfExists(work.resolve(STATE));
      Files.deleteIfExists(work.resolve(LOCK));
      Files.deleteIfExists(work.resolve(VERIFIED));
      Files.deleteIfExists(work);
    }
  }

  private static boolean isCommit(Path file) {
    return file.getFileName().toString().startsWith(IndexFileNames.SEGMENTS);
  }

  @Override
  public void close() throws IOException {
    if (lockFile.isOpen()) {
      lock.release();
      lockFile.close();
    }
  }
}
