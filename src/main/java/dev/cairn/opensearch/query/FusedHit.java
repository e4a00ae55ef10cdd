/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A document that at least one of several searches found.
 *
 * @param key where it is
 * @param ranks its rank in each search's result over all shards, from 1, or 0 where it was not
 *     found
 * @param score the fused score
 */
record FusedHit(RankFusion.Key key, int[] ranks, float score) implements Writeable {
  static FusedHit read(StreamInput in) throws IOException {
    return new FusedHit(
        new RankFusion.Key(in.readString(), in.readVInt(), in.readString()),
        in.readVIntArray(),
        in.readFloat());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(key.index());
    out.writeVInt(key.shard());
    out.writeString(key.id());
    out.writeVIntArray(ranks);
    out.writeFloat(score);
  }

  // arrays are not compared by what they hold
  @Override
  public boolean equals(Object other) {
    return other instanceof FusedHit that
        && key.equals(that.key)
        && Arrays.equals(ranks, that.ranks)
        && score == that.score;
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, Arrays.hashCode(ranks), score);
  }
}
