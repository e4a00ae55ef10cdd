/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.simd.SegmentLayouts;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.index.CorruptIndexException;

/**
 * What stands at the beginning of a file of hnswlib's: 96 bytes, little endian. Its numbers depend
 * on one another, which tells such a file from others, and on the length of the file.
 *
 * <pre>
 *   0  long    offset of the links in a record: 0
 *   8  long    how many elements there may be
 *  16  long    how many there are
 *  24  long    bytes of a record
 *  32  long    offset of the label in a record
 *  40  long    offset of the vector in a record
 *  48  int     highest level, -1 without elements
 *  52  int     the element on it that searches start from, -1 without elements
 *  56  long    most links on upper levels: M
 *  64  long    most links on level 0: 2 M
 *  72  long    M
 *  80  double  factor of the levels that are drawn, 1/ln(M)
 *  88  long    ef_construction
 * </pre>
 *
 * @param maxElements how many elements there may be
 * @param count how many elements there are
 * @param dimension number of components of a vector
 * @param m M
 * @param efConstruction ef_construction
 * @param maxLevel the highest level, or -1
 * @param entry the entry point, or -1
 */
record HnswlibHeader(
    long maxElements,
    int count,
    int dimension,
    int m,
    int efConstruction,
    int maxLevel,
    int entry) {
  /** Length of the header. */
  static final int BYTES = 96;

  /** The highest level that a graph of Cairn's can have, counted from 0. */
  private static final int HIGHEST_LEVEL = 30;

  /** Reads the header of a file, and checks what can be checked without the rest. */
  static HnswlibHeader read(MemorySegment file, String name) throws CorruptIndexException {
    if (file.byteSize() < BYTES) {
      throw damaged("it has " + file.byteSize() + " bytes, the header alone has " + BYTES, name);
    }
    Reading in = new Reading(file, name);
    long m = in.value(72);
    in.expect("the most links on upper levels", 56, m);
    in.expect("the most links on level 0", 64, 2 * m);
    in.expect("the offset of level 0", 0, 0);
    long vectorOffset = vectorOffset(m);
    in.expect("the offset of the vectors", 40, vectorOffset);
    in.limit("M", m, CairnHnswParameters.MIN_MAX_CONN, CairnHnswParameters.MAX_MAX_CONN);
    long labelOffset = in.value(32);
    if (labelOffset <= vectorOffset || (labelOffset - vectorOffset) % Float.BYTES != 0) {
      throw damaged(
          "vectors of " + (labelOffset - vectorOffset) + " bytes are not made of floats", name);
    }
    in.expect("the length of a record", 24, labelOffset + Long.BYTES);
    in.limit(
        "the dimension",
        (labelOffset - vectorOffset) / Float.BYTES,
        1,
        CairnHnswVectorsFormat.MAX_DIMENSIONS);
    long maxElements = in.value(8);
    if (maxElements >>> Integer.SIZE != 0) {
      throw damaged(
          "max_elements is "
              + Long.toUnsignedString(maxElements)
              + ", and hnswlib numbers elements by 32 bits",
          name);
    }
    in.limit("max_elements", maxElements, 0, IndexSettings.MAX_ELEMENTS_LIMIT);
    long count = in.value(16);
    if (count < 0 || count > maxElements) {
      throw damaged(
          "the number of elements is "
              + Long.toUnsignedString(count)
              + " and should be from 0 to "
              + maxElements,
          name);
    }
    // each element has a record, and the length of its upper links
    long needed = BYTES + count * (labelOffset + Long.BYTES + Integer.BYTES);
    if (needed > file.byteSize()) {
      throw damaged(
          "it has " + file.byteSize() + " bytes, its " + count + " elements need " + needed, name);
    }
    long efConstruction = in.value(88);
    in.limit("ef_construction", efConstruction, 1, CairnHnswParameters.MAX_BEAM_WIDTH);
    int maxLevel = file.get(SegmentLayouts.INT, 48);
    int entry = file.get(SegmentLayouts.INT, 52);
    if (count == 0 ? maxLevel != -1 || entry != -1 : maxLevel < 0 || maxLevel > HIGHEST_LEVEL) {
      throw damaged("its highest level is " + maxLevel + " with " + count + " elements", name);
    }
    if (count > 0 && (entry < 0 || entry >= count)) {
      throw damaged(
          "its entry point is " + Integer.toUnsignedLong(entry) + " of " + count + " elements",
          name);
    }
    return new HnswlibHeader(
        maxElements,
        (int) count,
        (int) (labelOffset - vectorOffset) / Float.BYTES,
        (int) m,
        (int) efConstruction,
        maxLevel,
        entry);
  }

  /** The error of a file that is not what it should be. */
  static CorruptIndexException damaged(String what, String name) {
    return new CorruptIndexException("not a sound file of hnswlib: " + what, name);
  }

  private static long vectorOffset(long m) {
    return (1 + 2 * m) * Integer.BYTES;
  }

  /** Where the vector stands in a record. */
  long vectorOffset() {
    return vectorOffset(m);
  }

  /** Where the label stands in a record. */
  long labelOffset() {
    return vectorOffset() + (long) dimension * Float.BYTES;
  }

  /** Bytes of a record. */
  long recordBytes() {
    return labelOffset() + Long.BYTES;
  }

  private record Reading(MemorySegment file, String name) {
    private long value(long at) {
      return file.get(SegmentLayouts.LONG, at);
    }

    /** Refuses what hnswlib may have written, but Cairn cannot hold. */
    private void limit(String what, long value, long min, long max) throws CorruptIndexException {
      if (value < min || value > max) {
        throw new CorruptIndexException(
            what
                + " must be from "
                + min
                + " to "
                + max
                + " in Cairn, in this file it is "
                + Long.toUnsignedString(value),
            name);
      }
    }

    private void expect(String what, long at, long expected) throws CorruptIndexException {
      long value = value(at);
      if (value != expected) {
        throw damaged(
            what + " is " + Long.toUnsignedString(value) + " and should be " + expected, name);
      }
    }
  }
}
