/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.Lock;

/** An index that cannot be changed through this object, whatever happens above it. */
public final class ReadOnlyDirectory extends FilterDirectory {
  private ReadOnlyDirectory(Directory directory) {
    super(directory);
  }

  /**
   * Opens the directory of an index.
   *
   * @throws IllegalArgumentException if there is no index
   */
  public static ReadOnlyDirectory open(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          (Files.exists(path) ? "not a directory: " : "no such directory: ") + path);
    }
    // opened by its real name, for what is missing would be created
    Directory directory = FSDirectory.open(path.toRealPath());
    if (!DirectoryReader.indexExists(directory)) {
      directory.close();
      throw new IllegalArgumentException("no Lucene index in " + path);
    }
    return new ReadOnlyDirectory(directory);
  }

  private static UnsupportedOperationException refusal(String what) {
    return new UnsupportedOperationException("opened for reading alone: " + what);
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) {
    throw refusal(name);
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context) {
    throw refusal(prefix);
  }

  @Override
  public void deleteFile(String name) {
    throw refusal(name);
  }

  @Override
  public void rename(String source, String target) {
    throw refusal(source);
  }

  @Override
  public void sync(Collection<String> names) {
    throw refusal("sync");
  }

  @Override
  public void syncMetaData() {
    throw refusal("sync");
  }

  @Override
  public Lock obtainLock(String name) {
    throw refusal(name);
  }
}
