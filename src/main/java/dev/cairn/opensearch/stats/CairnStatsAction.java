/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.stats;

import org.opensearch.action.ActionType;

/** The action behind {@code GET _cairn/stats}. */
public final class CairnStatsAction extends ActionType<CairnStatsResponse> {
  /** The name of the action, as permissions know it. */
  public static final String NAME = "indices:monitor/cairn/stats";

  /** The only instance. */
  public static final CairnStatsAction INSTANCE = new CairnStatsAction();

  private CairnStatsAction() {
    super(NAME, CairnStatsResponse::new);
  }
}
