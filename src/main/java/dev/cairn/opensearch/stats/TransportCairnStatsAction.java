/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import dev.cairn.codec.GraphFacts;
import dev.cairn.opensearch.codec.GraphWorks;
import dev.cairn.opensearch.mapping.CairnSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.broadcast.node.TransportBroadcastByNodeAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.cluster.routing.ShardsIterator;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.lucene.Lucene;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Collects statistics from every copy of every shard of the indices that use Cairn. */
public final class TransportCairnStatsAction
    extends TransportBroadcastByNodeAction<
        CairnStatsRequest, CairnStatsResponse, ShardVectorStats> {
  private final IndicesService indicesService;
  private final GraphWorks works;

  /** Made by OpenSearch. */
  @Inject
  public TransportCairnStatsAction(
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indicesService,
      ActionFilters actionFilters,
      IndexNameExpressionResolver indexNames,
      GraphWorks works) {
    super(
        CairnStatsAction.NAME,
        clusterService,
        transportService,
        actionFilters,
        indexNames,
        CairnStatsRequest::new,
        ThreadPool.Names.MANAGEMENT);
    this.indicesService = indicesService;
    this.works = works;
  }

  @Override
  protected ShardVectorStats readShardResult(StreamInput in) throws IOException {
    return ShardVectorStats.read(in);
  }

  @Override
  protected CairnStatsRequest readRequestFrom(StreamInput in) throws IOException {
    return new CairnStatsRequest(in);
  }

  @Override
  protected ShardsIterator shards(
      ClusterState state, CairnStatsRequest request, String[] concreteIndices) {
    String[] ours =
        Arrays.stream(concreteIndices)
            .filter(index -> CairnSettings.ENABLED.get(state.metadata().index(index).getSettings()))
            .toArray(String[]::new);
    return state.routingTable().allShards(ours);
  }

  @Override
  protected ShardVectorStats shardOperation(CairnStatsRequest request, ShardRouting routing)
      throws IOException {
    IndexShard shard =
        indicesService.indexServiceSafe(routing.index()).getShard(routing.shardId().id());
    Map<String, FieldStats> fields = new TreeMap<>();
    try (Engine.Searcher searcher = shard.acquireSearcher("cairn_stats")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        SegmentReader segment = Lucene.segmentReader(leaf.reader());
        for (FieldInfo field : segment.getFieldInfos()) {
          if (field.hasVectorValues()) {
            fields.merge(field.name, stats(segment, field), FieldStats::plus);
          }
        }
      }
    }
    return new ShardVectorStats(
        routing.getIndexName(),
        routing.currentNodeId(),
        routing.primary(),
        fields,
        new WorkStats(works.of(routing.index()).snapshot()));
  }

  /** Vectors outside graphs of ours count as vectors, without a graph. */
  private static FieldStats stats(SegmentReader segment, FieldInfo field) throws IOException {
    long vectors =
        switch (field.getVectorEncoding()) {
          case FLOAT32 -> segment.getFloatVectorValues(field.name).size();
          case BYTE -> segment.getByteVectorValues(field.name).size();
        };
    return new FieldStats(
        vectors,
        vectors == 0 ? 0 : 1,
        vectors * field.getVectorDimension() * field.getVectorEncoding().byteSize,
        GraphFacts.of(segment, field.name).map(GraphFacts::bytes).orElse(0L));
  }

  @Override
  protected CairnStatsResponse newResponse(
      CairnStatsRequest request,
      int totalShards,
      int successfulShards,
      int failedShards,
      List<ShardVectorStats> results,
      List<DefaultShardOperationFailedException> failures,
      ClusterState state) {
    return new CairnStatsResponse(totalShards, successfulShards, failedShards, failures, results);
  }

  @Override
  protected ClusterBlockException checkGlobalBlock(ClusterState state, CairnStatsRequest request) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_READ);
  }

  @Override
  protected ClusterBlockException checkRequestBlock(
      ClusterState state, CairnStatsRequest request, String[] concreteIndices) {
    return state.blocks().indicesBlockedException(ClusterBlockLevel.METADATA_READ, concreteIndices);
  }
}
