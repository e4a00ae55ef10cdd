/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A mapped file of vectors, row by row, each a run of little-endian float32 values. */
public final class VectorFile implements AutoCloseable {
  private static final ValueLayout.OfFloat LITTLE_ENDIAN_FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final MemorySegment rows;
  private final int dimension;
  private final int size;

  private VectorFile(Arena arena, MemorySegment rows, int dimension) {
    this.arena = arena;
    this.rows = rows;
    this.dimension = dimension;
    this.size = Math.toIntExact(rows.byteSize() / rowBytes(dimension));
  }

  /**
   * Maps a file.
   *
   * @throws IOException if it cannot be read or does not hold whole rows
   */
  public static VectorFile map(Path file, int dimension) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = channel.size();
      if (length % rowBytes(dimension) != 0) {
        throw new IOException(
            file + " has " + length + " bytes: not whole rows of " + dimension + " floats");
      }
      MemorySegment rows = channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
      return new VectorFile(arena, rows, dimension);
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  /** Bytes of one vector. */
  static long rowBytes(int dimension) {
    return (long) dimension * Float.BYTES;
  }

  /** Number of vectors. */
  public int size() {
    return size;
  }

  /** Length of each vector. */
  public int dimension() {
    return dimension;
  }

  /** A fresh copy of one vector. */
  public float[] row(int index) {
    float[] row = new float[dimension];
    long offset = index * rowBytes(dimension);
    MemorySegment.copy(rows, LITTLE_ENDIAN_FLOAT, offset, row, 0, dimension);
    return row;
  }

  @Override
  public void close() {
    arena.close();
  }
}
