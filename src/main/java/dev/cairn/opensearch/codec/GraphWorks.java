/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.codec;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.opensearch.core.index.Index;

/** The work counters of all indices of a node. */
public final class GraphWorks {
  private final Map<Index, GraphWork> works = new ConcurrentHashMap<>();

  /** The counters of an index, from 0 when it is first asked for. */
  public GraphWork of(Index index) {
    return works.computeIfAbsent(index, i -> new GraphWork());
  }

  /** Forgets an index that has left this node. */
  public void remove(Index index) {
    works.remove(index);
  }
}
