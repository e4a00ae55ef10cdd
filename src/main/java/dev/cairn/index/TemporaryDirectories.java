/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.util.IOUtils;

/** Directories that do not outlive the process. */
final class TemporaryDirectories {
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> OPEN.forEach(TemporaryDirectories::tryDelete), "cairn-index-cleanup"));
  }

  private TemporaryDirectories() {}

  static Path create() throws IOException {
    Path path = Files.createTempDirectory("cairn-index-");
    OPEN.add(path);
    return path;
  }

  static void delete(Path path) throws IOException {
    IOUtils.rm(path);
    OPEN.remove(path);
  }

  private static void tryDelete(Path path) {
    try {
      IOUtils.rm(path);
    } catch (IOException e) {
      // the process ends; what is left is the system's to clean up
    }
  }
}
