/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import org.apache.lucene.index.QueryTimeout;

/**
 * What a search for the nearest vectors is asked.
 *
 * @param field name of the field
 * @param target the vector whose nearest are wanted
 * @param k how many
 * @param efSearch about how many nodes to expand
 * @param timeout when to stop early, or null for never
 */
public record NearestRequest(
    String field, TargetVector target, int k, int efSearch, QueryTimeout timeout) {
  /** The number of the nearest that a search is to be sure of. */
  public int width() {
    return Math.max(k, efSearch);
  }

  /** Whether the time is over. */
  public boolean isOver() {
    return timeout != null && timeout.shouldExit();
  }
}
