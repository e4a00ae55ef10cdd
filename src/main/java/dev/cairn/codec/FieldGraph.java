/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.graph.GraphBuilder;
import dev.cairn.graph.Layer;
import dev.cairn.graph.Overview;
import dev.cairn.quantization.FusedBlockLayout;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.ArrayBlockingQueue;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/**
 * The graph of one field of a segment, and the search contexts that were used on it and can be used
 * again.
 */
final class FieldGraph {
  private final FieldMeta meta;
  private final FieldInfo field;
  private final FlatVectorsReader flat;
  private final IndexInput data;
  private final FusedBlockLayout[] layouts;
  private final StoredBlocks[] layers;
  private final CentredCodes codes;
  private final long bytes;
  private final long end;
  private final StoredVectors vectors;
  private final ArrayBlockingQueue<SearchContext> idle =
      new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

  private volatile boolean isSound;
  private volatile LiveNodes live;
  private volatile long[] docsWithVectors;
  private volatile Overview overview;
  private volatile AcceptedNodes all;

  /** What was last found of a segment's deletions; a segment has few versions of them at a time. */
  private record LiveNodes(WeakReference<Bits> docs, AcceptedNodes nodes) {}

  /**
   * A graph in a file.
   *
   * @param start where what stands before its blocks ends
   */
  FieldGraph(FieldMeta meta, FieldInfo field, IndexInput data, FlatVectorsReader flat, long start)
      throws IOException {
    this.meta = meta;
    this.field = field;
    this.flat = flat;
    this.data = data;
    int levels = meta.sizes().length;
    this.layouts = new FusedBlockLayout[levels];
    this.layers = new StoredBlocks[levels];
    long total = 0;
    long position = start;
    for (int level = 0; level < levels; level++) {
      layouts[level] = GraphBuilder.layout(level, meta.parameters().maxConn(), meta.dimension());
      long length = (long) meta.sizes()[level] * layouts[level].bytes();
      if (meta.offsets()[level] != align(position)) {
        throw new CorruptIndexException(
            "field \"" + field.name + "\": layer " + level + " is not where the one before ends",
            data);
      }
      position = meta.offsets()[level] + length;
      if (position > data.length()) {
        throw new CorruptIndexException(
            "field \"" + field.name + "\": layer " + level + " ends after the file", data);
      }
      layers[level] =
          new StoredBlocks(
              data.slice("layer " + level + " of " + field.name, meta.offsets()[level], length),
              layouts[level].bytes());
      total += length;
    }
    this.codes =
        meta.hasCentredCodes() ? new CentredCodes(meta, field, data, align(position)) : null;
    if (codes != null) {
      position = codes.end();
      total += codes.bytes();
    }
    this.bytes = total;
    this.end = position;
    this.vectors = StoredVectors.open(flat, field);
    if (vectors.size() != meta.size()) {
      throw new CorruptIndexException(
          "field \""
              + field.name
              + "\": graph of "
              + meta.size()
              + " nodes over "
              + vectors.size()
              + " vectors",
          data);
    }
  }

  /** The graph of a field of a segment, or null where this format does not hold its vectors. */
  static FieldGraph of(CodecReader segment, String field) {
    KnnVectorsReader reader = segment.getVectorReader();
    if (reader instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
      reader = perField.getFieldReader(field);
    }
    return reader instanceof CairnHnswVectorsReader cairn ? cairn.graph(field) : null;
  }

  FieldMeta meta() {
    return meta;
  }

  /** What messages about damage name. */
  String resource() {
    return data.toString();
  }

  /**
   * Searches and merges do not check what blocks say. After a failure that a damaged block may have
   * caused all of them are looked at, but only once: a caller's mistake may fail each time.
   *
   * @throws CorruptIndexException if a block says what no writer writes
   */
  void throwIfDamaged(Throwable failure) throws IOException {
    if (isSound) {
      return;
    }
    try {
      checkBlocks(failure);
    } catch (CorruptIndexException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // closed meanwhile: then the failure itself is what there is to say
      failure.addSuppressed(e);
    }
  }

  /**
   * Looks at all blocks.
   *
   * @param failure what made the caller suspect damage, or null
   * @throws CorruptIndexException if a block says what no writer writes
   */
  void checkBlocks(Throwable failure) throws IOException {
    String damage = GraphCheck.damage(this);
    if (damage != null) {
      throw new CorruptIndexException(damage, data, failure);
    }
    isSound = true;
  }

  /** A cursor over the raw vectors, for one thread. */
  BlockSource openRows() {
    return vectors.openRows();
  }

  private static long align(long position) {
    return position + GraphOutput.ALIGNMENT - 1 & -GraphOutput.ALIGNMENT;
  }

  /** Centred codes of all nodes, or null where there are none. */
  CentredCodes codes() {
    return codes;
  }

  /** Where the last of it ends. */
  long end() {
    return end;
  }

  /** Bytes of all blocks and centred codes. */
  long bytes() {
    return bytes;
  }

  /** Lucene's view of the vectors, for one user at a time. */
  KnnVectorValues values() throws IOException {
    return StoredVectors.open(flat, field).values();
  }

  /** The layers, with cursors of their own. */
  Layer[] openLayers() {
    Layer[] views = new Layer[layers.length];
    for (int level = 0; level < views.length; level++) {
      views[level] = new Layer(layouts[level], layers[level].cursor(), meta.sizes()[level]);
    }
    return views;
  }

  /** The nodes of documents that are not deleted, found once for each object that says so. */
  AcceptedNodes liveNodes(Bits docs, SearchContext context) throws IOException {
    LiveNodes known = live;
    if (known == null || !known.docs.refersTo(docs)) {
      known = new LiveNodes(new WeakReference<>(docs), AcceptedNodes.live(this, context, docs));
      live = known;
    }
    return known.nodes;
  }

  /** All nodes, for searches of several graphs of which others have deletions. */
  AcceptedNodes allNodes() {
    AcceptedNodes known = all;
    if (known == null) {
      known = AcceptedNodes.all(meta.size());
      all = known;
    }
    return known;
  }

  /** The documents that have vectors, as the bits of words. */
  long[] docsWithVectors(SearchContext context, int maxDoc) throws IOException {
    long[] known = docsWithVectors;
    if (known == null) {
      FixedBitSet docs = new FixedBitSet(maxDoc);
      docs.or(context.values().iterator());
      known = docs.getBits();
      docsWithVectors = known;
    }
    return known;
  }

  /** Where searches of several graphs start in this one; found when first asked for. */
  Overview overview(SearchContext context) throws IOException {
    Overview known = overview;
    if (known == null) {
      known = Overview.of(context.layers()[0], Keys.metric(meta.similarity()), meta.dimension());
      overview = known;
    }
    return known;
  }

  /** A context that no other search uses; give it back by {@link #release}. */
  SearchContext acquire() throws IOException {
    SearchContext context = idle.poll();
    return context != null
        ? context
        : new SearchContext(this, StoredVectors.open(flat, field).values(), vectors.openRows());
  }

  void release(SearchContext context) {
    context.clear();
    idle.offer(context);
  }
}
