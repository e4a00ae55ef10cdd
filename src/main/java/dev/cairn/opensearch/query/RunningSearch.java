/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchResponseSections;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.internal.InternalSearchResponse;
import org.opensearch.search.profile.SearchProfileShardResults;

/** A search request that this node answers. */
final class RunningSearch {
  private final TaskId task;
  private volatile boolean isPartTimedOut;

  RunningSearch(TaskId task) {
    this.task = task;
  }

  TaskId task() {
    return task;
  }

  /** A search made for this one ran out of time, so that hits may be missing. */
  void notePartTimedOut() {
    isPartTimedOut = true;
  }

  /** The answer, which says whether any part of it ran out of time. */
  SearchResponse answer(SearchResponse response) {
    if (isPartTimedOut == false || response.isTimedOut()) {
      return response;
    }
    SearchResponseSections sections = response.getInternalResponse();
    return new SearchResponse(
        new InternalSearchResponse(
            sections.hits(),
            (InternalAggregations) sections.aggregations(),
            sections.suggest(),
            sections.profile().isEmpty() ? null : new SearchProfileShardResults(sections.profile()),
            true,
            sections.terminatedEarly(),
            sections.getNumReducePhases(),
            sections.getSearchExtBuilders(),
            sections.getProcessorResult()),
        response.getScrollId(),
        response.getTotalShards(),
        response.getSuccessfulShards(),
        response.getSkippedShards(),
        response.getTook().millis(),
        response.getPhaseTook(),
        response.getShardFailures(),
        response.getClusters(),
        response.pointInTimeId());
  }
}
