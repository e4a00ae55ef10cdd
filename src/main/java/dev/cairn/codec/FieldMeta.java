/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.quantization.CentredLayout;
import dev.cairn.quantization.Rotation;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * What a segment says of one field's graph.
 *
 * @param fieldNumber the field
 * @param encoding encoding of the raw vectors
 * @param similarity similarity of the field
 * @param dimension number of dimensions
 * @param parameters how the graph was built and is searched by default
 * @param entry index of the entry point in the highest layer
 * @param sizes number of nodes of each layer, lowest first; none for a field without vectors
 * @param offsets where the blocks of each layer start in the data file, multiples of 64
 * @param hasCentredCodes whether centred codes of all nodes follow the layers
 */
record FieldMeta(
    int fieldNumber,
    VectorEncoding encoding,
    VectorSimilarityFunction similarity,
    int dimension,
    CairnHnswParameters parameters,
    int entry,
    int[] sizes,
    long[] offsets,
    boolean hasCentredCodes) {

  /** More layers than any graph draws: the highest level is 30. */
  private static final int MAX_LAYERS = 31;

  // numbers on disk, so that the order of Lucene's enums does not matter
  private static final VectorSimilarityFunction[] SIMILARITIES = {
    VectorSimilarityFunction.EUCLIDEAN,
    VectorSimilarityFunction.DOT_PRODUCT,
    VectorSimilarityFunction.COSINE,
    VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT
  };

  /** In the lowest bit of a byte whose other bits are features that a reader must know. */
  private static final VectorEncoding[] ENCODINGS = {VectorEncoding.BYTE, VectorEncoding.FLOAT32};

  /** The feature that centred codes follow the layers. */
  private static final int CENTRED_CODES = 2;

  /** How many times as long vectors must be for codes to save time. */
  private static final int SHORT = 4;

  /** Number of vectors. */
  int size() {
    return sizes.length == 0 ? 0 : sizes[0];
  }

  /** Whether there are centred codes that are much shorter than vectors. */
  boolean hasShortCodes() {
    int rowBytes = CentredLayout.rowBytes(Rotation.codeLength(dimension));
    return hasCentredCodes && SHORT * rowBytes <= dimension * encoding.byteSize;
  }

  void write(IndexOutput out) throws IOException {
    out.writeInt(fieldNumber);
    out.writeByte((byte) (indexOf(ENCODINGS, encoding) | (hasCentredCodes ? CENTRED_CODES : 0)));
    out.writeByte((byte) indexOf(SIMILARITIES, similarity));
    out.writeVInt(dimension);
    out.writeVInt(parameters.maxConn());
    out.writeVInt(parameters.beamWidth());
    out.writeVInt(parameters.efSearch());
    out.writeVInt(sizes.length);
    for (int level = 0; level < sizes.length; level++) {
      out.writeInt(sizes[level]);
      out.writeLong(offsets[level]);
    }
    out.writeInt(entry);
  }

  private static int indexOf(Object[] values, Object value) {
    for (int i = 0; i < values.length; i++) {
      if (values[i].equals(value)) {
        return i;
      }
    }
    throw new IllegalArgumentException("unknown: " + value);
  }

  /**
   * Reads what follows a field's number; nothing read is trusted further than it can be checked.
   */
  static FieldMeta read(IndexInput in, FieldInfo info) throws IOException {
    int first = in.readByte() & 0xff;
    int features = first & -ENCODINGS.length;
    if ((features & ~CENTRED_CODES) != 0) {
      throw new IndexFormatTooNewException(
          "features of field \"" + info.name + "\" in " + in, features, 0, CENTRED_CODES);
    }
    VectorEncoding encoding = ENCODINGS[first % ENCODINGS.length];
    int second = in.readByte();
    check(in, info, second >= 0 && second < SIMILARITIES.length, "similarity", second);
    VectorSimilarityFunction similarity = SIMILARITIES[second];
    int dimension = in.readVInt();
    check(in, info, encoding == info.getVectorEncoding(), "encoding", encoding);
    check(in, info, similarity == info.getVectorSimilarityFunction(), "similarity", similarity);
    check(in, info, dimension == info.getVectorDimension(), "dimension", dimension);
    CairnHnswParameters parameters;
    try {
      parameters = new CairnHnswParameters(in.readVInt(), in.readVInt(), in.readVInt());
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException("field \"" + info.name + "\": " + e.getMessage(), in, e);
    }
    int layers = in.readVInt();
    check(in, info, layers >= 0 && layers <= MAX_LAYERS, "number of layers", layers);
    check(in, info, layers > 0 || features == 0, "features without layers", features);
    int[] sizes = new int[layers];
    long[] offsets = new long[layers];
    for (int level = 0; level < layers; level++) {
      sizes[level] = in.readInt();
      offsets[level] = in.readLong();
      int limit = level == 0 ? Integer.MAX_VALUE : sizes[level - 1];
      check(in, info, sizes[level] > 0 && sizes[level] <= limit, "layer size", sizes[level]);
      check(in, info, offsets[level] >= 0 && offsets[level] % 64 == 0, "offset", offsets[level]);
    }
    int entry = in.readInt();
    boolean isInTopLayer = layers == 0 ? entry == -1 : entry >= 0 && entry < sizes[layers - 1];
    check(in, info, isInTopLayer, "entry point", entry);
    return new FieldMeta(
        info.number,
        encoding,
        similarity,
        dimension,
        parameters,
        entry,
        sizes,
        offsets,
        (features & CENTRED_CODES) != 0);
  }

  private static void check(
      IndexInput in, FieldInfo info, boolean isValid, String name, Object value)
      throws CorruptIndexException {
    if (!isValid) {
      throw new CorruptIndexException(
          "field \"" + info.name + "\": invalid " + name + ": " + value, in);
    }
  }
}
