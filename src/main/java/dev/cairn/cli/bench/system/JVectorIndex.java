/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.data.Progress;
import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.OnHeapGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import org.apache.lucene.util.IOUtils;

/**
 * An index of JVector's: its hierarchical graph with float32 vectors, in memory and in its file.
 * JVector takes a degree for each layer, so equal M means 2M on the lowest layer and M above, as
 * HNSW has it. Overflow and alpha are those of its own examples. It cannot merge segments, so it is
 * always built at once.
 */
final class JVectorIndex implements BuiltIndex {
  static final VectorTypeSupport TYPES = VectorizationProvider.getInstance().getVectorTypeSupport();

  private static final float NEIGHBOUR_OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;
  private static final String GRAPH_FILE = "graph.jvector";
  private static final String HEAP_FILE = "graph.heap";

  private final Path directory;
  private final RandomAccessVectorValues vectors;
  private final ImmutableGraphIndex onHeap;
  private final ReaderSupplier readers;
  private final OnDiskGraphIndex onDisk;
  private final BuildCost cost;

  private JVectorIndex(
      Path directory, RandomAccessVectorValues vectors, ImmutableGraphIndex onHeap, BuildCost cost)
      throws IOException {
    this.directory = directory;
    this.vectors = vectors;
    this.onHeap = onHeap;
    this.cost = cost;
    this.readers = ReaderSupplierFactory.open(directory.resolve(GRAPH_FILE));
    this.onDisk = OnDiskGraphIndex.load(readers);
  }

  static JVectorIndex build(Dataset data, Path directory, BuildPlan plan, Progress.Factory progress)
      throws IOException {
    Files.createDirectories(directory);
    RandomAccessVectorValues vectors = vectors(data);
    ImmutableGraphIndex graph;
    BuildCost cost;
    try (ForkJoinPool pool = new ForkJoinPool(plan.mergeWorkers());
        GraphIndexBuilder builder = builder(data, vectors, plan, pool);
        Progress bar = progress.start("Indexing jvector", 0, data.size())) {
      Stopwatch watch = new Stopwatch();
      for (int row = 0; row < data.size(); row++) {
        builder.addGraphNode(row, vectors.getVector(row));
        bar.step();
      }
      bar.note("writing");
      builder.cleanup();
      graph = builder.getGraph();
      OnDiskGraphIndex.write(graph, vectors, directory.resolve(GRAPH_FILE));
      Stopwatch.Lap index = watch.lap();
      cost = new BuildCost(index.seconds(), index.cpuSeconds(), 0, 0, 1);
    }
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(directory.resolve(HEAP_FILE))))) {
      ((OnHeapGraphIndex) graph).save(out);
    }
    return new JVectorIndex(directory, vectors, graph, cost);
  }

  static JVectorIndex open(Dataset data, Path directory, BuildPlan plan, BuildCost cost)
      throws IOException {
    RandomAccessVectorValues vectors = vectors(data);
    try (ForkJoinPool pool = new ForkJoinPool(1);
        GraphIndexBuilder builder = builder(data, vectors, plan, pool);
        ReaderSupplier saved = ReaderSupplierFactory.open(directory.resolve(HEAP_FILE))) {
      builder.load(saved.get());
      return new JVectorIndex(directory, vectors, builder.getGraph(), cost);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(directory + " cannot be closed", e);
    }
  }

  private static GraphIndexBuilder builder(
      Dataset data, RandomAccessVectorValues vectors, BuildPlan plan, ForkJoinPool pool) {
    boolean addHierarchy = true;
    boolean refineFinalGraph = true;
    return new GraphIndexBuilder(
        BuildScoreProvider.randomAccessScoreProvider(vectors, similarity(data)),
        data.dimension(),
        List.of(2 * plan.m(), plan.m()),
        plan.efConstruction(),
        NEIGHBOUR_OVERFLOW,
        ALPHA,
        addHierarchy,
        refineFinalGraph,
        pool,
        pool);
  }

  private static RandomAccessVectorValues vectors(Dataset data) {
    if (data.isBytes()) {
      throw new IllegalArgumentException("JVector does not index bytes");
    }
    List<VectorFloat<?>> rows = new ArrayList<>(data.size());
    for (int row = 0; row < data.size(); row++) {
      rows.add(TYPES.createFloatVector(data.documents().row(row)));
    }
    return new ListRandomAccessVectorValues(rows, data.dimension());
  }

  static VectorSimilarityFunction similarity(Dataset data) {
    return switch (data.similarity()) {
      case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
      case COSINE -> VectorSimilarityFunction.COSINE;
      // its score is (1 + product) / 2 without a bound, so the order is that of the product
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> VectorSimilarityFunction.DOT_PRODUCT;
    };
  }

  /** Which of its ways to compute JVector chose. */
  static String kernels() {
    String name = VectorizationProvider.getInstance().getClass().getSimpleName();
    return name.replace("VectorizationProvider", "").toLowerCase(Locale.ROOT);
  }

  /** How JVector was set up, for the report. */
  static String settings(BuildPlan plan) {
    return "degree "
        + 2 * plan.m()
        + " on the lowest layer and "
        + plan.m()
        + " above, overflow "
        + NEIGHBOUR_OVERFLOW
        + ", alpha "
        + ALPHA
        + ", hierarchy, refined";
  }

  @Override
  public BuildCost cost() {
    return cost;
  }

  @Override
  public SortedMap<String, Long> bytesByPart() throws IOException {
    long total = Files.size(directory.resolve(GRAPH_FILE));
    long inVectors = (long) vectors.size() * vectors.dimension() * Float.BYTES;
    SortedMap<String, Long> bytes = new TreeMap<>();
    bytes.put(Parts.VECTORS, inVectors);
    bytes.put(Parts.GRAPH, total - inVectors);
    return bytes;
  }

  @Override
  public Searcher newSearcher(SearchStyle style, Dataset data) {
    ImmutableGraphIndex graph = style == SearchStyle.IN_MEMORY ? onHeap : onDisk;
    return new JVectorSearcher(graph, vectors, data);
  }

  @Override
  public void close() throws IOException {
    try {
      IOUtils.close(onDisk::close, onHeap::close);
      readers.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(directory + " cannot be closed", e);
    }
  }
}
