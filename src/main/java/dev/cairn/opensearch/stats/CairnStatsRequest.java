/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import java.io.IOException;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.core.common.io.stream.StreamInput;

/** Asks for the statistics of some indices, or of all. */
public final class CairnStatsRequest extends BroadcastRequest<CairnStatsRequest> {
  /** Statistics of these indices; of all when there are none. */
  public CairnStatsRequest(String... indices) {
    super(indices);
  }

  /** Reads a request. */
  public CairnStatsRequest(StreamInput in) throws IOException {
    super(in);
  }
}
