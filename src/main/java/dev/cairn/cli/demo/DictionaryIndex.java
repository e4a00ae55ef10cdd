/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.VectorFile;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;

/** The dictionary as one Lucene index: each synset is a document with text and vector fields. */
final class DictionaryIndex {
  static final String ID = "id";
  static final String WORDS = "words";
  static final String GLOSS = "gloss";
  static final String DEFINITION = "definition";
  static final String PART_OF_SPEECH = "partOfSpeech";
  static final String VECTOR = "vector";

  /** Part of the recipe of a cached index: raise it when the fields change. */
  static final int SCHEMA = 1;

  private static final int MAX_THREADS = 4;
  private static final double RAM_BUFFER_MB = 1024;

  private DictionaryIndex() {}

  static Analyzer analyzer() {
    return new EnglishAnalyzer();
  }

  /** One file per part of a segment, so that each part can be weighed; large segments at once. */
  static IndexWriterConfig config(Codec codec) {
    IndexWriterConfig config = new IndexWriterConfig(analyzer()).setCodec(codec);
    config.setUseCompoundFile(false);
    config.getMergePolicy().setNoCFSRatio(0);
    return config.setRAMBufferSizeMB(RAM_BUFFER_MB);
  }

  /** The cached index, built where there is none yet. */
  static Directory open(
      IndexCache indexes,
      String data,
      List<Synset> synsets,
      VectorFile vectors,
      Progress.Factory progress)
      throws IOException {
    VectorFormats format = VectorFormats.CAIRN;
    String recipe = data + "; schema " + SCHEMA + "; " + format.recipe();
    return indexes.open(
        "dictionary",
        recipe,
        directory -> {
          try (Progress bar = progress.start("Indexing", 0, synsets.size())) {
            build(directory, synsets, vectors, format.codec(), bar);
          }
        });
  }

  /** Indexes all synsets, with a few threads. */
  static void build(
      Directory directory, List<Synset> synsets, VectorFile vectors, Codec codec, Progress progress)
      throws IOException {
    int threadCount = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(threadCount);
        IndexWriter writer = new IndexWriter(directory, config(codec))) {
      List<Future<Void>> workers = new ArrayList<>();
      for (int t = 0; t < threadCount; t++) {
        workers.add(
            threads.submit(
                () -> {
                  for (int i; (i = next.getAndIncrement()) < synsets.size(); ) {
                    writer.addDocument(
                        document(Integer.toString(i), synsets.get(i), vectors.row(i)));
                    progress.step();
                  }
                  return null;
                }));
      }
      for (Future<Void> worker : workers) {
        worker.get();
      }
      progress.note("writing");
      writer.commit();
    } catch (ExecutionException e) {
      throw new IOException("indexing failed: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("indexing was interrupted", e);
    }
  }

  static Document document(String id, Synset synset, float[] vector) {
    Document document = new Document();
    document.add(new StringField(ID, id, Field.Store.YES));
    document.add(new TextField(WORDS, String.join(", ", synset.words()), Field.Store.YES));
    document.add(new TextField(GLOSS, synset.gloss(), Field.Store.NO));
    document.add(new StoredField(DEFINITION, synset.definition()));
    document.add(new StringField(PART_OF_SPEECH, synset.partOfSpeech().label(), Field.Store.YES));
    document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
    return document;
  }
}
