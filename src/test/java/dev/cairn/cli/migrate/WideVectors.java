/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/** Lucene's format, with more dimensions than it allows; read back by its own name. */
final class WideVectors extends KnnVectorsFormat {
  private final Lucene99HnswVectorsFormat in = new Lucene99HnswVectorsFormat();

  WideVectors() {
    super("Lucene99HnswVectorsFormat");
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return in.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return in.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return 10_000;
  }
}
