/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import com.sun.management.ThreadMXBean;
import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.data.GroundTruth;
import dev.cairn.cli.bench.system.BenchSystem;
import dev.cairn.cli.bench.system.BuiltIndex;
import dev.cairn.cli.bench.system.IndexKind;
import dev.cairn.cli.bench.system.Searcher;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.util.IOUtils;

/** Threads that ask the systems all queries of a data set. */
final class SearchCrew implements AutoCloseable {
  private final int queries;
  private final int k;
  private final Map<BenchSystem, Searcher[]> searchers = new EnumMap<>(BenchSystem.class);
  private final ExecutorService pool;

  SearchCrew(
      Map<IndexKind, BuiltIndex> indexes,
      List<BenchSystem> systems,
      Dataset data,
      int k,
      int maxThreads)
      throws IOException {
    this.queries = data.queries().length;
    this.k = k;
    this.pool = Executors.newFixedThreadPool(maxThreads);
    for (BenchSystem system : systems) {
      Searcher[] each = new Searcher[maxThreads];
      for (int i = 0; i < maxThreads; i++) {
        each[i] = indexes.get(system.kind()).newSearcher(system.style(), data);
      }
      searchers.put(system, each);
    }
  }

  /** The mean recall over all queries. */
  double recall(Setting setting, GroundTruth truth) throws IOException {
    Searcher searcher = searchers.get(setting.system())[0];
    double sum = 0;
    for (int q = 0; q < queries; q++) {
      sum += truth.recall(q, searcher.rows(searcher.search(q, k, setting.ef())));
    }
    return sum / queries;
  }

  /** Bytes that one query allocates on the thread that asks it, on average. */
  double garbageBytes(Setting setting) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Searcher searcher = searchers.get(setting.system())[0];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int q = 0; q < queries; q++) {
      searcher.search(q, k, setting.ef());
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / (double) queries;
  }

  /**
   * Asks all queries a number of times.
   *
   * @param durations receives how long each query took
   * @return how long all of it took, in seconds
   */
  double pass(Setting setting, int rounds, Durations durations) throws IOException {
    if (setting.threads() == 1) {
      long start = System.nanoTime();
      AtomicInteger next = new AtomicInteger();
      work(setting, 0, next, rounds * queries, durations);
      return (System.nanoTime() - start) / 1e9;
    }
    return parallelPass(setting, rounds, durations);
  }

  private double parallelPass(Setting setting, int rounds, Durations durations) throws IOException {
    AtomicInteger next = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(setting.threads());
    List<Future<long[]>> spans = new ArrayList<>();
    List<Durations> each = new ArrayList<>();
    for (int i = 0; i < setting.threads(); i++) {
      int member = i;
      Durations own = new Durations();
      each.add(own);
      Callable<long[]> task =
          () -> {
            together.await();
            long start = System.nanoTime();
            work(setting, member, next, rounds * queries, own);
            return new long[] {start, System.nanoTime()};
          };
      spans.add(pool.submit(task));
    }
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    try {
      for (Future<long[]> span : spans) {
        start = Math.min(start, span.get()[0]);
        end = Math.max(end, span.get()[1]);
      }
    } catch (ExecutionException e) {
      throw new IOException("a search failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    each.forEach(durations::addAll);
    return (end - start) / 1e9;
  }

  private void work(Setting setting, int member, AtomicInteger next, int end, Durations durations)
      throws IOException {
    Searcher searcher = searchers.get(setting.system())[member];
    int ef = setting.ef();
    for (int i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
      long start = System.nanoTime();
      searcher.search(i % queries, k, ef);
      durations.add(System.nanoTime() - start);
    }
  }

  @Override
  public void close() throws IOException {
    pool.shutdown();
    for (Searcher[] each : searchers.values()) {
      IOUtils.close(each);
    }
  }
}
