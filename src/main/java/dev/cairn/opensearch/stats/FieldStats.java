/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What the segments of a vector field hold.
 *
 * @param vectors vectors, those of deleted documents included until a merge drops them
 * @param segments segments that hold any
 * @param vectorBytes size of the raw vectors
 * @param graphBytes size of the graphs
 */
record FieldStats(long vectors, long segments, long vectorBytes, long graphBytes)
    implements Writeable, ToXContentFragment {
  static final FieldStats NONE = new FieldStats(0, 0, 0, 0);

  static FieldStats read(StreamInput in) throws IOException {
    return new FieldStats(in.readVLong(), in.readVLong(), in.readVLong(), in.readVLong());
  }

  FieldStats plus(FieldStats more) {
    return new FieldStats(
        vectors + more.vectors,
        segments + more.segments,
        vectorBytes + more.vectorBytes,
        graphBytes + more.graphBytes);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVLong(vectors);
    out.writeVLong(segments);
    out.writeVLong(vectorBytes);
    out.writeVLong(graphBytes);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder
        .field("vectors", vectors)
        .field("segments", segments)
        .field("vector_bytes", vectorBytes)
        .field("graph_bytes", graphBytes);
  }
}
