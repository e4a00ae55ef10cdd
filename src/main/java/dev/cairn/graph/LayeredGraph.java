/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/** A graph with all its layers. */
record LayeredGraph(BuildLayer[] all, int entry) implements BuiltGraph {
  @Override
  public int levels() {
    return all.length;
  }

  @Override
  public Layer layer(int level) {
    return all[level].view();
  }

  @Override
  public void release(int level, int end) {
    all[level].release(end);
  }
}
