/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

/** Long work that tells how far it is; safe for use by several threads. */
public interface Progress extends AutoCloseable {
  /** Tells that one more item is done. */
  void step();

  /** Says what is being done now, after the last item for example. */
  void note(String message);

  @Override
  void close();

  /** Starts the display of one piece of work. */
  @FunctionalInterface
  interface Factory {
    /**
     * @param task what is being done, a word or two
     * @param done items already done by an earlier run
     * @param total items in all
     */
    Progress start(String task, long done, long total);
  }
}
