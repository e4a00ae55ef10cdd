/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import dev.cairn.opensearch.codec.GraphWork;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What writing an index's vectors has cost, over nodes.
 *
 * @param figures the sums
 */
record WorkStats(GraphWork.Snapshot figures) implements Writeable, ToXContentFragment {
  static final WorkStats NONE = new WorkStats(new GraphWork.Snapshot(0, 0, 0, 0, 0));

  static WorkStats read(StreamInput in) throws IOException {
    return new WorkStats(
        new GraphWork.Snapshot(
            in.readVLong(), in.readVLong(), in.readVLong(), in.readVLong(), in.readVLong()));
  }

  WorkStats plus(WorkStats more) {
    return new WorkStats(
        new GraphWork.Snapshot(
            figures.flushes() + more.figures.flushes(),
            figures.flushMillis() + more.figures.flushMillis(),
            figures.merges() + more.figures.merges(),
            figures.mergedVectors() + more.figures.mergedVectors(),
            figures.mergeMillis() + more.figures.mergeMillis()));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVLong(figures.flushes());
    out.writeVLong(figures.flushMillis());
    out.writeVLong(figures.merges());
    out.writeVLong(figures.mergedVectors());
    out.writeVLong(figures.mergeMillis());
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder
        .startObject("work")
        .field("flushes", figures.flushes())
        .field("flush_time_in_millis", figures.flushMillis())
        .field("merges", figures.merges())
        .field("merged_vectors", figures.mergedVectors())
        .field("merge_time_in_millis", figures.mergeMillis())
        .endObject();
  }
}
