/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.opensearch.action.support.broadcast.BroadcastResponse;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;

/** Statistics by index and field, over primaries and over all copies. */
public final class CairnStatsResponse extends BroadcastResponse {
  private final List<ShardVectorStats> shards;

  CairnStatsResponse(
      int totalShards,
      int successfulShards,
      int failedShards,
      List<DefaultShardOperationFailedException> failures,
      List<ShardVectorStats> shards) {
    super(totalShards, successfulShards, failedShards, failures);
    this.shards = shards;
  }

  CairnStatsResponse(StreamInput in) throws IOException {
    super(in);
    shards = in.readList(ShardVectorStats::read);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeList(shards);
  }

  @Override
  protected void addCustomXContentFields(XContentBuilder builder, Params params)
      throws IOException {
    builder.startObject("_all");
    write(builder, params, shard -> true, false);
    builder.endObject().startObject("indices");
    for (String index : shards.stream().map(ShardVectorStats::index).sorted().distinct().toList()) {
      builder.startObject(index);
      write(builder, params, shard -> shard.index().equals(index), true);
      builder.endObject();
    }
    builder.endObject();
  }

  private void write(
      XContentBuilder builder, Params params, Predicate<ShardVectorStats> which, boolean withFields)
      throws IOException {
    List<ShardVectorStats> chosen = shards.stream().filter(which).toList();
    List<ShardVectorStats> primaries = chosen.stream().filter(ShardVectorStats::isPrimary).toList();
    builder.startObject("primaries");
    sum(primaries).toXContent(builder, params);
    builder.endObject().startObject("total");
    sum(chosen).toXContent(builder, params);
    work(chosen).toXContent(builder, params);
    builder.endObject();
    if (withFields) {
      builder.startObject("fields");
      for (Map.Entry<String, FieldStats> field : byField(primaries).entrySet()) {
        builder.startObject(field.getKey());
        field.getValue().toXContent(builder, params);
        builder.endObject();
      }
      builder.endObject();
    }
  }

  private static FieldStats sum(List<ShardVectorStats> shards) {
    return shards.stream()
        .flatMap(shard -> shard.fields().values().stream())
        .reduce(FieldStats.NONE, FieldStats::plus);
  }

  private static Map<String, FieldStats> byField(List<ShardVectorStats> shards) {
    Map<String, FieldStats> sums = new TreeMap<>();
    shards.forEach(
        shard -> shard.fields().forEach((name, f) -> sums.merge(name, f, FieldStats::plus)));
    return sums;
  }

  private static WorkStats work(List<ShardVectorStats> shards) {
    WorkStats sum = WorkStats.NONE;
    Set<List<String>> counted = new HashSet<>();
    for (ShardVectorStats shard : shards) {
      if (counted.add(List.of(shard.index(), shard.node()))) {
        sum = sum.plus(shard.work());
      }
    }
    return sum;
  }
}
