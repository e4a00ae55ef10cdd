/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.BuiltGraph;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValuesSkipIndexType;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** What fails in the middle of indexing, and callers who fail again and again. */
public class FailuresTest extends LuceneTestCase {
  /** Keeps vectors on the heap. */
  private static final class Vectors extends FlatFieldVectorsWriter<float[]> {
    private final List<float[]> vectors = new ArrayList<>();
    private final DocsWithFieldSet docs = new DocsWithFieldSet();

    @Override
    public void addValue(int docID, float[] vector) {
      docs.add(docID);
      vectors.add(vector);
    }

    @Override
    public List<float[]> getVectors() {
      return vectors;
    }

    @Override
    public DocsWithFieldSet getDocsWithFieldSet() {
      return docs;
    }

    @Override
    public float[] copyValue(float[] vector) {
      return vector.clone();
    }

    @Override
    public void finish() {}

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public long ramBytesUsed() {
      return 0;
    }
  }

  private static FieldInfo field() {
    return new FieldInfo(
        "vector",
        0,
        false,
        false,
        false,
        IndexOptions.NONE,
        DocValuesType.NONE,
        DocValuesSkipIndexType.NONE,
        -1,
        java.util.Map.of(),
        0,
        0,
        0,
        4,
        VectorEncoding.FLOAT32,
        VectorSimilarityFunction.EUCLIDEAN,
        false,
        false);
  }

  /** A vector that was stored but not linked is linked with the next, or in the end. */
  public void testGraphCatchesUpWithVectors() throws IOException {
    for (boolean isLast : new boolean[] {false, true}) {
      Vectors vectors = new Vectors();
      try (Arena arena = Arena.ofConfined()) {
        GraphFieldWriter<float[]> writer =
            new GraphFieldWriter<>(field(), vectors, CairnHnswParameters.DEFAULT, arena);
        writer.addValue(0, new float[] {1, 2, 3, 4});
        vectors.addValue(1, new float[] {2, 3, 4, 5});
        if (!isLast) {
          writer.addValue(2, new float[] {3, 4, 5, 6});
        }
        BuiltGraph graph = writer.finish();
        assertEquals(vectors.vectors.size(), graph.layer(0).size());
      }
    }
  }

  /** After a caller's mistake the blocks are looked at once, not each time. */
  public void testBlocksAreCheckedOnceForCallersMistakes() throws IOException {
    VectorCorpus corpus =
        new VectorCorpus(
            "vector",
            VectorEncoding.FLOAT32,
            VectorSimilarityFunction.EUCLIDEAN,
            16,
            random().nextLong());
    ReadCounts directory = new ReadCounts(new ByteBuffersDirectory());
    IndexWriterConfig config =
        new IndexWriterConfig().setCodec(new CairnCodec()).setUseCompoundFile(false);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < 500; id++) {
        writer.addDocument(corpus.documentWithVector(id, corpus.randomVector()));
      }
      writer.commit();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReader leaf = getOnlyLeafReader(reader);
        directory.take("vex");
        fail(leaf, corpus);
        assertTrue(directory.take("vex") >= 500);
        fail(leaf, corpus);
        assertTrue(directory.take("vex") < 100);
      }
    }
  }

  private static void fail(LeafReader leaf, VectorCorpus corpus) {
    KnnSearchStrategy seeded =
        new KnnSearchStrategy.Seeded(
            DocIdSetIterator.range(5000, 5001), 1, KnnSearchStrategy.Hnsw.DEFAULT);
    TopKnnCollector collector = new TopKnnCollector(10, Integer.MAX_VALUE, seeded);
    expectThrows(
        IllegalArgumentException.class,
        () ->
            leaf.searchNearestVectors(
                "vector",
                (float[]) corpus.randomVector(),
                collector,
                AcceptDocs.fromLiveDocs(null, leaf.maxDoc())));
  }
}
