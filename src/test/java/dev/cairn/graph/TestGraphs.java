/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;

/** Graphs as tests build them and search them. */
final class TestGraphs {
  private TestGraphs() {}

  /** A graph of vectors, inserted one after the other. */
  static GraphBuilder build(
      Arena arena, Metric metric, ArrayVectors vectors, int maxConn, int beamWidth)
      throws IOException {
    GraphBuilder graph = new GraphBuilder(arena, metric, vectors, maxConn, beamWidth);
    for (int i = 0; i < vectors.size(); i++) {
      graph.insert();
    }
    graph.finish();
    return graph;
  }

  /** All layers, lowest first. */
  static Layer[] layers(BuiltGraph graph) {
    Layer[] layers = new Layer[graph.levels()];
    Arrays.setAll(layers, graph::layer);
    return layers;
  }
}
