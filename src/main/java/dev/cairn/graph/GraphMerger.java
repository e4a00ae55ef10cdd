/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Merges graphs. The blocks of the largest are copied, with its codes, since those belong to edges
 * and not to the graph; holes of deleted nodes are closed from the lists of the nodes deleted. The
 * nodes of the others enter one after the other along their old edges, each by a narrow search that
 * starts where its old neighbours already are. Nodes that come without a graph are searched for as
 * if inserted into an index. Layers are merged one by one, from the highest, so that the layers
 * above are there to be walked down.
 */
public final class GraphMerger {
  private final MergeSettings settings;
  private final MergePlan plan;
  private final BuildLayer[] layers;
  private final MergeCounts counts = new MergeCounts();
  private int entry = -1;

  /**
   * A merge.
   *
   * @param arena owns the blocks of the merged graph
   * @param sources the graphs; of the same metric, dimension and M as the merged one
   * @param size number of nodes of the merged graph; those of no source are inserted
   */
  public GraphMerger(Arena arena, MergeSettings settings, List<MergeSource> sources, int size)
      throws IOException {
    this.settings = settings;
    this.plan = new MergePlan(sources, size, settings.maxConn(), settings.monitor()::check);
    this.layers = new BuildLayer[plan.levels()];
    BlockMemory memory = new BlockMemory(arena);
    int dimension = settings.dimension();
    for (int level = 0; level < layers.length; level++) {
      settings.monitor().check();
      layers[level] =
          new BuildLayer(
              memory, GraphBuilder.layout(level, settings.maxConn(), dimension), plan.sizes[level]);
    }
  }

  /** Merges, once. */
  public BuiltGraph merge() throws IOException {
    for (int level = layers.length - 1; level >= 0; level--) {
      LayerMerge merge = new LayerMerge(settings, plan, layers, level, entry, counts);
      int first = merge.run();
      if (entry < 0) {
        entry = first;
      }
    }
    return new LayeredGraph(layers, entry);
  }

  /** What was done. */
  public MergeCounts counts() {
    return counts;
  }

  /** Bytes of memory that blocks take off the heap. */
  public long bytesUsed() {
    long bytes = 0;
    for (BuildLayer layer : layers) {
      bytes += layer.bytesUsed();
    }
    return bytes;
  }
}
