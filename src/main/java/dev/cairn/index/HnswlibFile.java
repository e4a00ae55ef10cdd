/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.graph.Links;
import dev.cairn.simd.SegmentLayouts;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.util.IOUtils;

/**
 * A file that hnswlib's {@code saveIndex} has written, mapped into memory. Such files have neither
 * name nor version nor checksum, so that everything is checked against the length of the file and
 * against everything else before it is used, and before anything is allocated by it.
 *
 * <p>After the {@link HnswlibHeader} come the records of the elements: the links of level 0 (their
 * number in 16 bits, a byte of flags, the lowest of which marks the element deleted, a byte not
 * used, then slots of 32 bits), the vector, the label. Then, for each element, the length of its
 * upper lists in bytes, and for each upper level a list: number of links, slots, 32 bits each.
 */
final class HnswlibFile implements Links, Closeable {
  private static final int LINK_BYTES = Integer.BYTES;
  private static final int FLAGS = 2;
  private static final int DELETED = 1;

  private final String name;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment bytes;
  private final HnswlibHeader header;
  private final byte[] levels;

  /** Where the list of level 1 of an element is, if it has one. */
  private final long[] upper;

  /** Maps a file and checks it. */
  static HnswlibFile open(Path path) throws IOException {
    return new HnswlibFile(path);
  }

  private HnswlibFile(Path path) throws IOException {
    this.name = path.toString();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      this.bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      this.header = HnswlibHeader.read(bytes, name);
      int count = header.count();
      this.levels = new byte[count];
      this.upper = new long[count];
      readUpper();
      for (int element = 0; element < count; element++) {
        checkLinks(element);
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, this);
      throw t;
    }
  }

  private CorruptIndexException damaged(String what) {
    return HnswlibHeader.damaged(what, name);
  }

  private void readUpper() throws IOException {
    long at = HnswlibHeader.BYTES + (long) header.count() * header.recordBytes();
    long listBytes = listBytes();
    for (int element = 0; element < levels.length; element++) {
      if (at + LINK_BYTES > bytes.byteSize()) {
        throw damaged("it ends before the upper links of element " + element);
      }
      long length = Integer.toUnsignedLong(bytes.get(SegmentLayouts.INT, at));
      at += LINK_BYTES;
      if (length > bytes.byteSize() - at) {
        throw damaged("it ends within the upper links of element " + element);
      }
      if (length % listBytes != 0 || length / listBytes > header.maxLevel()) {
        throw damaged(
            "element "
                + element
                + " has "
                + length
                + " bytes of upper links: not a list of "
                + listBytes
                + " for each of at most "
                + header.maxLevel()
                + " levels");
      }
      levels[element] = (byte) (length / listBytes);
      upper[element] = at;
      at += length;
    }
    if (at != bytes.byteSize()) {
      throw damaged(bytes.byteSize() - at + " bytes are left over at its end");
    }
    if (levels.length > 0 && levels[header.entry()] != header.maxLevel()) {
      throw damaged(
          "its entry point is on level "
              + levels[header.entry()]
              + ", its highest level is "
              + header.maxLevel());
    }
  }

  private long listBytes() {
    return (header.m() + 1L) * LINK_BYTES;
  }

  private void checkLinks(int element) throws IOException {
    for (int level = 0; level <= levels[element]; level++) {
      long list = list(element, level);
      long links = linkCount(list, level);
      if (links > degree(level)) {
        throw damaged(
            "element "
                + element
                + " has "
                + links
                + " links on level "
                + level
                + ", where there are at most "
                + degree(level));
      }
      for (int slot = 0; slot < links; slot++) {
        int neighbour = bytes.get(SegmentLayouts.INT, list + (1L + slot) * LINK_BYTES);
        if (neighbour < 0 || neighbour >= levels.length || levels[neighbour] < level) {
          throw damaged(
              "element "
                  + element
                  + " links to element "
                  + Integer.toUnsignedLong(neighbour)
                  + " on level "
                  + level
                  + ", which is not there");
        }
      }
    }
  }

  private long list(int element, int level) {
    return level == 0 ? record(element) : upper[element] + (level - 1) * listBytes();
  }

  private long linkCount(long list, int level) {
    return level == 0
        ? Short.toUnsignedInt(bytes.get(SegmentLayouts.SHORT, list))
        : Integer.toUnsignedLong(bytes.get(SegmentLayouts.INT, list));
  }

  private long record(int element) {
    return HnswlibHeader.BYTES
        + (long) Objects.checkIndex(element, levels.length) * header.recordBytes();
  }

  HnswlibHeader header() {
    return header;
  }

  /** Number of elements. */
  int size() {
    return levels.length;
  }

  /** The label of an element. */
  long label(int element) {
    return bytes.get(SegmentLayouts.LONG, record(element) + header.labelOffset());
  }

  /** Whether an element is marked deleted. */
  boolean isDeleted(int element) {
    return (bytes.get(SegmentLayouts.BYTE, record(element) + FLAGS) & DELETED) != 0;
  }

  /** Copies the vector of an element. */
  void vector(int element, float[] into) {
    MemorySegment.copy(
        bytes,
        SegmentLayouts.FLOAT,
        record(element) + header.vectorOffset(),
        into,
        0,
        header.dimension());
  }

  @Override
  public int entry() {
    return header.entry();
  }

  @Override
  public int level(int element) {
    return levels[element];
  }

  @Override
  public int degree(int level) {
    return level == 0 ? 2 * header.m() : header.m();
  }

  @Override
  public int neighbours(int element, int level, int[] into) {
    long list = list(element, level);
    long links = linkCount(list, level);
    int count = 0;
    for (int slot = 0; slot < links; slot++) {
      int neighbour = bytes.get(SegmentLayouts.INT, list + (1L + slot) * LINK_BYTES);
      if (neighbour != element && !isAmong(neighbour, into, count)) {
        into[count++] = neighbour;
      }
    }
    return count;
  }

  private static boolean isAmong(int neighbour, int[] neighbours, int count) {
    for (int i = 0; i < count; i++) {
      if (neighbours[i] == neighbour) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    arena.close();
  }
}
