/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Does the same to many rows, by several threads. */
final class Workers {
  /** With fewer rows a thread is not worth it: hnswlib's rule. */
  private static final int ROWS_PER_THREAD = 4;

  private Workers() {}

  /** Work on one row. */
  @FunctionalInterface
  interface RowTask {
    void run(int row) throws IOException;
  }

  /**
   * Runs a task for each row. The first failure stops the others and is thrown.
   *
   * @param threads how many threads; those of the machine when not positive
   */
  static void forEach(int rows, int threads, RowTask task) throws IOException {
    int wanted = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    if (wanted == 1 || rows <= (long) wanted * ROWS_PER_THREAD) {
      for (int row = 0; row < rows; row++) {
        task.run(row);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable work =
        () -> {
          try {
            for (int row = next.getAndIncrement(); row < rows; row = next.getAndIncrement()) {
              if (failure.get() != null) {
                return;
              }
              task.run(row);
            }
          } catch (Throwable t) {
            failure.compareAndSet(null, t);
          }
        };
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < wanted; i++) {
      helpers.add(Thread.ofPlatform().daemon().name("cairn-index-" + i).start(work));
    }
    work.run();
    join(helpers, e -> failure.compareAndSet(null, new IOException("interrupted", e)));
    rethrow(failure.get());
  }

  /**
   * Waits for threads to end, even when interrupted: what was begun must end before the caller can
   * go on with its arrays and files.
   *
   * @param interruptions is told when the caller is interrupted, which it stays
   */
  static void join(List<Thread> threads, Consumer<InterruptedException> interruptions) {
    boolean isInterrupted = false;
    for (Thread thread : threads) {
      while (true) {
        try {
          thread.join();
          break;
        } catch (InterruptedException e) {
          isInterrupted = true;
          interruptions.accept(e);
        }
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Throws what another thread has met, if anything. */
  static void rethrow(Throwable failure) throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(failure);
    }
  }
}
