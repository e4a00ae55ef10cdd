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
record FusedHit(Key key, int[] ranks, float score) implements Writeable {
  /**
   * Where a document is. An id alone does not tell: documents with a routing of their own may share
   * one within an index, and indices of several clusters a name.
   *
   * @param index its index, after the name of its cluster if that is a remote one
   * @param shard its shard
   * @param id its id there
   */
  record Key(String index, int shard, String id) implements Writeable {
    static Key read(StreamInput in) throws IOException {
      return new Key(in.readString(), in.readVInt(), in.readString());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeString(index);
      out.writeVInt(shard);
      out.writeString(id);
    }
  }

  static FusedHit read(StreamInput in) throws IOException {
    return new FusedHit(Key.read(in), in.readVIntArray(), in.readFloat());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    key.writeTo(out);
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
