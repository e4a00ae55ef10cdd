/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import dev.cairn.codec.GraphFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;

/**
 * The vector field that is audited.
 *
 * @param reader the index
 * @param info the field
 */
record VectorField(DirectoryReader reader, FieldInfo info) {

  /**
   * Finds a field.
   *
   * @param name its name; null for the only vector field
   * @throws IllegalArgumentException if there is no such field, or several to choose from
   */
  static VectorField find(DirectoryReader reader, String name) {
    FieldInfos infos = FieldInfos.getMergedFieldInfos(reader);
    TreeSet<String> names = new TreeSet<>();
    for (FieldInfo info : infos) {
      if (info.hasVectorValues()) {
        names.add(info.name);
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("the index has no vector field");
    }
    if (name == null && names.size() > 1) {
      throw new IllegalArgumentException("--field must be one of " + names);
    }
    String chosen = name == null ? names.first() : name;
    if (!names.contains(chosen)) {
      throw new IllegalArgumentException(
          "no vector field \"" + name + "\"; the index has " + names);
    }
    return new VectorField(reader, infos.fieldInfo(chosen));
  }

  String name() {
    return info.name;
  }

  boolean isBytes() {
    return info.getVectorEncoding() == VectorEncoding.BYTE;
  }

  /** Whether all graphs are Cairn's. */
  boolean isCairn() throws IOException {
    for (LeafReaderContext leaf : leaves()) {
      if (GraphFacts.of((CodecReader) leaf.reader(), name()).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The segments that have vectors. */
  List<LeafReaderContext> leaves() throws IOException {
    List<LeafReaderContext> leaves = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      KnnVectorValues values = values(leaf.reader());
      if (values != null && values.size() > 0) {
        leaves.add(leaf);
      }
    }
    return leaves;
  }

  /** The vectors of a segment, or null. */
  KnnVectorValues values(LeafReader segment) throws IOException {
    return isBytes() ? segment.getByteVectorValues(name()) : segment.getFloatVectorValues(name());
  }

  /** A copy of a vector, {@code float[]} or {@code byte[]}. */
  static Object vector(KnnVectorValues values, int ordinal) throws IOException {
    return values instanceof FloatVectorValues floats
        ? floats.vectorValue(ordinal).clone()
        : ((ByteVectorValues) values).vectorValue(ordinal).clone();
  }

  /** Lucene's score of two vectors. */
  float score(Object query, KnnVectorValues values, int ordinal) throws IOException {
    return values instanceof FloatVectorValues floats
        ? info.getVectorSimilarityFunction().compare((float[]) query, floats.vectorValue(ordinal))
        : info.getVectorSimilarityFunction()
            .compare((byte[]) query, ((ByteVectorValues) values).vectorValue(ordinal));
  }
}
