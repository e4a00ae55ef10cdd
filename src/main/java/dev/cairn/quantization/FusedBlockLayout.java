/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import static dev.cairn.simd.SegmentLayouts.BYTE;
import static dev.cairn.simd.SegmentLayouts.FLOAT;
import static dev.cairn.simd.SegmentLayouts.INT;
import static dev.cairn.simd.SegmentLayouts.LONG;
import static dev.cairn.simd.SegmentLayouts.SHORT;

import dev.cairn.simd.OffHeap;
import dev.cairn.simd.VectorKernels;
import java.lang.foreign.MemorySegment;

/**
 * Where everything stands in a node's block: the sole owner of block offsets.
 *
 * <pre>
 *   0  int      ordinal of the node
 *   4  int      index of the node in the layer below (on level 0: its own)
 *   8  int      number of neighbours
 *  12  float    node factor: 1/|p|^2 (inner product), 1/|p| (angular), 0 (squared L2 or p = 0)
 *  16  float    squared length of the node's vector p, as the graph sees it
 *  20  float    factor of the node's own code: |p|^2 / p.v, with v the code as integers
 *  24           8 bytes of zeros
 *  32  int[]    neighbours, as indices into the same layer; slots of them
 *      short[]  additive factors, bfloat16
 *      short[]  multiplicative factors, bfloat16
 *      byte[]   one bit a slot: whether the diversity heuristic chose the neighbour
 *      padding to a multiple of 64
 *      byte[]   own code: the rotated vector p in integers of 8 bits, or of 16 bits where codes are
 *               at most 128 long
 *      byte[]   sign codes: for each pass of 32 slots, 16 bytes for each 4 dimensions
 *  (in memory, while a graph is built, also)
 *      float[]  keys of the edges
 * </pre>
 *
 * Unused slots come last and hold zeros. Blocks are off the heap, see {@link OffHeap}.
 */
public final class FusedBlockLayout {
  private static final int ALIGNMENT = 64;
  private static final int ORDINAL = 0;
  private static final int BELOW = 4;
  private static final int COUNT = 8;
  private static final int NODE_FACTOR = 12;
  private static final int SQUARED_LENGTH = 16;
  private static final int OWN_FACTOR = 20;
  private static final int NEIGHBOURS = 32;

  /** Longest code whose own codes have 16 bits: where dimensions are few, 8 bits are too coarse. */
  static final int LONGEST_WIDE = 128;

  /** The edge of the lower half of a pass whose bits stand in a byte of a group. */
  private static final int[] SLOT_OF_BYTE = new int[VectorKernels.GROUP_BYTES];

  static {
    for (int j = 0; j < SLOT_OF_BYTE.length; j++) {
      SLOT_OF_BYTE[VectorKernels.codeByte(j)] = j;
    }
  }

  private final int slots;
  private final int codeLength;
  private final int add;
  private final int scale;
  private final int diverse;
  private final int own;
  private final int codes;
  private final int passBytes;
  private final int bytes;

  /**
   * A layout.
   *
   * @param degree neighbours that must fit; rounded up to whole passes of 32
   * @param codeLength bits of a code, a multiple of 64
   */
  public FusedBlockLayout(int degree, int codeLength) {
    int passes = Math.ceilDiv(degree, VectorKernels.PASS);
    this.slots = passes * VectorKernels.PASS;
    this.codeLength = codeLength;
    this.add = NEIGHBOURS + slots * Integer.BYTES;
    this.scale = add + slots * Short.BYTES;
    this.diverse = scale + slots * Short.BYTES;
    this.own = (diverse + slots / Byte.SIZE + ALIGNMENT - 1) & -ALIGNMENT;
    this.codes = own + codeLength * (hasWideOwnCodes() ? Short.BYTES : Byte.BYTES);
    this.passBytes = codeLength / VectorKernels.GROUP_DIMENSIONS * VectorKernels.GROUP_BYTES;
    this.bytes = codes + passes * passBytes;
  }

  /**
   * Which of the 32 slots from {@code first} on are in use; what stands in the others means
   * nothing.
   *
   * @param count how many slots are in use in all, more than {@code first}
   * @return a bit for each
   */
  public static int used(int first, int count) {
    return -1 >>> Math.max(0, first + VectorKernels.PASS - count);
  }

  /** The most neighbours a block can hold: a multiple of 32. */
  public int slots() {
    return slots;
  }

  /** Bits of a neighbour's code. */
  public int codeLength() {
    return codeLength;
  }

  /** Bytes of a block on disk, a multiple of 64. */
  public int bytes() {
    return bytes;
  }

  /** Bytes at the beginning of a block that hold all but the codes of neighbours. */
  public int nodeBytes() {
    return codes;
  }

  /** Bytes of a block in memory, with the keys of its edges. */
  public int buildBytes() {
    return bytes + slots * Float.BYTES;
  }

  /** Groups of four dimensions of a code. */
  public int groups() {
    return codeLength / VectorKernels.GROUP_DIMENSIONS;
  }

  /** Whether the node's own code has 16 bits a dimension, not 8. */
  public boolean hasWideOwnCodes() {
    return codeLength <= LONGEST_WIDE;
  }

  /** Squared length of the node's vector. */
  public float squaredLength(MemorySegment s, long block) {
    return OffHeap.of(s).get(FLOAT, block + SQUARED_LENGTH);
  }

  /** Factor of the node's own code. */
  public float ownFactor(MemorySegment s, long block) {
    return OffHeap.of(s).get(FLOAT, block + OWN_FACTOR);
  }

  /** A component of the node's own code. */
  public int own(MemorySegment s, long block, int i) {
    return hasWideOwnCodes()
        ? OffHeap.of(s).get(SHORT, block + own + 2L * i)
        : OffHeap.of(s).get(BYTE, block + own + i);
  }

  /** Where a node's own code is in its block. */
  public int ownOffset() {
    return own;
  }

  /** How long that code is. */
  public int ownBytes() {
    return codes - own;
  }

  /** Writes a node's own code, squared length and factor. */
  public void setOwn(MemorySegment s, long block, OwnCode code) {
    MemorySegment memory = OffHeap.of(s);
    memory.set(FLOAT, block + SQUARED_LENGTH, code.squaredLength);
    memory.set(FLOAT, block + OWN_FACTOR, code.factor);
    for (int i = 0; i < codeLength; i++) {
      if (hasWideOwnCodes()) {
        memory.set(SHORT, block + own + 2L * i, code.components[i]);
      } else {
        memory.set(BYTE, block + own + i, (byte) code.components[i]);
      }
    }
  }

  /** The node's ordinal. */
  public int ordinal(MemorySegment s, long block) {
    return OffHeap.of(s).get(INT, block + ORDINAL);
  }

  /** The node's index in the layer below. */
  public int below(MemorySegment s, long block) {
    return OffHeap.of(s).get(INT, block + BELOW);
  }

  /** The number of neighbours. */
  public int count(MemorySegment s, long block) {
    return OffHeap.of(s).get(INT, block + COUNT);
  }

  /** The node factor. */
  public float nodeFactor(MemorySegment s, long block) {
    return OffHeap.of(s).get(FLOAT, block + NODE_FACTOR);
  }

  /** The neighbour in a slot, an index into the same layer. */
  public int neighbour(MemorySegment s, long block, int slot) {
    return OffHeap.of(s).get(INT, block + NEIGHBOURS + (long) slot * Integer.BYTES);
  }

  /** Whether the diversity heuristic chose the neighbour in a slot. */
  public boolean isDiverse(MemorySegment s, long block, int slot) {
    return (OffHeap.of(s).get(BYTE, block + diverse + (slot >> 3)) >> (slot & 7) & 1) != 0;
  }

  /** The same for all slots of a pass, a bit for each. */
  public int diverseBits(MemorySegment s, long block, int pass) {
    return OffHeap.of(s).get(INT, block + diverse + (long) pass * Integer.BYTES);
  }

  /** Where the keys of edges are, as an offset in a block; only in memory. */
  public int edgeKeysOffset() {
    return bytes;
  }

  /** The key of the edge in a slot; only in memory. */
  public float edgeKey(MemorySegment s, long block, int slot) {
    return OffHeap.of(s).get(FLOAT, block + bytes + (long) slot * Float.BYTES);
  }

  /** Sets the key of the edge in a slot; only in memory. */
  public void setEdgeKey(MemorySegment s, long block, int slot, float key) {
    OffHeap.of(s).set(FLOAT, block + bytes + (long) slot * Float.BYTES, key);
  }

  /** Where the neighbours are, as an offset in a block. */
  public long neighboursOffset() {
    return NEIGHBOURS;
  }

  long addOffset() {
    return add;
  }

  long scaleOffset() {
    return scale;
  }

  long codesOffset() {
    return codes;
  }

  int passBytes() {
    return passBytes;
  }

  /** Sets the ordinal and the index in the layer below. */
  public void setNode(MemorySegment s, long block, int ordinal, int below, float nodeFactor) {
    OffHeap.of(s).set(INT, block + ORDINAL, ordinal);
    OffHeap.of(s).set(INT, block + BELOW, below);
    OffHeap.of(s).set(FLOAT, block + NODE_FACTOR, nodeFactor);
  }

  /** Sets the number of neighbours. */
  public void setCount(MemorySegment s, long block, int count) {
    OffHeap.of(s).set(INT, block + COUNT, count);
  }

  /** Sets the neighbour in a slot. */
  public void setNeighbour(MemorySegment s, long block, int slot, int neighbour) {
    OffHeap.of(s).set(INT, block + NEIGHBOURS + (long) slot * Integer.BYTES, neighbour);
  }

  /** Sets whether the diversity heuristic chose the neighbour in a slot. */
  public void setDiverse(MemorySegment s, long block, int slot, boolean isDiverse) {
    long at = block + diverse + (slot >> 3);
    int bit = 1 << (slot & 7);
    int bits = OffHeap.of(s).get(BYTE, at);
    OffHeap.of(s).set(BYTE, at, (byte) (isDiverse ? bits | bit : bits & ~bit));
  }

  /** Sets that for all slots of a pass. */
  public void setDiverseBits(MemorySegment s, long block, int pass, int bits) {
    OffHeap.of(s).set(INT, block + diverse + (long) pass * Integer.BYTES, bits);
  }

  /** Writes an edge: neighbour, key, factors and code. */
  public void setEdge(
      MemorySegment s, long block, int slot, int neighbour, float key, EdgeCode code) {
    setEdgeWithoutCode(s, block, slot, neighbour, key, code);
    setCode(s, block, slot, code.bits);
  }

  /** Writes all of an edge but its code. */
  public void setEdgeWithoutCode(
      MemorySegment s, long block, int slot, int neighbour, float key, EdgeCode code) {
    setNeighbour(s, block, slot, neighbour);
    setEdgeKey(s, block, slot, key);
    setFactors(s, block, slot, BFloat16.round(code.add), BFloat16.round(code.scale));
  }

  private void setFactors(MemorySegment s, long block, int slot, short addBits, short scaleBits) {
    OffHeap.of(s).set(SHORT, block + add + (long) slot * Short.BYTES, addBits);
    OffHeap.of(s).set(SHORT, block + scale + (long) slot * Short.BYTES, scaleBits);
  }

  /** Copies what belongs to a node alone, its own code with it, to a block of the same layout. */
  public void copyNode(MemorySegment from, long block, MemorySegment to, long toBlock) {
    MemorySegment.copy(from, block + SQUARED_LENGTH, to, toBlock + SQUARED_LENGTH, 2 * Float.BYTES);
    MemorySegment.copy(from, block + own, to, toBlock + own, codes - own);
  }

  /** Copies all of an edge but its key to another slot. */
  public void copyEdge(MemorySegment s, long block, int from, int to, long[] scratch) {
    setNeighbour(s, block, to, neighbour(s, block, from));
    setDiverse(s, block, to, isDiverse(s, block, from));
    setFactors(
        s,
        block,
        to,
        OffHeap.of(s).get(SHORT, block + add + (long) from * Short.BYTES),
        OffHeap.of(s).get(SHORT, block + scale + (long) from * Short.BYTES));
    code(s, block, from, scratch);
    setCode(s, block, to, scratch);
  }

  /** Leaves nothing of edges in the slots behind the last neighbour. */
  public void clearUnused(MemorySegment s, long block) {
    long[] nothing = new long[codeLength >> 6];
    for (int slot = count(s, block); slot < slots; slot++) {
      setNeighbour(s, block, slot, 0);
      setDiverse(s, block, slot, false);
      setFactors(s, block, slot, (short) 0, (short) 0);
      setCode(s, block, slot, nothing);
    }
  }

  private void setCode(MemorySegment s, long block, int slot, long[] bits) {
    MemorySegment memory = OffHeap.of(s);
    int pass = slot / VectorKernels.PASS;
    int inPass = slot % VectorKernels.PASS;
    long at = block + codes + (long) pass * passBytes + VectorKernels.codeByte(inPass);
    int shift = VectorKernels.codeShift(inPass);
    int keep = ~(15 << shift);
    for (int w = 0; w < codeLength >> 6; w++) {
      long word = bits[w];
      for (int g = 0; g < 16; g++) {
        int old = memory.get(BYTE, at);
        memory.set(BYTE, at, (byte) (old & keep | ((int) word & 15) << shift));
        word >>>= VectorKernels.GROUP_DIMENSIONS;
        at += VectorKernels.GROUP_BYTES;
      }
    }
  }

  /**
   * Writes the codes of all slots, of which the first {@code count} are given and the others zero:
   * several times as fast as one by one.
   */
  public void setCodes(MemorySegment s, long block, EdgeCode[] edges, int count) {
    long[] rows = new long[Long.BYTES];
    for (int pass = 0; pass * VectorKernels.PASS < slots; pass++) {
      long at = block + codes + (long) pass * passBytes;
      int first = pass * VectorKernels.PASS;
      for (int bit = 0; bit < codeLength; bit += Integer.SIZE) {
        setGroups(s, at, rows, 0, edges, first, count, bit);
        setGroups(s, at, rows, Long.BYTES, edges, first, count, bit);
        at += (long) rows.length * VectorKernels.GROUP_BYTES;
      }
    }
  }

  /** Writes eight bytes of each of eight groups: those of 16 edges and 32 dimensions. */
  private static void setGroups(
      MemorySegment s,
      long at,
      long[] rows,
      int firstByte,
      EdgeCode[] edges,
      int first,
      int count,
      int bit) {
    MemorySegment memory = OffHeap.of(s);
    for (int i = 0; i < rows.length; i++) {
      int slot = first + SLOT_OF_BYTE[firstByte + i];
      int other = slot + VectorKernels.PASS / 2;
      long low = slot < count ? edges[slot].bits[bit >> 6] >>> bit : 0;
      long high = other < count ? edges[other].bits[bit >> 6] >>> bit : 0;
      rows[i] = ByteRows.spread(low) | ByteRows.spread(high) << 4;
    }
    ByteRows.transpose(rows);
    for (int g = 0; g < rows.length; g++) {
      memory.set(LONG, at + (long) g * VectorKernels.GROUP_BYTES + firstByte, rows[g]);
    }
  }

  /** The sign code in a slot, lowest dimension in the lowest bit. */
  public void code(MemorySegment s, long block, int slot, long[] bits) {
    MemorySegment memory = OffHeap.of(s);
    int pass = slot / VectorKernels.PASS;
    int inPass = slot % VectorKernels.PASS;
    long at = block + codes + (long) pass * passBytes + VectorKernels.codeByte(inPass);
    int shift = VectorKernels.codeShift(inPass);
    for (int w = 0; w < codeLength >> 6; w++) {
      long word = 0;
      for (int g = 0; g < 16; g++) {
        word |= (memory.get(BYTE, at) >> shift & 15L) << (VectorKernels.GROUP_DIMENSIONS * g);
        at += VectorKernels.GROUP_BYTES;
      }
      bits[w] = word;
    }
  }

  /** The additive factor in a slot. */
  public float add(MemorySegment s, long block, int slot) {
    return BFloat16.toFloat(OffHeap.of(s).get(SHORT, block + add + (long) slot * Short.BYTES));
  }

  /** The multiplicative factor in a slot. */
  public float scale(MemorySegment s, long block, int slot) {
    return BFloat16.toFloat(OffHeap.of(s).get(SHORT, block + scale + (long) slot * Short.BYTES));
  }
}
