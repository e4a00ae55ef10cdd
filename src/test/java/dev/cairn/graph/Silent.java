/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/** Lets every merge run to its end. */
final class Silent implements MergeMonitor {
  @Override
  public void check() {}

  @Override
  public void begin(String phase, int total) {}

  @Override
  public void advance(int nodes) {}
}
