/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.query;

import java.util.List;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/**
 * Tells the queries of a search request which task they work for, which OpenSearch does not: the
 * searches of a hybrid query are cancelled with that task, and its answer says when one of them ran
 * out of time.
 */
public final class SearchTasks implements ActionFilter {
  private static final String KEY = "cairn_search_task";

  private final ThreadContext threadContext;
  private final Supplier<String> localNode;

  /**
   * A filter.
   *
   * @param threadContext where the task is noted
   * @param localNode the id of this node
   */
  public SearchTasks(ThreadContext threadContext, Supplier<String> localNode) {
    this.threadContext = threadContext;
    this.localNode = localNode;
  }

  /** The search that the current thread works for, or null. */
  static RunningSearch current(ThreadContext threadContext) {
    return threadContext.getTransient(KEY);
  }

  /** Last: a filter before it may go on in another thread, which would not have the note. */
  @Override
  public int order() {
    return Integer.MAX_VALUE;
  }

  @Override
  public <Q extends ActionRequest, R extends ActionResponse> void apply(
      Task task,
      String action,
      Q request,
      ActionListener<R> listener,
      ActionFilterChain<Q, R> chain) {
    if ((request instanceof SearchRequest) == false) {
      chain.proceed(task, action, request, listener);
      return;
    }
    RunningSearch search = new RunningSearch(new TaskId(localNode.get(), task.getId()));
    // a search within a search has a task of its own
    try (ThreadContext.StoredContext stored = threadContext.newStoredContext(true, List.of(KEY))) {
      threadContext.putTransient(KEY, search);
      chain.proceed(task, action, request, ActionListener.map(listener, r -> answer(search, r)));
    }
  }

  // what a search request is answered with
  @SuppressWarnings("unchecked")
  private static <R extends ActionResponse> R answer(RunningSearch search, R response) {
    return response instanceof SearchResponse found ? (R) search.answer(found) : response;
  }
}
