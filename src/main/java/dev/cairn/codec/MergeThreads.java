/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.MergeWorkers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.apache.lucene.search.TaskExecutor;

/** Threads of an executor, of which the caller's is one. */
final class MergeThreads implements MergeWorkers {
  private final int count;
  private final TaskExecutor executor;

  private MergeThreads(int count, TaskExecutor executor) {
    this.count = count;
    this.executor = executor;
  }

  /**
   * The workers of a merge.
   *
   * @param count how many the format asks for
   * @param given the format's executor, or null
   * @param offered the merge scheduler's, or null
   */
  static MergeWorkers of(int count, Executor given, Executor offered) {
    Executor executor = given != null ? given : offered;
    return count == 1 || executor == null
        ? MergeWorkers.NONE
        : new MergeThreads(count, new TaskExecutor(executor));
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void run(List<Callable<Void>> tasks) throws IOException {
    executor.invokeAll(tasks);
  }
}
