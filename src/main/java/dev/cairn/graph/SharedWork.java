/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shares out the items of one phase of a merge among its threads, a run of items at a time, tells
 * the monitor how far it is, and asks it whether to go on.
 */
final class SharedWork {
  /** Items that a thread takes together: those in a row are often near each other. */
  private static final int LONG_RUN = 128;

  /** So few towards the end, so that all threads end together. */
  private static final int SHORT_RUN = 16;

  private static final int CHECK_INTERVAL = 64;

  private final MergeWorkers workers;
  private final MergeMonitor monitor;

  SharedWork(MergeWorkers workers, MergeMonitor monitor) {
    this.workers = workers;
    this.monitor = monitor;
  }

  /**
   * Makes what one thread needs to work.
   *
   * @param <W> what that is
   */
  @FunctionalInterface
  interface Maker<W> {
    /** Makes it. */
    W make() throws IOException;
  }

  /**
   * What is done to an item.
   *
   * @param <W> what a thread needs for it
   */
  @FunctionalInterface
  interface Step<W> {
    /** Does it. */
    void run(W worker, int item) throws IOException;
  }

  /**
   * Does something to each item from 0 on.
   *
   * @param phase its name
   * @param count how many items there are
   * @param alone the first so many are left to one thread, one after the other
   */
  <W> void each(String phase, int count, int alone, Maker<W> maker, Step<W> step)
      throws IOException {
    monitor.begin(phase, count);
    int first = Math.clamp(alone, 0, count);
    if (workers.count() == 1 || count - first <= SHORT_RUN) {
      first = count;
    }
    if (first > 0) {
      run(maker.make(), step, 0, first);
    }
    int tasked = Math.min(workers.count(), Math.ceilDiv(count - first, SHORT_RUN));
    if (tasked == 0) {
      return;
    }
    AtomicInteger next = new AtomicInteger(first);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < tasked; i++) {
      tasks.add(
          () -> {
            W worker = maker.make();
            int from;
            while ((from = next.getAndUpdate(at -> at + runLength(count - at))) < count) {
              run(worker, step, from, from + runLength(count - from));
            }
            return null;
          });
    }
    workers.run(tasks);
  }

  /** How many of the items left a thread takes. */
  private int runLength(int left) {
    return Math.min(left, Math.clamp(left / (2 * workers.count()), SHORT_RUN, LONG_RUN));
  }

  private <W> void run(W worker, Step<W> step, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      if (i % CHECK_INTERVAL == 0) {
        monitor.check();
        monitor.advance(CHECK_INTERVAL);
      }
      step.run(worker, i);
    }
  }
}
