/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** Threads that work on a merge. */
public interface MergeWorkers {
  /** The thread that merges, alone. */
  MergeWorkers NONE =
      new MergeWorkers() {
        @Override
        public int count() {
          return 1;
        }

        @Override
        public void run(List<Callable<Void>> tasks) {
          throw new IllegalStateException("there is no other thread");
        }
      };

  /** How many there are. */
  int count();

  /** Runs tasks side by side and returns when all are done; one's failure is thrown. */
  void run(List<Callable<Void>> tasks) throws IOException;
}
