/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files of the TEXMEX kind: each row is preceded by its length as a little-endian 32-bit number.
 * {@code .fvecs} holds float32 numbers, {@code .ivecs} 32-bit integers.
 */
public final class VecsFiles {
  private static final int MAX_ROW = 1 << 20;

  private VecsFiles() {}

  /** Maps a file of vectors. */
  public static VectorTable mapFloats(Path file) throws IOException {
    int dimension;
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      dimension = Integer.reverseBytes(in.readInt());
    }
    if (dimension < 1 || dimension > MAX_ROW) {
      throw new IOException(file + " is not an fvecs file: its first row has length " + dimension);
    }
    return VectorTable.map(file, dimension, Integer.BYTES);
  }

  /** Reads a file of integers, such as the true neighbours of queries. */
  public static int[][] readInts(Path file) throws IOException {
    long size = Files.size(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int width = width(in.readNBytes(Integer.BYTES), file);
      long rowBytes = Integer.BYTES * (1L + width);
      if (size % rowBytes != 0) {
        throw new IOException(file + " has " + size + " bytes: not rows of " + width + " integers");
      }
      int[][] rows = new int[Math.toIntExact(size / rowBytes)][width];
      for (int i = 0; i < rows.length; i++) {
        if (i > 0 && width(in.readNBytes(Integer.BYTES), file) != width) {
          throw new IOException(file + ": row " + i + " is not as long as the first");
        }
        byte[] row = in.readNBytes(Integer.BYTES * width);
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(rows[i]);
      }
      return rows;
    }
  }

  private static int width(byte[] header, Path file) throws IOException {
    int width =
        header.length < Integer.BYTES
            ? -1
            : ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (width < 1 || width > MAX_ROW) {
      throw new IOException(file + " is not an ivecs file: a row has length " + width);
    }
    return width;
  }

  /** Writes rows of equal length. */
  public static void writeInts(Path file, int[][] rows) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int[] row : rows) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Integer.BYTES * (1 + row.length)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(row.length);
        for (int value : row) {
          bytes.putInt(value);
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    }
  }
}
