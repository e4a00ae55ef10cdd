/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.ExitableDirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.Bits;

/**
 * Readers that wrap the bits of live documents anew for each search, as those with a time limit.
 */
public class WrappedLiveDocsTest extends LuceneTestCase {
  private static final int SIZE = 4000;

  private static VectorCorpus corpus(int dimension, long seed) {
    return new VectorCorpus(
        "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, dimension, seed);
  }

  private static void fill(IndexWriter writer, VectorCorpus corpus) throws IOException {
    for (int id = 0; id < SIZE; id++) {
      writer.addDocument(corpus.documentWithVector(id, corpus.randomVector()));
    }
    writer.forceMerge(1);
    writer.getConfig().setMergePolicy(NoMergePolicy.INSTANCE);
  }

  private static IndexWriter writer(Directory directory) throws IOException {
    return new IndexWriter(directory, new IndexWriterConfig().setCodec(new CairnCodec()));
  }

  public void testFindsAsMuch() throws IOException {
    for (int deleted : new int[] {0, 5, 9}) {
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory)) {
        VectorCorpus corpus = corpus(8, random().nextLong());
        fill(writer, corpus);
        delete(writer, deleted);
        QueryTimeout never = () -> false;
        try (DirectoryReader reader =
            new ExitableDirectoryReader(DirectoryReader.open(writer), never)) {
          double recall =
              corpus.meanRecall(reader, 20, 10, null, new EfSearch(100), id -> id % 10 >= deleted);
          assertTrue(deleted + " of ten deleted: " + recall, recall >= 0.95);
        }
      }
    }
  }

  private static void delete(IndexWriter writer, int ofTen) throws IOException {
    for (int id = 0; id < SIZE; id++) {
      if (id % 10 < ofTen) {
        writer.deleteDocuments(new Term("id", String.valueOf(id)));
      }
    }
  }

  /**
   * Not all documents are asked for. The vectors are the same in each run: among random ones a walk
   * that finds nothing better for long comes by nearly all of them, one time in a hundred.
   */
  public void testAsksForFewDocuments() throws IOException {
    for (long seed = 1; seed <= 5; seed++) {
      askForFewDocuments(seed);
    }
  }

  private static void askForFewDocuments(long seed) throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      // a scan of so long vectors costs more than a walk
      VectorCorpus corpus = corpus(256, seed);
      fill(writer, corpus);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        LeafReader leaf = getOnlyLeafReader(reader);
        AtomicInteger asked = new AtomicInteger();
        Bits bits =
            new Bits() {
              @Override
              public boolean get(int doc) {
                asked.incrementAndGet();
                return true;
              }

              @Override
              public int length() {
                return SIZE;
              }
            };
        TopKnnCollector collector = new TopKnnCollector(5, Integer.MAX_VALUE, new EfSearch(5));
        leaf.searchNearestVectors(
            "vector",
            (float[]) corpus.randomVector(),
            collector,
            AcceptDocs.fromLiveDocs(bits, SIZE));
        assertEquals(5, collector.topDocs().scoreDocs.length);
        assertTrue(asked + " asked for, seed " + seed, asked.get() < SIZE / 2);
      }
    }
  }
}
