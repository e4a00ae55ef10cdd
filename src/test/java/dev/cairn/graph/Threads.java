/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Real threads that work on a merge. */
record Threads(ExecutorService executor, int count) implements MergeWorkers {
  @Override
  public void run(List<Callable<Void>> tasks) throws IOException {
    try {
      for (Future<Void> future : executor.invokeAll(tasks)) {
        future.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IOException(e);
    }
  }
}
