/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import dev.cairn.cli.data.Progress;
import dev.cairn.codec.GraphCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;

/**
 * Compares an index with what was made of it: documents, every vector, how many documents have each
 * stored number; and looks at the new index by itself, by Lucene's CheckIndex and Cairn's own.
 */
final class Verifier {
  private static final int GRAPH_SAMPLES = 200;

  private final Progress progress;

  Verifier(Progress progress) {
    this.progress = progress;
  }

  /** Why an index is not the other one migrated, or null when it is. */
  String difference(DirectoryReader source, Directory targetDirectory) throws IOException {
    try (DirectoryReader target = DirectoryReader.open(targetDirectory)) {
      List<CodecReader> from = new ArrayList<>();
      for (LeafReaderContext leaf : source.leaves()) {
        if (leaf.reader().numDocs() > 0) {
          from.add((CodecReader) leaf.reader());
        }
      }
      if (from.size() != target.leaves().size()) {
        return from.size() + " segments with documents became " + target.leaves().size();
      }
      for (int i = 0; i < from.size(); i++) {
        String difference = compare(from.get(i), (CodecReader) target.leaves().get(i).reader());
        if (difference != null) {
          return "segment " + i + ": " + difference;
        }
      }
    }
    return null;
  }

  /** What CheckIndex or the check of the graphs finds wrong, or null. */
  String damage(Directory directory) throws IOException {
    progress.note("CheckIndex");
    try (CheckIndex check = new CheckIndex(directory)) {
      if (!check.checkIndex().clean) {
        return "CheckIndex finds damage";
      }
    }
    progress.note("graphs");
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        for (FieldInfo field : leaf.reader().getFieldInfos()) {
          if (field.hasVectorValues()) {
            GraphCheck.Report report =
                GraphCheck.run((CodecReader) leaf.reader(), field.name, GRAPH_SAMPLES, leaf.ord)
                    .orElse(null);
            if (report == null) {
              return "field \"" + field.name + "\" is not in Cairn's format";
            }
            if (!report.isSound()) {
              return "field \"" + field.name + "\": " + report.problems().getFirst();
            }
          }
        }
      }
    }
    return null;
  }

  private String compare(CodecReader source, CodecReader target) throws IOException {
    if (source.numDocs() != target.maxDoc() || target.hasDeletions()) {
      return source.numDocs() + " documents became " + target.numDocs();
    }
    for (FieldInfo field : source.getFieldInfos()) {
      FieldInfo same = target.getFieldInfos().fieldInfo(field.name);
      String difference =
          field.hasVectorValues() ? compareVectors(source, target, field, same) : null;
      if (difference == null && field.getDocValuesType() != DocValuesType.NONE) {
        difference = compareDocValues(source, target, field, same);
      }
      if (difference != null) {
        return "field \"" + field.name + "\": " + difference;
      }
    }
    return null;
  }

  private static String compareDocValues(
      CodecReader source, CodecReader target, FieldInfo field, FieldInfo same) throws IOException {
    int before = count(docValues(source, field), source.getLiveDocs());
    int after = same == null ? 0 : count(docValues(target, same), null);
    return before == after ? null : before + " documents with values became " + after;
  }

  private String compareVectors(
      CodecReader source, CodecReader target, FieldInfo field, FieldInfo same) throws IOException {
    KnnVectorValues from = vectors(source, field);
    Bits live = source.getLiveDocs();
    KnnVectorValues.DocIndexIterator docs = from.iterator();
    KnnVectorValues to = same == null || !same.hasVectorValues() ? null : vectors(target, same);
    KnnVectorValues.DocIndexIterator newDocs = to == null ? null : to.iterator();
    int newDoc = -1;
    int lastDoc = -1;
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      // documents that are not deleted keep their order
      for (int i = lastDoc + 1; i <= doc; i++) {
        newDoc += live == null || live.get(i) ? 1 : 0;
      }
      lastDoc = doc;
      progress.step();
      if (live != null && !live.get(doc)) {
        continue;
      }
      if (newDocs == null || newDocs.nextDoc() != newDoc) {
        return "the vector of document " + doc + " is missing";
      }
      if (!isEqual(from, docs.index(), to, newDocs.index())) {
        return "the vector of document " + doc + " is another one";
      }
    }
    return newDocs != null && newDocs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS
        ? "there are more vectors than before"
        : null;
  }

  private static boolean isEqual(
      KnnVectorValues from, int ordinal, KnnVectorValues to, int newOrdinal) throws IOException {
    return switch (from) {
      case FloatVectorValues floats ->
          Arrays.equals(
              floats.vectorValue(ordinal), ((FloatVectorValues) to).vectorValue(newOrdinal));
      case ByteVectorValues bytes ->
          Arrays.equals(
              bytes.vectorValue(ordinal), ((ByteVectorValues) to).vectorValue(newOrdinal));
      default -> false;
    };
  }

  /** The vectors of a field that has some in other segments at least. */
  static KnnVectorValues vectors(LeafReader segment, FieldInfo field) throws IOException {
    KnnVectorValues values =
        switch (field.getVectorEncoding()) {
          case BYTE -> segment.getByteVectorValues(field.name);
          case FLOAT32 -> segment.getFloatVectorValues(field.name);
        };
    return values != null ? values : FloatVectorValues.fromFloats(List.of(), 1);
  }

  private static DocIdSetIterator docValues(LeafReader segment, FieldInfo field)
      throws IOException {
    return switch (field.getDocValuesType()) {
      case NUMERIC -> segment.getNumericDocValues(field.name);
      case BINARY -> segment.getBinaryDocValues(field.name);
      case SORTED -> segment.getSortedDocValues(field.name);
      case SORTED_NUMERIC -> segment.getSortedNumericDocValues(field.name);
      case SORTED_SET -> segment.getSortedSetDocValues(field.name);
      case NONE -> null;
    };
  }

  private static int count(DocIdSetIterator docs, Bits live) throws IOException {
    int count = 0;
    if (docs != null) {
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        count += live == null || live.get(doc) ? 1 : 0;
      }
    }
    return count;
  }
}
