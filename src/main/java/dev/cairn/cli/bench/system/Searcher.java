/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import java.io.Closeable;
import java.io.IOException;

/** Answers queries; for one thread. */
public interface Searcher extends Closeable {
  /**
   * The documents nearest to a query, best first.
   *
   * @param query number of the query within the data set
   * @param k how many
   * @param ef width of the beam
   * @return what the system returns, which {@link #rows} turns into rows
   */
  Object search(int query, int k, int ef) throws IOException;

  /** The rows of the data set that a result stands for; not part of the time measured. */
  int[] rows(Object result);

  @Override
  default void close() throws IOException {}
}
