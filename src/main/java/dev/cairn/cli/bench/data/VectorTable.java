/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/**
 * Rows of float32 numbers outside the heap: a mapped file or memory of our own. A table may be a
 * selection of the rows of another; closing any of them closes all.
 */
public final class VectorTable implements AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final MemorySegment data;
  private final long offset;
  private final long stride;
  private final int dimension;
  private final int[] rows;
  private final int size;

  private VectorTable(
      Arena arena,
      MemorySegment data,
      long offset,
      long stride,
      int dimension,
      int[] rows,
      int size) {
    this.arena = arena;
    this.data = data;
    this.offset = offset;
    this.stride = stride;
    this.dimension = dimension;
    this.rows = rows;
    this.size = size;
  }

  /**
   * Maps a file of little-endian rows.
   *
   * @param headerBytes bytes that stand before the numbers of every row
   * @throws IOException if the file does not hold whole rows
   */
  public static VectorTable map(Path file, int dimension, int headerBytes) throws IOException {
    checkDimension(dimension);
    long stride = headerBytes + (long) dimension * Float.BYTES;
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = channel.size();
      if (length == 0 || length % stride != 0 || length / stride > Integer.MAX_VALUE) {
        throw new IOException(
            file + " has " + length + " bytes: not rows of " + dimension + " float32 numbers");
      }
      MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
      int size = (int) (length / stride);
      return new VectorTable(arena, data, headerBytes, stride, dimension, null, size);
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  /** A table of zeros, to be filled by {@link #set}. */
  public static VectorTable allocate(int size, int dimension) {
    checkDimension(dimension);
    Arena arena = Arena.ofShared();
    long stride = (long) dimension * Float.BYTES;
    MemorySegment data = arena.allocate(stride * size, 64);
    return new VectorTable(arena, data, 0, stride, dimension, null, size);
  }

  private static void checkDimension(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension must be at least 1, got " + dimension);
    }
  }

  /** Number of rows. */
  public int size() {
    return size;
  }

  /** Numbers in a row. */
  public int dimension() {
    return dimension;
  }

  /** A fresh copy of a row. */
  public float[] row(int index) {
    float[] row = new float[dimension];
    read(index, row);
    return row;
  }

  /** Copies a row. */
  public void read(int index, float[] into) {
    MemorySegment.copy(data, FLOAT, position(index), into, 0, dimension);
  }

  /** Replaces a row of an {@link #allocate allocated} table. */
  public void set(int index, float[] row) {
    MemorySegment.copy(row, 0, data, FLOAT, position(index), dimension);
  }

  /** The 32-bit number that a row begins with, where rows have such a header. */
  int header(int index) {
    return data.get(INT, position(index) - offset);
  }

  private long position(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("row " + index + " of " + size);
    }
    return offset + stride * (rows == null ? index : rows[index]);
  }

  /** Some rows of this table, without a copy. */
  public VectorTable select(int[] chosen) {
    int[] absolute = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      absolute[i] = rows == null ? chosen[i] : rows[chosen[i]];
    }
    return new VectorTable(arena, data, offset, stride, dimension, absolute, absolute.length);
  }

  /** The first rows of this table, or the table itself when there are no more. */
  public VectorTable head(int count) {
    return count >= size
        ? this
        : new VectorTable(arena, data, offset, stride, dimension, rows, count);
  }

  /** A table of its own with every row changed by a function. */
  public VectorTable transformed(UnaryOperator<float[]> change) {
    VectorTable changed = allocate(size, dimension);
    for (int i = 0; i < size; i++) {
      changed.set(i, change.apply(row(i)));
    }
    return changed;
  }

  /** All rows on the heap. */
  public float[][] toArrays() {
    float[][] all = new float[size][];
    for (int i = 0; i < size; i++) {
      all[i] = row(i);
    }
    return all;
  }

  /** Adds all rows to a checksum. */
  public void addTo(CRC32C checksum) {
    long bytes = (long) dimension * Float.BYTES;
    for (int i = 0; i < size; i++) {
      checksum.update(data.asSlice(position(i), bytes).asByteBuffer());
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
