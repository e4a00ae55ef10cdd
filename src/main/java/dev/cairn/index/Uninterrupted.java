/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets a thread of its own do what writes files. An interrupt closes the file that its thread is
 * writing, and with that Lucene's writer: a query that its caller no longer waits for would take
 * all elements with it that are not committed.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /** Runs an action to its end; a caller that is interrupted meanwhile stays so. */
  static void run(Guard.Action action) throws IOException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("cairn-index-files")
            .start(
                () -> {
                  try {
                    action.run();
                  } catch (Throwable t) {
                    failure.set(t);
                  }
                });
    Workers.join(List.of(thread), e -> {});
    Workers.rethrow(failure.get());
  }
}
