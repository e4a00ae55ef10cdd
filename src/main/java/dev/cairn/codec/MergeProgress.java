/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.MergeMonitor;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.util.InfoStream;

/** Ends a merge that was aborted, and tells Lucene's {@link InfoStream} how one gets on. */
final class MergeProgress implements MergeMonitor {
  /** The component of Lucene's own graphs. */
  static final String COMPONENT = "HNSW";

  private static final long INTERVAL_NANOS = 5_000_000_000L;

  private final MergeState merge;
  private final InfoStream infoStream;
  private final String title;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicLong lastMessage = new AtomicLong(System.nanoTime());
  private volatile String phase = "";
  private volatile int total;

  /**
   * Progress of one field's merge.
   *
   * @param infoStream where messages go
   * @param title what is merged
   */
  MergeProgress(MergeState merge, InfoStream infoStream, String title) {
    this.merge = merge;
    this.infoStream = infoStream;
    this.title = title;
  }

  @Override
  public void check() throws IOException {
    merge.checkAborted();
  }

  @Override
  public void begin(String phase, int total) {
    this.phase = phase;
    this.total = total;
    done.set(0);
  }

  @Override
  public void advance(int nodes) {
    int now = done.addAndGet(nodes);
    long last = lastMessage.get();
    long time = System.nanoTime();
    if (time - last > INTERVAL_NANOS && lastMessage.compareAndSet(last, time)) {
      message(String.format(Locale.ROOT, "%s, %d of %d", phase, Math.min(now, total), total));
    }
  }

  void message(String text) {
    if (infoStream.isEnabled(COMPONENT)) {
      infoStream.message(COMPONENT, title + ": " + text);
    }
  }
}
