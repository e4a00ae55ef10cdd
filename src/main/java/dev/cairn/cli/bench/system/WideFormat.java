/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * One of Lucene's formats for vectors of as many dimensions as Cairn takes; of themselves they
 * refuse more than 1,024. What they write is read without this class.
 */
final class WideFormat extends KnnVectorsFormat {
  private final KnnVectorsFormat format;

  WideFormat(KnnVectorsFormat format) {
    super(format.getName());
    this.format = format;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return format.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return format.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return new CairnHnswVectorsFormat().getMaxDimensions(field);
  }
}
