/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Tells builds of Cairn's own code apart, so that no index of an older build is measured. */
final class CodeFingerprint {
  private static final List<String> PACKAGES = List.of("codec", "graph", "quantization", "simd");

  private CodeFingerprint() {}

  static String ofCore() throws IOException {
    URI location;
    try {
      location =
          CairnHnswVectorsFormat.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IOException("where Cairn's classes are cannot be told", e);
    }
    Path path = Path.of(location);
    if (Files.isDirectory(path)) {
      return of(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      return of(jar.getPath("/"));
    }
  }

  private static String of(Path root) throws IOException {
    CRC32C checksum = new CRC32C();
    for (String name : PACKAGES) {
      try (Stream<Path> files = Files.walk(root.resolve("dev/cairn").resolve(name))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
          checksum.update(Files.readAllBytes(file));
        }
      }
    }
    return Long.toHexString(checksum.getValue());
  }
}
