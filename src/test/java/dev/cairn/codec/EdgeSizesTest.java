/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import dev.cairn.graph.BlockSource;
import dev.cairn.simd.SegmentLayouts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;

/** Dimensions, numbers of vectors and sizes of files at their ends. */
@SuppressFileSystems("*") // a sparse file must stay one
public class EdgeSizesTest extends LuceneTestCase {
  private static final int[] DIMENSIONS = {
    1, 2, 3, 4, 5, 63, 64, 65, 127, 128, 129, 191, 193, 255, 256, 257, 383, 385, 511, 513, 1023,
    1024, 1025, 2047, 2049, 4095, 4096
  };

  private static IndexWriter writer(Directory directory, int m) throws IOException {
    return new IndexWriter(
        directory,
        new IndexWriterConfig().setCodec(new CairnCodec(new CairnHnswVectorsFormat(m, 40))));
  }

  private static VectorCorpus corpus(int dimension) {
    VectorSimilarityFunction[] similarities = VectorSimilarityFunction.values();
    return new VectorCorpus(
        "vector",
        random().nextInt(3) == 0 ? VectorEncoding.BYTE : VectorEncoding.FLOAT32,
        similarities[random().nextInt(similarities.length)],
        dimension,
        random().nextLong());
  }

  private static void checkSound(DirectoryReader reader) throws IOException {
    CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
    assertEquals(List.of(), GraphCheck.run(segment, "vector", 20, 1).orElseThrow().problems());
  }

  /** Asks for more than there are, and gets all of them. */
  private static void checkAllAreFound(VectorCorpus corpus, DirectoryReader reader)
      throws IOException {
    int k = corpus.size() + 100;
    Object target = corpus.randomVector();
    ScoreDoc[] hits =
        new IndexSearcher(reader).search(corpus.query(target, k, null, null), k).scoreDocs;
    corpus.check(reader, target, hits, id -> true);
    assertEquals(corpus.size(), hits.length);
  }

  public void testDimensionsAroundMultiplesOfEveryBlock() throws IOException {
    for (int dimension : DIMENSIONS) {
      VectorCorpus corpus = corpus(dimension);
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory, 8)) {
        for (int id = 0; id < 60; id++) {
          writer.addDocument(corpus.documentWithVector(id));
          if (id == 30) {
            writer.commit();
          }
        }
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          checkSound(reader);
          checkAllAreFound(corpus, reader);
          double recall = corpus.meanRecall(reader, 5, 5, null, new EfSearch(60), id -> true);
          assertTrue(dimension + " dimensions: " + recall, recall >= 0.9);
        }
      }
    }
  }

  public void testOneAndTwoVectors() throws IOException {
    for (int count = 1; count <= 2; count++) {
      for (boolean isEqual : new boolean[] {false, true}) {
        VectorCorpus corpus = corpus(7);
        Object first = corpus.randomVector();
        try (Directory directory = newDirectory();
            IndexWriter writer = writer(directory, 2)) {
          for (int id = 0; id < count; id++) {
            writer.addDocument(
                corpus.documentWithVector(id, isEqual ? first : corpus.randomVector()));
          }
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            checkSound(reader);
            checkAllAreFound(corpus, reader);
          }
        }
      }
    }
  }

  /** All equal, and nine of ten: none gets lost behind the others. */
  public void testDuplicatesByTheThousand() throws IOException {
    for (int othersIn : new int[] {Integer.MAX_VALUE, 10}) {
      VectorCorpus corpus = corpus(16);
      Object same = corpus.randomVector();
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory, 16)) {
        for (int id = 0; id < 2000; id++) {
          writer.addDocument(
              corpus.documentWithVector(id, id % othersIn == 1 ? corpus.randomVector() : same));
        }
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          checkSound(reader);
          checkAllAreFound(corpus, reader);
          double recall = corpus.recall(reader, same, 10, null, null, id -> true);
          assertEquals("of the vector that most have", 1, recall, 0);
          if (othersIn == 10) {
            double others = corpus.meanRecall(reader, 20, 5, null, new EfSearch(300), id -> true);
            assertTrue("of others: " + others, others >= 0.9);
          }
        }
      }
    }
  }

  public void testNineOfTenFieldsMissing() throws IOException {
    VectorCorpus corpus = corpus(12);
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory, 16)) {
      for (int id = 0; id < 2000; id++) {
        writer.addDocument(
            id % 10 == 3 ? corpus.documentWithVector(id) : VectorCorpus.document(id));
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        checkSound(reader);
        checkAllAreFound(corpus, reader);
      }
    }
  }

  public void testMAtItsLimits() throws IOException {
    for (int m : new int[] {CairnHnswParameters.MIN_MAX_CONN, CairnHnswParameters.MAX_MAX_CONN}) {
      VectorCorpus corpus = corpus(8);
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory, m)) {
        for (int id = 0; id < 700; id++) {
          writer.addDocument(corpus.documentWithVector(id));
        }
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          checkSound(reader);
          checkAllAreFound(corpus, reader);
        }
      }
    }
  }

  /** Blocks beyond 2^31 and 2^32 bytes, in a file that has nothing else in it. */
  public void testAddressesBeyond31Bits() throws IOException {
    int blockBytes = 2240;
    int[] nodes = {0, 958_698, 958_699, 1_917_397, 2_000_000};
    Path path = createTempDir();
    Path file = path.resolve("blocks");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      for (int node : nodes) {
        ByteBuffer number = ByteBuffer.allocate(blockBytes).order(ByteOrder.LITTLE_ENDIAN);
        number.putInt(0, node).putInt(blockBytes - 4, ~node);
        channel.write(number, (long) node * blockBytes);
      }
    }
    assertTrue(Files.size(file) > 1L << 32);
    // in one piece, in pieces that blocks lie across, and read
    for (Directory directory :
        new Directory[] {
          new MMapDirectory(path), new MMapDirectory(path, 1L << 28), new NIOFSDirectory(path)
        }) {
      try (directory;
          IndexInput input = directory.openInput("blocks", IOContext.DEFAULT)) {
        BlockSource blocks = new StoredBlocks(input, blockBytes).cursor();
        for (int first = 0; first <= nodes.length; first++) {
          blocks.touch(nodes, first, nodes.length, 0, blockBytes);
          blocks.touch(nodes, 0, first, 4, blockBytes - 4);
        }
        for (int node : nodes) {
          blocks.seek(node);
          assertEquals(node, blocks.segment().get(SegmentLayouts.INT, blocks.offset()));
          assertEquals(
              ~node, blocks.segment().get(SegmentLayouts.INT, blocks.offset() + blockBytes - 4));
        }
      }
    }
  }
}
