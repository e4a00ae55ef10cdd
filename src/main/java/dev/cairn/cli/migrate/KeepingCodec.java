/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import dev.cairn.codec.CairnCodec;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.codecs.DocValuesFormat;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene90.Lucene90StoredFieldsFormat;
import org.apache.lucene.codecs.perfield.PerFieldDocValuesFormat;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;

/**
 * Lucene's current formats with Cairn for vectors; but a field whose postings or doc values were
 * given a format of their own keeps it, and so does the compression of stored fields.
 */
final class KeepingCodec extends CairnCodec {
  /** Lucene's own defaults, of whatever version: replaced by those of today. */
  private static final String LUCENE_DEFAULT = "Lucene\\d+";

  private final Map<String, PostingsFormat> postings = new HashMap<>();
  private final Map<String, DocValuesFormat> docValues = new HashMap<>();

  private KeepingCodec(Mode mode, KnnVectorsFormat vectors) {
    super(mode, vectors);
  }

  static KeepingCodec of(DirectoryReader source, KnnVectorsFormat vectors) {
    Mode mode = Mode.BEST_SPEED;
    for (LeafReaderContext leaf : source.leaves()) {
      SegmentReader segment = (SegmentReader) leaf.reader();
      String stored =
          segment.getSegmentInfo().info.getAttribute(Lucene90StoredFieldsFormat.MODE_KEY);
      if (Mode.BEST_COMPRESSION.name().equals(stored)) {
        mode = Mode.BEST_COMPRESSION;
      }
    }
    KeepingCodec codec = new KeepingCodec(mode, vectors);
    for (LeafReaderContext leaf : source.leaves()) {
      for (FieldInfo field : leaf.reader().getFieldInfos()) {
        codec.keep(field);
      }
    }
    return codec;
  }

  private void keep(FieldInfo field) {
    String name = field.getAttribute(PerFieldPostingsFormat.PER_FIELD_FORMAT_KEY);
    if (name != null && !name.matches(LUCENE_DEFAULT)) {
      postings.put(field.name, PostingsFormat.forName(name));
    }
    name = field.getAttribute(PerFieldDocValuesFormat.PER_FIELD_FORMAT_KEY);
    if (name != null && !name.matches(LUCENE_DEFAULT)) {
      docValues.put(field.name, DocValuesFormat.forName(name));
    }
  }

  @Override
  public PostingsFormat getPostingsFormatForField(String field) {
    PostingsFormat kept = postings.get(field);
    return kept != null ? kept : super.getPostingsFormatForField(field);
  }

  @Override
  public DocValuesFormat getDocValuesFormatForField(String field) {
    DocValuesFormat kept = docValues.get(field);
    return kept != null ? kept : super.getDocValuesFormatForField(field);
  }
}
