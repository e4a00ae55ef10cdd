/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.console;

import dev.cairn.cli.data.Progress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar with the time left: redrawn in place on a terminal, a line now and then where the
 * output goes to a file.
 */
public final class ConsoleProgress implements Progress {
  private static final int WIDTH = 100;
  private static final int REDRAW_MILLIS = 200;
  private static final int LINE_MILLIS = 10_000;

  private final ProgressBar bar;

  private ConsoleProgress(ProgressBar bar) {
    this.bar = bar;
  }

  /** Starts a bar on standard error; a {@link Progress.Factory}. */
  public static Progress start(String task, long done, long total) {
    ProgressBarBuilder builder =
        ProgressBar.builder()
            .setTaskName(task)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed()
            .setMaxRenderedLength(WIDTH);
    if (Terminal.isPresent()) {
      builder.setUpdateIntervalMillis(REDRAW_MILLIS);
    } else {
      builder
          .setUpdateIntervalMillis(LINE_MILLIS)
          .setConsumer(new DelegatingProgressBarConsumer(new ChangedLines(), WIDTH));
    }
    return new ConsoleProgress(builder.build());
  }

  @Override
  public void step() {
    bar.step();
  }

  @Override
  public void note(String message) {
    bar.setExtraMessage(" " + message);
  }

  @Override
  public void close() {
    bar.close();
  }

  /** Prints each line to standard error, but not the same one twice. */
  private static final class ChangedLines implements Consumer<String> {
    private String last = "";

    @Override
    public void accept(String line) {
      String text = line.strip();
      if (!text.equals(last)) {
        System.err.println(text);
        last = text;
      }
    }
  }
}
