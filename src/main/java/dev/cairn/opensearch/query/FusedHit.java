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
 * @param index the index that holds it
 * @param id its id there
 * @param ranks its rank in each search's result over all shards, from 1, or 0 where it was not
 *     found
 * @param score the fused score
 */
record FusedHit(String index, String id, int[] ranks, float score) implements Writeable {
  static FusedHit read(StreamInput in) throws IOException {
    return new FusedHit(in.readString(), in.readString(), in.readVIntArray(), in.readFloat());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(index);
    out.writeString(id);
    out.writeVIntArray(ranks);
    out.writeFloat(score);
  }

  // arrays are not compared by what they hold
  @Override
  public boolean equals(Object other) {
    return other instanceof FusedHit that
        && index.equals(that.index)
        && id.equals(that.id)
        && Arrays.equals(ranks, that.ranks)
        && score == that.score;
  }

  @Override
  public int hashCode() {
    return Objects.hash(index, id, Arrays.hashCode(ranks), score);
  }
}
