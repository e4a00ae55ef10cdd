/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * What the searches of a hybrid query found together.
 *
 * @param hits the fused hits, best first
 * @param failedShards shards that failed in one of the searches
 */
record FusedResult(List<FusedHit> hits, List<FailedShard> failedShards) implements Writeable {
  /**
   * A shard that failed.
   *
   * @param index its index, after the name of its cluster if that is a remote one
   * @param shard its number
   * @param reason what it said
   */
  record FailedShard(String index, int shard, String reason) implements Writeable {
    static FailedShard read(StreamInput in) throws IOException {
      return new FailedShard(in.readString(), in.readVInt(), in.readString());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeString(index);
      out.writeVInt(shard);
      out.writeString(reason);
    }
  }

  static FusedResult read(StreamInput in) throws IOException {
    return new FusedResult(in.readList(FusedHit::read), in.readList(FailedShard::read));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeList(hits);
    out.writeList(failedShards);
  }

  /** The hits of a shard. */
  List<FusedHit> hits(String index, int shard) {
    return hits.stream()
        .filter(hit -> hit.key().index().equals(index) && hit.key().shard() == shard)
        .toList();
  }
}
