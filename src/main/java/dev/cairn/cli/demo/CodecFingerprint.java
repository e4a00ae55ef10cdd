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

  /** A checksum of the jar a class comes from, or of the class files it was compiled with. */
  static String of(Class<?> type) {
    try {
      return of(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has no valid address of " + type, e);
    }
  }

  static String of(Path jarOrDirectory) throws IOException {
    CRC32C checksum = new CRC32C();
    for (Path file : files(jarOrDirectory)) {
      checksum.update(Files.readAllBytes(file));
    }
    return Long.toHexString(checksum.getValue());
  }

  /** A directory without the command, which changes more often than the codec under it. */
  private static List<Path> files(Path jarOrDirectory) throws IOException {
    if (Files.isRegularFile(jarOrDirectory)) {
      return List.of(jarOrDirectory);
    }
    Path command = jarOrDirectory.resolve(Path.of("dev", "cairn", "cli"));
    try (Stream<Path> files = Files.walk(jarOrDirectory)) {
      return files
          .filter(file -> file.toString().endsWith(".class") && !file.startsWith(command))
          .sorted()
          .toList();
    }
  }
}
