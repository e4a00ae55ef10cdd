/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BeamSearch;
import dev.cairn.graph.BlockSource;
import dev.cairn.graph.ExpansionListener;
import dev.cairn.graph.FilteredSearch;
import dev.cairn.graph.FloodSearch;
import dev.cairn.graph.FrontierSearch;
import dev.cairn.graph.JointBeamSearch;
import dev.cairn.graph.Layer;
import dev.cairn.quantization.FusedQuery;
import java.io.IOException;
import org.apache.lucene.index.KnnVectorValues;

/** All that one search at a time needs, kept for the next one. */
final class SearchContext {
  private final FieldGraph graph;
  private final FieldMeta meta;
  private final KnnVectorValues values;
  private final boolean isDense;
  private final Layer[] layers;
  private final QueryScorer scorer;
  private final FusedQuery query;
  private final BeamSearch beam = BeamSearch.forQueries();
  private final JointBeamSearch joint = new JointBeamSearch(beam);
  private final FilteredSearch filtered = new FilteredSearch();
  private final FrontierSearch frontier = new FrontierSearch();
  private final FloodSearch flood = new FloodSearch();
  private final NearestNodes nearest = new NearestNodes();
  private CodeScan codeScan;
  private int[] found = new int[64];
  private int foundCount;
  private float[] keys = new float[64];
  private float[] factors = new float[64];

  SearchContext(FieldGraph graph, KnnVectorValues values, BlockSource rows) {
    this.graph = graph;
    this.meta = graph.meta();
    this.values = values;
    this.layers = graph.openLayers();
    this.scorer = new QueryScorer(meta.similarity(), meta.encoding(), meta.dimension(), rows);
    this.query = new FusedQuery(Keys.metric(meta.similarity()), meta.dimension());
    // without gaps ordinals are document numbers, and the last one shows whether there are gaps
    this.isDense = values.ordToDoc(values.size() - 1) == values.size() - 1;
  }

  void set(TargetVector target) {
    target.set(scorer);
    query.set(scorer.row());
  }

  void clear() {
    scorer.clear();
  }

  /** Whether the memory that searches read is still there. */
  boolean isMapped() {
    return layers[0].blocks().segment().scope().isAlive()
        && (codeScan == null || codeScan.isMapped());
  }

  /** Whether ordinals are document numbers. */
  boolean isDense() {
    return isDense;
  }

  int docOf(int ordinal) {
    return isDense ? ordinal : values.ordToDoc(ordinal);
  }

  FieldGraph graph() {
    return graph;
  }

  FieldMeta meta() {
    return meta;
  }

  KnnVectorValues values() {
    return values;
  }

  Layer[] layers() {
    return layers;
  }

  /** The factor that the score of a node takes besides its vector; 0 where it takes none. */
  float nodeFactor(int ordinal) throws IOException {
    if (!scorer.needsNodeFactors()) {
      return 0;
    }
    BlockSource blocks = layers[0].blocks();
    blocks.seek(ordinal);
    return layers[0].layout().nodeFactor(blocks.segment(), blocks.offset());
  }

  QueryScorer scorer() {
    return scorer;
  }

  FusedQuery query() {
    return query;
  }

  BeamSearch beam() {
    return beam;
  }

  /**
   * Walks down from the entry point.
   *
   * @return where to start on layer 0, or -1 when the listener stopped the search
   */
  int descend(ExpansionListener listener) throws IOException {
    return beam.descend(layers, meta.entry(), 0, query, listener);
  }

  JointBeamSearch joint() {
    return joint;
  }

  FilteredSearch filtered() {
    return filtered;
  }

  FrontierSearch frontier() {
    return frontier;
  }

  FloodSearch flood() {
    return flood;
  }

  NearestNodes nearest() {
    return nearest;
  }

  /** The scan of centred codes; only where there are some. */
  CodeScan codeScan() throws IOException {
    if (codeScan == null) {
      codeScan = new CodeScan(this, graph.codes());
    }
    return codeScan;
  }

  /** Ordinals that a search found, nearest first. */
  int[] found() {
    return found;
  }

  /** The same, with room for {@code length}. */
  int[] found(int length) {
    if (found.length < length) {
      found = new int[length];
    }
    return found;
  }

  int foundCount() {
    return foundCount;
  }

  void setFoundCount(int count) {
    foundCount = count;
  }

  float[] keys(int length) {
    if (keys.length < length) {
      keys = new float[length];
    }
    return keys;
  }

  float[] factors(int length) {
    if (factors.length < length) {
      factors = new float[length];
    }
    return factors;
  }
}
