/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

/** Progress nobody looks at. */
public final class SilentProgress implements Progress {
  private SilentProgress() {}

  /** A {@link Progress.Factory}. */
  public static Progress start(String task, long done, long total) {
    return new SilentProgress();
  }

  @Override
  public void step() {}

  @Override
  public void note(String message) {}

  @Override
  public void close() {}
}
