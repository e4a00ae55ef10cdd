/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;

/** A disk that has no room for some files. */
final class FullFileSystem extends FilterFileSystemProvider {
  private volatile String full;

  FullFileSystem(FileSystem disk) {
    super("full://", disk);
  }

  /**
   * From now on has no room for files whose name matches a pattern, or has room for all if it is
   * null.
   */
  void setFull(String pattern) {
    full = pattern;
  }

  @Override
  public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
    if (full != null && path.getFileName().toString().matches(full)) {
      throw new IOException("No space left on device");
    }
    return super.newOutputStream(path, options);
  }
}
