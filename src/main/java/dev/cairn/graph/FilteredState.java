/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.quantization.FusedQuery;
import dev.cairn.simd.BeamKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What the two walks of a filtered search share. */
final class FilteredState {
  /** Nodes whose own codes are waited for together: twice as many as are read side by side. */
  static final int AHEAD = 10;

  final VisitedSet expanded = new VisitedSet();
  final VisitedSet seen = new VisitedSet();
  final int[] batch = new int[AHEAD];
  long[] survivors = {};

  Layer layer;
  NodeSet accepted;
  FusedQuery query;
  ExpansionListener listener;

  void begin(
      Layer layer, NodeSet accepted, FusedQuery query, ExpansionListener listener, int[] leftOut) {
    this.layer = layer;
    this.accepted = accepted;
    this.query = query;
    this.listener = listener;
    expanded.reset(layer.size());
    seen.reset(layer.size());
    for (int node : leftOut) {
      expanded.add(node);
      seen.add(node);
    }
    int most = Beam.MANY + layer.layout().slots() + 1 + BeamKernels.MARGIN;
    if (survivors.length < most) {
      survivors = Arrays.copyOf(survivors, most);
    }
  }

  /** Has the blocks of a batch on their way together. */
  void touchBatch(int size) throws IOException {
    layer.blocks().touch(batch, 0, size, 0, layer.layout().bytes());
  }

  /** Has the own codes of a batch on their way together. */
  void touchOwn(int size) throws IOException {
    FusedBlockLayout layout = layer.layout();
    layer.blocks().touch(batch, 0, size, layout.ownOffset(), layout.ownBytes());
  }

  /** A node's key by its own code. */
  float key(int node) throws IOException {
    BlockSource blocks = layer.blocks();
    blocks.seek(node);
    return query.key(layer.layout(), blocks.segment(), blocks.offset());
  }

  /** Tells of the nodes of a batch by their own keys; false when the listener stops the search. */
  boolean tellBatch(int size) throws IOException {
    FusedBlockLayout layout = layer.layout();
    touchOwn(size);
    for (int i = 0; i < size; i++) {
      float key = key(batch[i]);
      MemorySegment segment = layer.blocks().segment();
      long block = layer.blocks().offset();
      if (!listener.expanded(
          batch[i], layout.ordinal(segment, block), key, layout.nodeFactor(segment, block))) {
        return false;
      }
    }
    return true;
  }
}
