/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch;

import dev.cairn.opensearch.codec.CairnCodecService;
import dev.cairn.opensearch.codec.GraphWorks;
import dev.cairn.opensearch.mapping.CairnSettings;
import dev.cairn.opensearch.mapping.CairnVectorFieldMapper;
import dev.cairn.opensearch.mapping.CairnVectorFieldType;
import dev.cairn.opensearch.mapping.ResizeValidator;
import dev.cairn.opensearch.query.CairnHybridQueryBuilder;
import dev.cairn.opensearch.query.CairnQueryBuilder;
import dev.cairn.opensearch.query.SearchTasks;
import dev.cairn.opensearch.stats.CairnStatsAction;
import dev.cairn.opensearch.stats.RestCairnStatsAction;
import dev.cairn.opensearch.stats.TransportCairnStatsAction;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.IndexScopedSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.settings.SettingsFilter;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.index.Index;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.IndexCreationValidator;
import org.opensearch.index.IndexModule;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.codec.CodecServiceFactory;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.shard.IndexEventListener;
import org.opensearch.indices.cluster.IndicesClusterStateService.AllocatedIndices.IndexRemovalReason;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.EnginePlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.rest.RestController;
import org.opensearch.rest.RestHandler;
import org.opensearch.script.ScriptService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** Registers with OpenSearch what the packages below hold. */
public final class CairnPlugin extends Plugin
    implements ActionPlugin, EnginePlugin, MapperPlugin, SearchPlugin {
  private final GraphWorks works = new GraphWorks();
  // known once components are made
  private volatile ClusterService clusterService;
  private volatile ThreadPool threadPool;

  /** Made by OpenSearch. */
  public CairnPlugin() {}

  @Override
  public List<Setting<?>> getSettings() {
    return CairnSettings.all();
  }

  @Override
  public Optional<CodecServiceFactory> getCustomCodecServiceFactory(IndexSettings index) {
    boolean isOurs =
        CairnSettings.ENABLED.get(index.getSettings())
            && CairnSettings.FORMAT.get(index.getSettings()) == CairnSettings.Format.CAIRN;
    return isOurs
        ? Optional.of(config -> new CairnCodecService(config, works.of(index.getIndex())))
        : Optional.empty();
  }

  @Override
  public void onIndexModule(IndexModule module) {
    module.addIndexEventListener(
        new IndexEventListener() {
          @Override
          public void afterIndexRemoved(
              Index index, IndexSettings settings, IndexRemovalReason reason) {
            works.remove(index);
          }
        });
  }

  @Override
  public Collection<IndexCreationValidator> getIndexCreationValidators() {
    return List.of(new ResizeValidator(() -> clusterService.state().metadata()));
  }

  @Override
  public Map<String, Mapper.TypeParser> getMappers() {
    return Map.of(CairnVectorFieldType.TYPE, CairnVectorFieldMapper.parser());
  }

  @Override
  public List<QuerySpec<?>> getQueries() {
    return List.of(
        new QuerySpec<>(
            CairnQueryBuilder.NAME, CairnQueryBuilder::new, CairnQueryBuilder::fromXContent),
        new QuerySpec<>(
            CairnHybridQueryBuilder.NAME,
            CairnHybridQueryBuilder::new,
            CairnHybridQueryBuilder::fromXContent));
  }

  @Override
  public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
    return List.of(new ActionHandler<>(CairnStatsAction.INSTANCE, TransportCairnStatsAction.class));
  }

  @Override
  public List<ActionFilter> getActionFilters() {
    return List.of(
        new SearchTasks(threadPool.getThreadContext(), () -> clusterService.localNode().getId()));
  }

  @Override
  public List<RestHandler> getRestHandlers(
      Settings settings,
      RestController restController,
      ClusterSettings clusterSettings,
      IndexScopedSettings indexScopedSettings,
      SettingsFilter settingsFilter,
      IndexNameExpressionResolver indexNames,
      Supplier<DiscoveryNodes> nodesInCluster) {
    return List.of(new RestCairnStatsAction());
  }

  /** Keeps what filters and validators need, and makes what the statistics are injected with. */
  @Override
  public Collection<Object> createComponents(
      Client client,
      ClusterService clusterService,
      ThreadPool threadPool,
      ResourceWatcherService resourceWatcher,
      ScriptService scriptService,
      NamedXContentRegistry xContentRegistry,
      Environment environment,
      NodeEnvironment nodeEnvironment,
      NamedWriteableRegistry namedWriteableRegistry,
      IndexNameExpressionResolver indexNames,
      Supplier<RepositoriesService> repositories) {
    this.clusterService = clusterService;
    this.threadPool = threadPool;
    return List.of(works);
  }
}
