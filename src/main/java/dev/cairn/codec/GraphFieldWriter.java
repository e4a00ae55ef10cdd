/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.GraphBuilder;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.util.RamUsageEstimator;

/** Buffers the vectors of one field and links each into a graph as it comes. */
final class GraphFieldWriter<T> extends KnnFieldVectorsWriter<T> {
  private static final long SHALLOW_SIZE =
      RamUsageEstimator.shallowSizeOfInstance(GraphFieldWriter.class)
          + RamUsageEstimator.shallowSizeOfInstance(GraphBuilder.class);

  private final FieldInfo field;
  private final FlatFieldVectorsWriter<T> flat;
  private final GraphBuilder graph;

  GraphFieldWriter(
      FieldInfo field,
      FlatFieldVectorsWriter<T> flat,
      CairnHnswParameters parameters,
      Arena arena) {
    this.field = field;
    this.flat = flat;
    var metric = Keys.metric(field.getVectorSimilarityFunction());
    this.graph =
        new GraphBuilder(
            arena,
            metric,
            RawVectors.buffered(
                metric, field.getVectorDimension(), field.getVectorEncoding(), flat.getVectors()),
            parameters.maxConn(),
            parameters.beamWidth());
  }

  @Override
  public void addValue(int docID, T vector) throws IOException {
    flat.addValue(docID, vector);
    catchUp();
  }

  /** Inserts what is not in the graph yet: an insertion may have failed for want of memory. */
  private void catchUp() throws IOException {
    while (graph.size() < flat.getVectors().size()) {
      graph.insert();
    }
  }

  @Override
  public T copyValue(T vector) {
    throw new UnsupportedOperationException("the flat writer copies values");
  }

  @Override
  public long ramBytesUsed() {
    return SHALLOW_SIZE + flat.ramBytesUsed() + graph.bytesUsed();
  }

  FieldInfo field() {
    return field;
  }

  /** The graph of all vectors; none are added from now on. */
  GraphBuilder finish() throws IOException {
    catchUp();
    graph.finish();
    return graph;
  }

  DocsWithFieldSet docsWithField() {
    return flat.getDocsWithFieldSet();
  }
}
