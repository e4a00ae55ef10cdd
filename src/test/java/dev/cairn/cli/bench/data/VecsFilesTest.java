/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Files of float and integer rows. */
public class VecsFilesTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path write(String name, ByteBuffer bytes) throws IOException {
    return Files.write(folder.getRoot().toPath().resolve(name), bytes.array());
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  public void readsFloats() throws IOException {
    ByteBuffer file = bytes(2 * 16);
    file.putInt(3).putFloat(1).putFloat(-2).putFloat(.5f);
    file.putInt(3).putFloat(4).putFloat(5).putFloat(6);
    try (VectorTable table = VecsFiles.mapFloats(write("a.fvecs", file))) {
      assertEquals(2, table.size());
      assertEquals(3, table.dimension());
      assertArrayEquals(new float[] {1, -2, .5f}, table.row(0), 0);
      assertArrayEquals(new float[] {4, 5, 6}, table.row(1), 0);
    }
  }

  @Test
  public void readsIntegers() throws IOException {
    ByteBuffer file = bytes(2 * 12);
    file.putInt(2).putInt(7).putInt(100_000);
    file.putInt(2).putInt(0).putInt(-1);
    int[][] rows = VecsFiles.readInts(write("a.ivecs", file));
    assertArrayEquals(new int[][] {{7, 100_000}, {0, -1}}, rows);
  }

  @Test
  public void readsWhatItWrites() throws IOException {
    int[][] rows = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
    Path file = folder.getRoot().toPath().resolve("b.ivecs");
    VecsFiles.writeInts(file, rows);
    assertArrayEquals(rows, VecsFiles.readInts(file));
  }

  @Test
  public void refusesDamagedFiles() throws IOException {
    Path cut = write("cut.fvecs", bytes(15).putInt(3));
    assertThrows(IOException.class, () -> VecsFiles.mapFloats(cut));
    Path noRow = write("no.fvecs", bytes(16).putInt(-3));
    assertThrows(IOException.class, () -> VecsFiles.mapFloats(noRow));
    Path unevenFloats = write("uneven.fvecs", bytes(16).putInt(1).putInt(0).putInt(2));
    IOException other = assertThrows(IOException.class, () -> VecsFiles.mapFloats(unevenFloats));
    assertTrue(
        other.getMessage(), other.getMessage().contains("row 1 has length 2 and the first 1"));
    for (int length : new int[] {0, 3}) {
      Path none = write("none" + length + ".fvecs", bytes(length));
      IOException noLength = assertThrows(IOException.class, () -> VecsFiles.mapFloats(none));
      assertTrue(noLength.getMessage(), noLength.getMessage().startsWith(none + " has no row"));
    }
    Path cutInts = write("cut.ivecs", bytes(13).putInt(2));
    assertThrows(IOException.class, () -> VecsFiles.readInts(cutInts));
    Path uneven = write("uneven.ivecs", bytes(24).putInt(2).putInt(1).putInt(1).putInt(3));
    assertThrows(IOException.class, () -> VecsFiles.readInts(uneven));
    Path empty = write("empty.ivecs", bytes(0));
    assertThrows(IOException.class, () -> VecsFiles.readInts(empty));
  }

  @Test
  public void tablesSelectRows() throws IOException {
    ByteBuffer file = bytes(5 * 8);
    for (int i = 0; i < 10; i++) {
      file.putFloat(i);
    }
    try (VectorTable table = VectorTable.map(write("a.f32", file), 2, 0)) {
      VectorTable some = table.select(new int[] {4, 0, 2});
      assertArrayEquals(new float[] {8, 9}, some.row(0), 0);
      assertArrayEquals(new float[] {4, 5}, some.select(new int[] {2}).row(0), 0);
      assertEquals(2, some.head(2).size());
      assertArrayEquals(new float[] {0, 1}, some.head(2).row(1), 0);
      assertThrows(IndexOutOfBoundsException.class, () -> some.head(2).row(2));
      assertArrayEquals(new float[] {1, 1}, table.transformed(row -> new float[] {1, 1}).row(3), 0);
    }
  }
}
