/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Indices of older Lucenes; {@code src/test/old/OldIndex.java} wrote them. */
final class OldIndexes {
  private OldIndexes() {}

  static void unpack(String name, Path to) throws IOException {
    try (InputStream in = OldIndexes.class.getResourceAsStream("/golden/" + name + ".zip");
        ZipInputStream entries = new ZipInputStream(in)) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Files.write(to.resolve(entry.getName()), entries.readAllBytes());
      }
    }
  }
}
