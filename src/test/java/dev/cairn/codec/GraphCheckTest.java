/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.cairn.graph.GraphBuilder;
import dev.cairn.quantization.CentredLayout;
import dev.cairn.quantization.FusedBlockLayout;
import dev.cairn.simd.SegmentLayouts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** What writers write is found sound; each kind of damage below a checksum that fits is found. */
public class GraphCheckTest extends LuceneTestCase {
  private static final int M = 4;
  private static final int DOCUMENTS = 120;

  private static GraphCheck.Report check(DirectoryReader reader) throws IOException {
    CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
    return GraphCheck.run(segment, "vector", DOCUMENTS, random().nextLong()).orElseThrow();
  }

  public void testWhatIsWrittenIsSound() throws IOException {
    for (VectorEncoding encoding : VectorEncoding.values()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        for (int dimension : new int[] {1, 9, 200}) {
          VectorCorpus corpus =
              new VectorCorpus("vector", encoding, similarity, dimension, random().nextLong());
          try (Directory directory = newDirectory();
              IndexWriter writer = new IndexWriter(directory, config())) {
            for (int id = 0; id < 150; id++) {
              boolean isAgain = id > 100 && id % 3 == 0;
              writer.addDocument(
                  isAgain
                      ? corpus.documentWithVector(id, corpus.get(id / 3))
                      : corpus.documentWithVector(id));
              if (id % 60 == 59) {
                writer.commit();
              }
            }
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
              assertSound(reader, corpus);
            }
            writer.forceMerge(1);
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
              assertSound(reader, corpus);
            }
          }
        }
      }
    }
  }

  /** Codes of vectors this near to each other follow from roundings of them. */
  public void testNearVectorsAreSound() throws IOException {
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      for (int dimension : new int[] {1, 2, 8, 64, 150}) {
        VectorCorpus corpus =
            new VectorCorpus("vector", VectorEncoding.FLOAT32, similarity, dimension, 5);
        try (Directory directory = newDirectory();
            IndexWriter writer = new IndexWriter(directory, config())) {
          for (int id = 0; id < 400; id++) {
            float[] vector = (float[]) corpus.randomVector();
            if (id % 3 > 0) {
              float[] near = (float[]) corpus.get(random().nextInt(id));
              double distance = Math.exp(-14 * random().nextDouble());
              for (int i = 0; i < dimension; i++) {
                vector[i] = (float) (near[i] + distance * vector[i]);
              }
            }
            writer.addDocument(corpus.documentWithVector(id, vector));
          }
          writer.forceMerge(1);
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
            GraphCheck.Report report = GraphCheck.run(segment, "vector", 400, 1).orElseThrow();
            assertEquals(similarity + ", " + dimension, List.of(), report.problems());
          }
        }
      }
    }
  }

  private static void assertSound(DirectoryReader reader, VectorCorpus corpus) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      GraphCheck.Report report =
          GraphCheck.run((CodecReader) leaf.reader(), "vector", 50, 1).orElseThrow();
      String of = corpus.encoding + ", " + corpus.similarity + ", " + corpus.dimension;
      assertEquals(of, List.of(), report.problems());
      assertTrue(of, report.nodes() >= leaf.reader().maxDoc());
      assertTrue(of, report.recoded() > 0);
      assertTrue(of, report.recoded() <= report.edges());
    }
  }

  /** A graph of several huge pages, whose memory is given back while it is written. */
  public void testWhatIsGivenBackWasWritten() throws IOException {
    VectorCorpus corpus =
        new VectorCorpus(
            "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 256, 3);
    IndexWriterConfig config =
        config()
            .setCodec(new CairnCodec(new CairnHnswVectorsFormat(16, 20)))
            .setRAMBufferSizeMB(256);
    try (Directory directory = newFSDirectory(createTempDir());
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < 6_000; id++) {
        writer.addDocument(corpus.documentWithVector(id));
        if (id == 5_000) {
          writer.commit();
        }
      }
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertSound(reader, corpus);
      }
    }
  }

  public void testOtherFormatsHaveNoGraphToCheck() throws IOException {
    VectorCorpus corpus =
        new VectorCorpus("vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.COSINE, 4, 1);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      writer.addDocument(corpus.documentWithVector(1));
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
        assertTrue(GraphCheck.run(segment, "vector", 10, 1).isEmpty());
        assertTrue(GraphCheck.run(segment, "other", 10, 1).isEmpty());
      }
    }
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig()
        .setUseCompoundFile(false)
        .setCodec(new CairnCodec(new CairnHnswVectorsFormat(M, 20)));
  }

  /** Damage of every kind, each under a checksum that fits. */
  public void testEachKindOfDamageIsFound() throws IOException {
    Path home = createTempDir();
    VectorCorpus corpus =
        new VectorCorpus("vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.COSINE, 70, 17);
    try (Directory directory = new MMapDirectory(home);
        IndexWriter writer = new IndexWriter(directory, config())) {
      for (int id = 0; id < DOCUMENTS; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
    }
    ForgedFile file = new ForgedFile(home, "vex");
    FusedBlockLayout layout = GraphBuilder.layout(0, M, 70);
    byte[] sound = file.original();
    MemorySegment segment = Arena.ofAuto().allocate(sound.length);
    MemorySegment.copy(sound, 0, segment, JAVA_BYTE, 0, sound.length);
    long first = file.firstBlock();
    int node = random().nextInt(DOCUMENTS);
    long block = first + (long) node * layout.bytes();
    int count = layout.count(segment, block);
    int slot = random().nextInt(count);
    int rowBytes = CentredLayout.rowBytes(layout.codeLength());
    long centroid = sound.length - 16 - (long) DOCUMENTS * rowBytes - 4L * layout.codeLength();
    long centred = centroid + 4L * layout.codeLength() + (long) node * rowBytes;
    Map<String, LongConsumer> damages = new TreeMap<>();
    damages.put("ordinal", b -> layout.setNode(segment, b, (node + 1) % DOCUMENTS, node, 1));
    damages.put("far ordinal", b -> layout.setNode(segment, b, Integer.MAX_VALUE, node, 1));
    damages.put("negative ordinal", b -> layout.setNode(segment, b, -1, node, 1));
    damages.put("below", b -> layout.setNode(segment, b, node, node + 1, 1));
    damages.put("node factor", b -> layout.setNode(segment, b, node, node, 0.01f));
    damages.put("no factor", b -> layout.setNode(segment, b, node, node, Float.NaN));
    damages.put("many neighbours", b -> layout.setCount(segment, b, Integer.MAX_VALUE));
    damages.put("33 neighbours", b -> layout.setCount(segment, b, 33));
    damages.put("negative count", b -> layout.setCount(segment, b, -1));
    damages.put("far", b -> layout.setNeighbour(segment, b, slot, DOCUMENTS));
    damages.put("negative", b -> layout.setNeighbour(segment, b, slot, -5));
    damages.put("itself", b -> layout.setNeighbour(segment, b, slot, node));
    damages.put(
        "twice",
        b ->
            layout.setNeighbour(
                segment, b, slot, layout.neighbour(segment, b, (slot + 1) % count)));
    damages.put("no number", b -> factor(segment, b + 32 + 128 + 2L * slot, 0x7fc0));
    damages.put("infinite", b -> factor(segment, b + 32 + 192 + 2L * slot, 0x7f80));
    damages.put("other factor", b -> factor(segment, b + 32 + 192 + 2L * slot, 0x3f80));
    damages.put(
        "own code",
        b -> {
          long at = b + 320 + 7;
          segment.set(JAVA_BYTE, at, (byte) (segment.get(JAVA_BYTE, at) + 1));
        });
    damages.put("codes", b -> invert(segment, b + 320 + 256, 512));
    damages.put("centred code", b -> invert(segment, centred + 5, 3));
    damages.put(
        "factor of a centred code", b -> segment.set(SegmentLayouts.FLOAT, centred + 16, 7));
    damages.put("centroid", b -> segment.set(SegmentLayouts.FLOAT, centroid + 8, 7));
    damages.put("no centroid", b -> segment.set(SegmentLayouts.FLOAT, centroid, Float.NaN));
    // node 0 is no longer linked from anywhere
    damages.put("unreachable", b -> unlink(layout, segment, first));
    for (Map.Entry<String, LongConsumer> damage : damages.entrySet()) {
      damage.getValue().accept(block);
      file.write(segment.toArray(JAVA_BYTE));
      MemorySegment.copy(sound, 0, segment, JAVA_BYTE, 0, sound.length);
      try (Directory directory = new MMapDirectory(home);
          DirectoryReader reader = DirectoryReader.open(directory)) {
        reader.leaves().get(0).reader().checkIntegrity();
        GraphCheck.Report report = check(reader);
        assertFalse(damage.getKey() + " goes unnoticed", report.isSound());
        for (int i = 0; i < 5; i++) {
          new IndexSearcher(reader)
              .search(corpus.query(corpus.randomVector(), 10, null, new EfSearch(200)), 10);
        }
      } catch (CorruptIndexException e) {
        assertTrue(e.toString(), e.toString().contains(".vex"));
      }
    }
    file.write(sound);
    try (Directory directory = new MMapDirectory(home);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(List.of(), check(reader).problems());
    }
  }

  private static void factor(MemorySegment segment, long at, int bfloat16) {
    segment.set(SegmentLayouts.SHORT, at, (short) bfloat16);
  }

  private static void invert(MemorySegment segment, long from, int length) {
    for (long i = from; i < from + length; i++) {
      segment.set(JAVA_BYTE, i, (byte) ~segment.get(JAVA_BYTE, i));
    }
  }

  private static void unlink(FusedBlockLayout layout, MemorySegment segment, long first) {
    for (int node = 0; node < DOCUMENTS; node++) {
      long block = first + (long) node * layout.bytes();
      int other = 1;
      for (int slot = 0; slot < layout.count(segment, block); slot++) {
        if (layout.neighbour(segment, block, slot) == 0) {
          while (other == node || isLinked(layout, segment, block, other)) {
            other++;
          }
          layout.setNeighbour(segment, block, slot, other);
        }
      }
    }
  }

  private static boolean isLinked(
      FusedBlockLayout layout, MemorySegment segment, long block, int node) {
    for (int slot = 0; slot < layout.count(segment, block); slot++) {
      if (layout.neighbour(segment, block, slot) == node) {
        return true;
      }
    }
    return false;
  }
}
