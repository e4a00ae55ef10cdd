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
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int queries;
  private final int k;
  private final Map<BenchSystem, Searcher[]> searchers = new EnumMap<>(BenchSystem.class);
  private final ExecutorService pool;
  private final Clock clock;

  /** What a pass is timed by. */
  enum Clock {
    /** The time that passes. */
    WALL,
    /** Processor time of the threads that search, where other work disturbs. */
    CPU
  }

  SearchCrew(
      Map<IndexKind, BuiltIndex> indexes,
      List<BenchSystem> systems,
      Dataset data,
      int k,
      int maxThreads,
      Clock clock)
      throws IOException {
    this.clock = clock;
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
    Searcher searcher = searchers.get(setting.system())[0];
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int q = 0; q < queries; q++) {
      searcher.search(q, k, setting.ef());
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) queries;
  }

  /**
   * Asks all queries a number of times.
   *
   * @param durations receives how long each query took
   * @return how long all of it took, in seconds
   */
  double pass(Setting setting, int rounds, Durations durations) throws IOException {
    AtomicInteger next = new AtomicInteger();
    return setting.threads() == 1
        ? seconds(List.of(work(setting, 0, next, rounds * queries, durations)))
        : parallelPass(setting, next, rounds * queries, durations);
  }

  private double parallelPass(Setting setting, AtomicInteger next, int end, Durations durations)
      throws IOException {
    CyclicBarrier together = new CyclicBarrier(setting.threads());
    List<Future<Span>> running = new ArrayList<>();
    List<Durations> each = new ArrayList<>();
    for (int i = 0; i < setting.threads(); i++) {
      int member = i;
      Durations own = new Durations();
      each.add(own);
      Callable<Span> task =
          () -> {
            together.await();
            return work(setting, member, next, end, own);
          };
      running.add(pool.submit(task));
    }
    List<Span> spans = new ArrayList<>();
    try {
      for (Future<Span> span : running) {
        spans.add(span.get());
      }
    } catch (ExecutionException e) {
      throw new IOException("a search failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    each.forEach(durations::addAll);
    return seconds(spans);
  }

  /**
   * When a thread searched, in nanoseconds.
   *
   * @param start on the wall
   * @param end on the wall
   * @param cpu processor time that it took
   */
  private record Span(long start, long end, long cpu) {}

  private double seconds(List<Span> spans) {
    if (clock == Clock.CPU) {
      return spans.stream().mapToLong(Span::cpu).sum() / 1e9 / spans.size();
    }
    long start = spans.stream().mapToLong(Span::start).min().orElseThrow();
    long end = spans.stream().mapToLong(Span::end).max().orElseThrow();
    return (end - start) / 1e9;
  }

  private Span work(Setting setting, int member, AtomicInteger next, int end, Durations durations)
      throws IOException {
    Searcher searcher = searchers.get(setting.system())[member];
    int ef = setting.ef();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long first = System.nanoTime();
    for (int i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
      long start = System.nanoTime();
      searcher.search(i % queries, k, ef);
      durations.add(System.nanoTime() - start);
    }
    return new Span(first, System.nanoTime(), THREADS.getCurrentThreadCpuTime() - cpu);
  }

  @Override
  public void close() throws IOException {
    pool.shutdown();
    for (Searcher[] each : searchers.values()) {
      IOUtils.close(each);
    }
  }
}
