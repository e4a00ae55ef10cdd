/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.Adoption;
import dev.cairn.graph.BuiltGraph;
import dev.cairn.graph.GraphMerger;
import dev.cairn.graph.Links;
import dev.cairn.graph.MergeCounts;
import dev.cairn.graph.MergeSettings;
import dev.cairn.graph.MergeSource;
import dev.cairn.graph.MergeWorkers;
import dev.cairn.quantization.Metric;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter.MergedVectorValues;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.search.DocIdSetIterator;

/** Merges the graphs that the segments of a merge have of one field. */
final class GraphMerge {
  private final FieldInfo field;
  private final MergeState merge;
  private final CairnHnswParameters parameters;
  private final StoredVectors vectors;
  private final MergeWorkers workers;
  private final MergeProgress progress;
  private final List<FieldGraph> graphs = new ArrayList<>();

  /**
   * A merge of one field.
   *
   * @param vectors the merged vectors
   */
  GraphMerge(
      FieldInfo field,
      MergeState merge,
      CairnHnswParameters parameters,
      StoredVectors vectors,
      MergeWorkers workers,
      MergeProgress progress) {
    this.field = field;
    this.merge = merge;
    this.parameters = parameters;
    this.vectors = vectors;
    this.workers = workers;
    this.progress = progress;
  }

  /**
   * Merges.
   *
   * @param arena owns the memory of the graph
   */
  BuiltGraph run(Arena arena) throws IOException {
    try {
      return merge(arena);
    } catch (RuntimeException | EOFException | AssertionError e) {
      for (FieldGraph graph : graphs) {
        graph.throwIfDamaged(e);
      }
      throw e;
    }
  }

  private BuiltGraph merge(Arena arena) throws IOException {
    long begin = System.nanoTime();
    List<MergeSource> sources = sources();
    progress.message(
        String.format(
            Locale.ROOT,
            "merging %d graphs of %d segments into one of %d nodes, %d worker(s)",
            sources.size(),
            merge.knnVectorsReaders.length,
            vectors.size(),
            workers.count()));
    Metric metric = Keys.metric(field.getVectorSimilarityFunction());
    MergeSettings settings =
        new MergeSettings(
            metric,
            field.getVectorDimension(),
            () ->
                RawVectors.stored(
                    metric,
                    field.getVectorDimension(),
                    field.getVectorEncoding(),
                    vectors.openRows()),
            parameters.maxConn(),
            parameters.beamWidth(),
            workers,
            progress);
    Links links = LinkedVectorsReader.links(merge, field.name, vectors.size());
    if (links != null) {
      return new Adoption(arena, settings, links, vectors.size()).run();
    }
    GraphMerger merger = new GraphMerger(arena, settings, sources, vectors.size());
    BuiltGraph graph = merger.merge();
    MergeCounts counts = merger.counts();
    double seconds = (System.nanoTime() - begin) / 1e9;
    double copying = counts.copyNanos() / 1e9;
    progress.message(
        String.format(
            Locale.ROOT,
            "merged %d nodes: %d kept (%d of them with holes closed), %d joined, %d inserted, %d"
                + " repaired; %.3f s of graph work and %.3f s of copying blocks; %d MB off the heap",
            vectors.size(),
            counts.kept(),
            counts.closed(),
            counts.joined(),
            counts.inserted(),
            counts.repaired(),
            seconds - copying,
            copying,
            merger.bytesUsed() >> 20));
    return graph;
  }

  private List<MergeSource> sources() throws IOException {
    int[] newOrdinals = ordinalsByDocument();
    List<MergeSource> sources = new ArrayList<>();
    for (int i = 0; i < merge.knnVectorsReaders.length; i++) {
      progress.check();
      // a wrapper may leave out a field and hand on the reader of all fields
      FieldGraph graph =
          MergedVectorValues.hasVectorValues(merge.fieldInfos[i], field.name)
              ? graph(merge.knnVectorsReaders[i])
              : null;
      if (graph != null) {
        graphs.add(graph);
        sources.add(source(graph, merge.docMaps[i], newOrdinals));
      }
    }
    return sources;
  }

  /** The graph of a segment, or null where it has none that the merged one could take from. */
  private FieldGraph graph(KnnVectorsReader segment) throws IOException {
    KnnVectorsReader reader = segment;
    if (reader instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
      reader = perField.getFieldReader(field.name);
    }
    FieldGraph graph =
        reader instanceof CairnHnswVectorsReader cairn ? cairn.graph(field.name) : null;
    if (graph == null || graph.meta().size() == 0) {
      return null;
    }
    FieldMeta meta = graph.meta();
    boolean isAlike =
        meta.encoding() == field.getVectorEncoding()
            && meta.similarity() == field.getVectorSimilarityFunction()
            && meta.dimension() == field.getVectorDimension()
            && meta.parameters().maxConn() == parameters.maxConn();
    return isAlike ? graph : null;
  }

  /** The merged ordinal of each document, or null where ordinals are document numbers. */
  private int[] ordinalsByDocument() throws IOException {
    int size = vectors.size();
    KnnVectorValues values = vectors.values();
    int last = size == 0 ? -1 : values.ordToDoc(size - 1);
    if (last == size - 1) {
      return null;
    }
    int[] ordinals = new int[last + 1];
    Arrays.fill(ordinals, -1);
    for (int ordinal = 0; ordinal < size; ordinal++) {
      ordinals[values.ordToDoc(ordinal)] = ordinal;
    }
    return ordinals;
  }

  private MergeSource source(FieldGraph graph, MergeState.DocMap docs, int[] ordinalsByDocument)
      throws IOException {
    int[] newOrdinals = new int[graph.meta().size()];
    KnnVectorValues.DocIndexIterator values = graph.values().iterator();
    for (int doc = values.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = values.nextDoc()) {
      int newDoc = docs.get(doc);
      newOrdinals[values.index()] =
          newDoc < 0 || ordinalsByDocument == null ? newDoc : ordinalsByDocument[newDoc];
    }
    return new MergeSource(graph::openLayers, newOrdinals);
  }
}
