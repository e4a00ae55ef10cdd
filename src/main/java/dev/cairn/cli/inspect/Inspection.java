/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import dev.cairn.cli.data.Progress;
import dev.cairn.codec.GraphCheck;
import dev.cairn.codec.GraphFacts;
import dev.cairn.codec.GraphLinks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;

/** Looks at every segment and vector field of an index. */
final class Inspection {
  private static final long SEED = 42;

  private final int samples;
  private final Progress progress;

  /**
   * An inspection.
   *
   * @param samples how many nodes of each level to verify against their vectors; 0 not to verify
   */
  Inspection(int samples, Progress progress) {
    this.samples = samples;
    this.progress = progress;
  }

  /** How many vectors there are to look at. */
  static long countVectors(DirectoryReader reader) throws IOException {
    long count = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      for (FieldInfo field : leaf.reader().getFieldInfos()) {
        count += size((SegmentReader) leaf.reader(), field);
      }
    }
    return count;
  }

  List<SegmentReport> run(DirectoryReader reader) throws IOException {
    List<SegmentReport> reports = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      SegmentReader segment = (SegmentReader) leaf.reader();
      progress.note(segment.getSegmentName());
      if (samples > 0) {
        segment.checkIntegrity();
      }
      List<FieldReport> fields = new ArrayList<>();
      for (FieldInfo field : segment.getFieldInfos()) {
        if (field.hasVectorValues()) {
          fields.add(inspect(segment, field));
        }
      }
      fields.sort(Comparator.comparing(report -> report.info().name));
      int softDeleted = softDeleted(segment);
      reports.add(
          new SegmentReport(
              segment.getSegmentName(),
              segment.maxDoc(),
              segment.numDeletedDocs() + softDeleted,
              softDeleted,
              segment.getSegmentInfo().info.getCodec().getName(),
              segment.getSegmentInfo().sizeInBytes(),
              fields));
    }
    return reports;
  }

  /** Documents that Lucene's soft deletes mark and that are not deleted for good. */
  private static int softDeleted(SegmentReader segment) throws IOException {
    String field = segment.getFieldInfos().getSoftDeletesField();
    NumericDocValues marks = field == null ? null : segment.getNumericDocValues(field);
    Bits live = segment.getLiveDocs();
    int count = 0;
    while (marks != null && marks.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      count += live == null || live.get(marks.docID()) ? 1 : 0;
    }
    return count;
  }

  private FieldReport inspect(SegmentReader segment, FieldInfo field) throws IOException {
    KnnVectorsReader vectors = segment.getVectorReader();
    if (vectors instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
      vectors = perField.getFieldReader(field.name);
    }
    int size = size(segment, field);
    HnswGraph graph = null;
    if (size > 0) {
      graph =
          vectors instanceof HnswGraphProvider provider
              ? provider.getGraph(field.name)
              : GraphLinks.of(segment, field.name).orElse(null);
    }
    // some formats know no sizes of fields without vectors
    Map<String, Long> bytes = size == 0 ? Map.of() : vectors.getOffHeapByteSize(field);
    return new FieldReport(
        field,
        format(segment, field),
        size,
        graph == null ? GraphMeasure.NONE : GraphMeasure.of(graph, progress),
        GraphFacts.of(segment, field.name).map(GraphFacts::parameters),
        bytes,
        samples == 0 ? Optional.empty() : GraphCheck.run(segment, field.name, samples, SEED));
  }

  private static String format(SegmentReader segment, FieldInfo field) {
    String name = field.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY);
    return name != null
        ? name
        : segment.getSegmentInfo().info.getCodec().knnVectorsFormat().getName();
  }

  private static int size(SegmentReader segment, FieldInfo field) throws IOException {
    if (!field.hasVectorValues()) {
      return 0;
    }
    var values =
        switch (field.getVectorEncoding()) {
          case BYTE -> segment.getByteVectorValues(field.name);
          case FLOAT32 -> segment.getFloatVectorValues(field.name);
        };
    return values == null ? 0 : values.size();
  }
}
