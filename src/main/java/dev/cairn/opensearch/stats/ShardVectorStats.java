/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import java.io.IOException;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * One copy of a shard.
 *
 * @param index its index
 * @param node where it is
 * @param isPrimary whether it is the primary
 * @param fields its vector fields by name
 * @param work of the whole index on that node, the same from each of its shards there
 */
record ShardVectorStats(
    String index, String node, boolean isPrimary, Map<String, FieldStats> fields, WorkStats work)
    implements Writeable {
  static ShardVectorStats read(StreamInput in) throws IOException {
    return new ShardVectorStats(
        in.readString(),
        in.readString(),
        in.readBoolean(),
        in.readMap(StreamInput::readString, FieldStats::read),
        WorkStats.read(in));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(index);
    out.writeString(node);
    out.writeBoolean(isPrimary);
    out.writeMap(fields, StreamOutput::writeString, (o, stats) -> stats.writeTo(o));
    work.writeTo(out);
  }
}
