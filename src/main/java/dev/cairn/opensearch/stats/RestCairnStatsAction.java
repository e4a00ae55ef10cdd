/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import java.util.List;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.common.Strings;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET _cairn/stats} and {@code GET {index}/_cairn/stats}. */
public final class RestCairnStatsAction extends BaseRestHandler {
  @Override
  public String getName() {
    return "cairn_stats";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        new Route(Method.GET, "/_cairn/stats"), new Route(Method.GET, "/{index}/_cairn/stats"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    CairnStatsRequest stats =
        new CairnStatsRequest(Strings.splitStringByCommaToArray(request.param("index")));
    stats.indicesOptions(IndicesOptions.fromRequest(request, stats.indicesOptions()));
    return channel ->
        client.execute(CairnStatsAction.INSTANCE, stats, new RestToXContentListener<>(channel));
  }
}
