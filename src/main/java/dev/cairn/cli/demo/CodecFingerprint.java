/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Tells builds of the code apart, so that an index made by other code is not shown, or measured, as
 * if this code had made it.
 */
final class CodecFingerprint {
  private CodecFingerprint() {}

  /** A checksum of the jar a class comes from, or of all class files beside it and below. */
  static String of(Class<?> type) {
    try {
      Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      CRC32C checksum = new CRC32C();
      for (Path file : files(source, type)) {
        checksum.update(Files.readAllBytes(file));
      }
      return Long.toHexString(checksum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has no valid address of " + type, e);
    }
  }

  private static List<Path> files(Path source, Class<?> type) throws IOException {
    if (Files.isRegularFile(source)) {
      return List.of(source);
    }
    // The codec's package has its helpers as siblings; the command above it does not matter.
    Path root = source.resolve(type.getPackageName().replace('.', '/')).getParent();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.startsWith(root.resolve("cli")))
          .sorted()
          .toList();
    }
  }
}
