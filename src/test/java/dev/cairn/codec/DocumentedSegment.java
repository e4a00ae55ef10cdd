/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/**
 * A segment with one field of float vectors, read as {@code docs/format.md} says: it shares no code
 * with the format.
 */
final class DocumentedSegment {
  final int encoding;
  final int similarity;
  final int dimension;
  final int beamWidth;
  final int efSearch;
  final int entry;
  final Layer[] layers;
  final CentredCodes centredCodes;
  private final ByteBuffer vectors;

  /** The bytes of a file, and where its header ends. */
  private record Contents(byte[] bytes, int start) {
    /** Where the footer starts. */
    int end() {
      return bytes.length - 16;
    }

    DataInput input() {
      return new ByteArrayDataInput(bytes, start, end() - start);
    }
  }

  static DocumentedSegment read(Directory directory, byte[] id) throws IOException {
    return new DocumentedSegment(
        open(directory, id, ".vcm", "CairnHnswMeta", 1),
        open(directory, id, ".vex", "CairnHnswData", 1),
        open(directory, id, ".vemf", "Lucene99FlatVectorsFormatMeta", 0),
        open(directory, id, ".vec", "Lucene99FlatVectorsFormatData", 0));
  }

  private DocumentedSegment(Contents meta, Contents data, Contents flatMeta, Contents flat)
      throws IOException {
    ByteArrayDataInput in = (ByteArrayDataInput) meta.input();
    int field = in.readInt();
    int features = in.readByte();
    encoding = features & 1;
    assertEquals("centred codes", 2, features & ~1);
    similarity = in.readByte();
    dimension = in.readVInt();
    int maxConn = in.readVInt();
    beamWidth = in.readVInt();
    efSearch = in.readVInt();
    layers = new Layer[in.readVInt()];
    int codeLength = (dimension + 63) / 64 * 64;
    int end = data.start;
    for (int level = 0; level < layers.length; level++) {
      int size = in.readInt();
      int offset = (int) in.readLong();
      int most = level == 0 ? 2 * maxConn : maxConn;
      int slots = (most + 31) / 32 * 32;
      assertTrue(size > 0 && (level == 0 || size <= layers[level - 1].size));
      assertEquals("layers start at the next multiple of 64", (end + 63) / 64 * 64, offset);
      checkZero(data.bytes, end, offset);
      layers[level] = new Layer(data.bytes, offset, size, slots, codeLength);
      end = offset + size * layers[level].blockBytes();
    }
    int codes = (end + 63) / 64 * 64;
    checkZero(data.bytes, end, codes);
    centredCodes = new CentredCodes(data.bytes, codes, codeLength);
    end = codes + 4 * codeLength + layers[0].size * centredCodes.rowBytes();
    entry = in.readInt();
    assertEquals("no other field", -1, in.readInt());
    assertEquals(meta.end(), in.getPosition());
    assertEquals(data.end(), end);
    vectors = rows(flatMeta, flat, field);
  }

  private ByteBuffer rows(Contents meta, Contents flat, int field) throws IOException {
    DataInput in = meta.input();
    assertEquals(field, in.readInt());
    in.readInt(); // encoding and similarity as Lucene numbers them
    in.readInt();
    int offset = (int) in.readVLong();
    int length = (int) in.readVLong();
    assertEquals(layers[0].size * dimension * 4, length);
    return ByteBuffer.wrap(flat.bytes, offset, length).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Contents open(
      Directory directory, byte[] id, String extension, String codec, int version)
      throws IOException {
    String name = null;
    for (String candidate : directory.listAll()) {
      if (candidate.endsWith(extension)) {
        name = candidate;
      }
    }
    assertEquals("_0_CairnHnsw_0" + extension, name);
    byte[] bytes;
    try (IndexInput in = directory.openInput(name, IOContext.READONCE)) {
      bytes = new byte[(int) in.length()];
      in.readBytes(bytes, 0, bytes.length);
    }
    ByteBuffer big = ByteBuffer.wrap(bytes);
    assertEquals(0x3fd76c17, big.getInt());
    assertEquals(codec, string(big));
    assertEquals(version, big.getInt());
    byte[] storedId = new byte[16];
    big.get(storedId);
    assertArrayEquals(id, storedId);
    assertEquals("CairnHnsw_0", string(big));
    int start = big.position();
    big.position(bytes.length - 16);
    assertEquals(0xc02893e8, big.getInt());
    assertEquals(0, big.getInt());
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - 8);
    assertEquals(crc.getValue(), big.getLong());
    return new Contents(bytes, start);
  }

  private static String string(ByteBuffer in) {
    StringBuilder text = new StringBuilder();
    for (int left = in.get(); left > 0; left--) {
      text.append((char) in.get());
    }
    return text.toString();
  }

  private static void checkZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      assertEquals("byte " + i, 0, bytes[i]);
    }
  }

  float[] vector(int ordinal) {
    float[] vector = new float[dimension];
    vectors.asFloatBuffer().get(ordinal * dimension, vector);
    return vector;
  }

  /** The blocks of a layer. */
  record Layer(byte[] data, int offset, int size, int slots, int codeLength) {
    /** Where the own code starts: after 32 bytes, 8 bytes a slot and one bit a slot. */
    int own() {
      return (32 + 8 * slots + slots / 8 + 63) / 64 * 64;
    }

    int signCodes() {
      return own() + (codeLength <= 128 ? 2 : 1) * codeLength;
    }

    int blockBytes() {
      return signCodes() + slots / 32 * 4 * codeLength;
    }

    Block block(int index) {
      int at = offset + index * blockBytes();
      return new Block(
          this, ByteBuffer.wrap(data, at, blockBytes()).slice().order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** The centroid, and a row for each node. */
  record CentredCodes(byte[] data, int offset, int codeLength) {
    int rowBytes() {
      int least = codeLength / 8 + 8;
      int power = 1;
      while (power < least && power < 64) {
        power *= 2;
      }
      return power >= least ? power : (least + 63) / 64 * 64;
    }

    private ByteBuffer bytes() {
      return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    }

    float centroid(int i) {
      return bytes().getFloat(offset + 4 * i);
    }

    private int row(int ordinal) {
      return offset + 4 * codeLength + ordinal * rowBytes();
    }

    boolean isPositive(int ordinal, int i) {
      return (data[row(ordinal) + i / 8] >> i % 8 & 1) == 1;
    }

    float add(int ordinal) {
      return bytes().getFloat(row(ordinal) + codeLength / 8);
    }

    float scale(int ordinal) {
      return bytes().getFloat(row(ordinal) + codeLength / 8 + 4);
    }

    void checkPadding(int ordinal) {
      checkZero(data, row(ordinal) + codeLength / 8 + 8, row(ordinal) + rowBytes());
    }
  }

  /** A node's block. */
  record Block(Layer layer, ByteBuffer bytes) {
    int ordinal() {
      return bytes.getInt(0);
    }

    int below() {
      return bytes.getInt(4);
    }

    int count() {
      return bytes.getInt(8);
    }

    float nodeFactor() {
      return bytes.getFloat(12);
    }

    float squaredLength() {
      return bytes.getFloat(16);
    }

    float ownFactor() {
      return bytes.getFloat(20);
    }

    int neighbour(int slot) {
      return bytes.getInt(32 + 4 * slot);
    }

    short addBits(int slot) {
      return bytes.getShort(32 + 4 * layer.slots + 2 * slot);
    }

    short scaleBits(int slot) {
      return bytes.getShort(32 + 6 * layer.slots + 2 * slot);
    }

    float add(int slot) {
      return Float.intBitsToFloat(addBits(slot) << 16);
    }

    float scale(int slot) {
      return Float.intBitsToFloat(scaleBits(slot) << 16);
    }

    boolean isDiverse(int slot) {
      return (bytes.get(32 + 8 * layer.slots + slot / 8) >> (slot % 8) & 1) == 1;
    }

    /** A component of the own code. */
    int own(int i) {
      return layer.codeLength <= 128
          ? bytes.getShort(layer.own() + 2 * i)
          : bytes.get(layer.own() + i);
    }

    /** A bit of a slot's sign code. */
    boolean isPositive(int slot, int i) {
      int group = layer.signCodes() + slot / 32 * 4 * layer.codeLength + i / 4 * 16;
      int inPass = slot % 32;
      int b = inPass % 8 * 2 + inPass / 8 % 2;
      int bit = inPass / 16 * 4 + i % 4;
      return (bytes.get(group + b) >> bit & 1) == 1;
    }

    void checkPadding() {
      for (int i = 24; i < 32; i++) {
        assertEquals(0, bytes.get(i));
      }
      for (int i = 32 + 8 * layer.slots + layer.slots / 8; i < layer.own(); i++) {
        assertEquals(0, bytes.get(i));
      }
    }
  }
}
