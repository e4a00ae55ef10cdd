/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.data.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;

/** The same vectors in an index of each format, made at the same time and kept in the cache. */
final class EvaluationIndexes implements AutoCloseable {
  static final String FIELD = "vector";

  private final Map<VectorFormats, Directory> directories = new EnumMap<>(VectorFormats.class);

  /**
   * Opens the indexes, building those that are not cached.
   *
   * @param recipe says which vectors these are
   */
  EvaluationIndexes(IndexCache cache, HeldOutQueries data, String recipe, Progress.Factory progress)
      throws IOException {
    VectorFormats[] formats = VectorFormats.values();
    try (ExecutorService threads = Executors.newFixedThreadPool(formats.length)) {
      List<Future<Directory>> opening = new ArrayList<>();
      for (VectorFormats format : formats) {
        Callable<Directory> open =
            () ->
                cache.open(
                    "recall-" + format.label(),
                    recipe + "; " + format.recipe(),
                    directory -> build(directory, format, data, progress));
        opening.add(threads.submit(open));
      }
      for (VectorFormats format : formats) {
        directories.put(format, opening.get(format.ordinal()).get());
      }
    } catch (ExecutionException e) {
      close();
      throw new IOException("cannot build an index: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while building an index", e);
    }
  }

  Directory of(VectorFormats format) {
    return directories.get(format);
  }

  /** One thread and no merges, so that document ids are positions in the data. */
  private static void build(
      Directory directory, VectorFormats format, HeldOutQueries data, Progress.Factory progress)
      throws IOException {
    IndexWriterConfig config =
        DictionaryIndex.config(format.codec()).setMergePolicy(NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config);
        Progress bar = progress.start("Indexing for " + format.label(), 0, data.documentCount())) {
      for (int doc = 0; doc < data.documentCount(); doc++) {
        Document document = new Document();
        document.add(
            new KnnFloatVectorField(
                FIELD, data.document(doc), VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
        bar.step();
      }
      bar.note("writing");
      writer.commit();
    }
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(directories.values());
  }
}
