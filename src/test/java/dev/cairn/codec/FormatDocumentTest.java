/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.Test;

/**
 * Reads segments by the words of {@code docs/format.md} alone: offsets are written out as there,
 * and codes and factors are computed once more in double precision from the vectors.
 */
public class FormatDocumentTest {
  private static final String FIELD = "vector";

  private final Random random = new Random(4711);

  @Test
  public void euclideanWithSeveralLayersAndWideOwnCodes() throws IOException {
    float[][] vectors = vectors(200, 40);
    DocumentedSegment segment = write(vectors, VectorSimilarityFunction.EUCLIDEAN, 4, false);
    assertTrue("layers: " + segment.layers.length, segment.layers.length > 2);
    check(segment, vectors, 0);
  }

  @Test
  public void innerProductWithTwoPassesAndNarrowOwnCodes() throws IOException {
    float[][] vectors = vectors(100, 150);
    DocumentedSegment segment =
        write(vectors, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, 24, false);
    assertEquals(64, segment.layers[0].slots());
    check(segment, vectors, 3);
  }

  @Test
  public void cosineOfTheWorkedExample() throws IOException {
    float[][] vectors = vectors(50, 384);
    vectors[5][0] = 1; // cosine fields take no zero vectors
    DocumentedSegment segment = write(vectors, VectorSimilarityFunction.COSINE, 16, false);
    assertEquals(2240, segment.layers[0].blockBytes());
    check(segment, vectors, 2);
  }

  @Test
  public void dotProductOfPowersOfTwo() throws IOException {
    float[][] vectors = vectors(60, 128);
    check(write(vectors, VectorSimilarityFunction.DOT_PRODUCT, 16, false), vectors, 1);
  }

  @Test
  public void sortedFlushRenumbers() throws IOException {
    float[][] vectors = vectors(200, 40);
    DocumentedSegment segment = write(vectors, VectorSimilarityFunction.EUCLIDEAN, 4, true);
    float[][] sorted = new float[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      sorted[i] = vectors[vectors.length - 1 - i];
    }
    assertTrue(segment.layers.length > 2);
    check(segment, sorted, 0);
  }

  /** Vectors of several lengths, among them equal ones and a zero vector. */
  private float[][] vectors(int size, int dimension) {
    float[][] vectors = new float[size][dimension];
    for (int i = 0; i < size; i++) {
      float length = 0.5f + random.nextFloat();
      for (int j = 0; j < dimension && i != 5; j++) {
        vectors[i][j] = i == 9 ? vectors[8][j] : length * (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static DocumentedSegment write(
      float[][] vectors, VectorSimilarityFunction similarity, int maxConn, boolean isReversed)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(new CairnCodec(new CairnHnswVectorsFormat(maxConn, 40)))
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setUseCompoundFile(false);
    if (isReversed) {
      config.setIndexSort(new Sort(new SortField("order", SortField.Type.LONG)));
    }
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int i = 0; i < vectors.length; i++) {
          Document document = new Document();
          document.add(new NumericDocValuesField("order", -i));
          document.add(new KnnFloatVectorField(FIELD, vectors[i], similarity));
          writer.addDocument(document);
        }
      }
      byte[] id = SegmentInfos.readLatestCommit(directory).info(0).info.getId();
      return DocumentedSegment.read(directory, id);
    }
  }

  private void check(DocumentedSegment segment, float[][] vectors, int similarity) {
    int dimension = vectors[0].length;
    assertEquals(1, segment.encoding);
    assertEquals(similarity, segment.similarity);
    assertEquals(dimension, segment.dimension);
    assertEquals(40, segment.beamWidth);
    assertEquals(50, segment.efSearch);
    assertEquals(vectors.length, segment.layers[0].size());
    for (int i = 0; i < vectors.length; i++) {
      assertArrayEquals(vectors[i], segment.vector(i), 0);
    }
    DocumentedSegment.Layer top = segment.layers[segment.layers.length - 1];
    assertTrue(segment.entry >= 0 && segment.entry < top.size());
    for (int level = 0; level < segment.layers.length; level++) {
      checkNodes(segment, level);
    }
    new NaiveCodes(similarity, vectors).check(segment, random);
  }

  private static void checkNodes(DocumentedSegment segment, int level) {
    DocumentedSegment.Layer layer = segment.layers[level];
    Set<Integer> ordinals = new HashSet<>();
    for (int i = 0; i < layer.size(); i++) {
      DocumentedSegment.Block block = layer.block(i);
      assertTrue("an ordinal twice", ordinals.add(block.ordinal()));
      if (level == 0) {
        assertEquals(i, block.ordinal());
        assertEquals(i, block.below());
      } else {
        assertEquals(block.ordinal(), segment.layers[level - 1].block(block.below()).ordinal());
      }
      assertTrue(block.count() >= (layer.size() > 1 ? 1 : 0) && block.count() <= layer.slots());
      Set<Integer> neighbours = new HashSet<>();
      for (int slot = 0; slot < block.count(); slot++) {
        int neighbour = block.neighbour(slot);
        assertTrue(neighbour >= 0 && neighbour < layer.size() && neighbour != i);
        assertTrue("a neighbour twice", neighbours.add(neighbour));
      }
      for (int slot = block.count(); slot < layer.slots(); slot++) {
        assertEquals(0, block.neighbour(slot));
        assertEquals(0, block.addBits(slot));
        assertEquals(0, block.scaleBits(slot));
        assertFalse(block.isDiverse(slot));
        for (int j = 0; j < layer.codeLength(); j++) {
          assertFalse(block.isPositive(slot, j));
        }
      }
      block.checkPadding();
    }
  }
}
