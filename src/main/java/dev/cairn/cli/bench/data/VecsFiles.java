/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import java.io.BufferedInputStream;
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
  private static final int ROWS_CHECKED = 1000;

  private VecsFiles() {}

  /** Maps a file of vectors. */
  public static VectorTable mapFloats(Path file) throws IOException {
    int dimension;
    try (InputStream in = Files.newInputStream(file)) {
      dimension = width(in.readNBytes(Integer.BYTES), file, "fvecs");
    }
    VectorTable table = VectorTable.map(file, dimension, Integer.BYTES);
    // a row of another length moves all that follow, so that some of these show it
    for (int i = 0; i < table.size(); i += Math.max(1, table.size() / ROWS_CHECKED)) {
      int length = table.header(i);
      if (length != dimension) {
        table.close();
        throw uneven(file, i, length, dimension);
      }
    }
    return table;
  }

  /** Reads a file of integers, such as the true neighbours of queries. */
  public static int[][] readInts(Path file) throws IOException {
    long size = Files.size(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int width = width(in.readNBytes(Integer.BYTES), file, "ivecs");
      long rowBytes = Integer.BYTES * (1L + width);
      if (size % rowBytes != 0) {
        throw new IOException(file + " has " + size + " bytes: not rows of " + width + " integers");
      }
      int[][] rows = new int[Math.toIntExact(size / rowBytes)][width];
      for (int i = 0; i < rows.length; i++) {
        int length = i == 0 ? width : width(in.readNBytes(Integer.BYTES), file, "ivecs");
        if (length != width) {
          throw uneven(file, i, length, width);
        }
        byte[] row = in.readNBytes(Integer.BYTES * width);
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(rows[i]);
      }
      return rows;
    }
  }

  private static IOException uneven(Path file, int row, int length, int first) {
    return new IOException(
        file + ": row " + row + " has length " + length + " and the first " + first);
  }

  private static int width(byte[] header, Path file, String kind) throws IOException {
    if (header.length < Integer.BYTES) {
      throw new IOException(
          file + " has no row: of the 4 bytes of a row's length there are " + header.length);
    }
    int width = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (width < 1 || width > MAX_ROW) {
      throw new IOException(file + " is not an " + kind + " file: a row has length " + width);
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
