/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.cli.bench.data.Dataset;
import java.io.Closeable;
import java.io.IOException;
import java.util.SortedMap;

/** An index that is ready to be searched. */
public interface BuiltIndex extends Closeable {
  /** What it cost. */
  BuildCost cost();

  /** Bytes on disk by what they hold: see {@link Parts}. */
  SortedMap<String, Long> bytesByPart() throws IOException;

  /** A searcher for one thread. */
  Searcher newSearcher(SearchStyle style, Dataset data) throws IOException;
}
