/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** The one file of an index with a certain extension, to be overwritten by what is not true. */
final class ForgedFile {
  static final int FOOTER = 16;

  private final Path path;
  private final byte[] original;

  ForgedFile(Path index, String extension) throws IOException {
    try (Stream<Path> files = Files.list(index)) {
      path =
          files
              .filter(file -> file.getFileName().toString().endsWith("." + extension))
              .findFirst()
              .orElseThrow();
    }
    original = Files.readAllBytes(path);
  }

  Path path() {
    return path;
  }

  /** A copy of what the writer wrote. */
  byte[] original() {
    return original.clone();
  }

  /** Where the header ends. */
  int headerLength() {
    int name = original[4];
    return 26 + name + original[25 + name];
  }

  /** Where the first layer of the first field starts. */
  long firstBlock() {
    return headerLength() + 63L & -64L;
  }

  /** Writes bytes under a checksum that fits. */
  void write(byte[] bytes) throws IOException {
    byte[] signed = bytes.clone();
    CRC32 checksum = new CRC32();
    checksum.update(signed, 0, signed.length - Long.BYTES);
    ByteBuffer.wrap(signed).putLong(signed.length - Long.BYTES, checksum.getValue());
    Files.write(path, signed);
  }

  /** Writes bytes as they are. */
  void writeUnsigned(byte[] bytes) throws IOException {
    Files.write(path, bytes);
  }

  void restore() throws IOException {
    Files.write(path, original);
  }
}
