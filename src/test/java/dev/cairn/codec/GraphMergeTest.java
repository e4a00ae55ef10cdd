/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.InfoStream;

/** What a merge does to graphs, by its own words and by its files. */
public class GraphMergeTest extends LuceneTestCase {
  private static final Pattern MERGED =
      Pattern.compile(
          "merged (\\d+) nodes: (\\d+) kept \\((\\d+) of them with holes closed\\), (\\d+) joined,"
              + " (\\d+) inserted, (\\d+) repaired; .* s of graph work");

  /** Keeps what is said of graphs. */
  private static final class Messages extends InfoStream {
    final List<String> all = new ArrayList<>();

    @Override
    public synchronized void message(String component, String message) {
      all.add(message);
    }

    @Override
    public boolean isEnabled(String component) {
      return component.equals("HNSW");
    }

    /** Nodes merged, kept, closed, joined and inserted. */
    int[] counts() {
      for (String message : all) {
        Matcher matcher = MERGED.matcher(message);
        if (matcher.find()) {
          int[] counts = new int[5];
          Arrays.setAll(counts, i -> Integer.parseInt(matcher.group(i + 1)));
          return counts;
        }
      }
      throw new AssertionError(all);
    }

    @Override
    public void close() {}
  }

  private static VectorCorpus corpus() {
    return new VectorCorpus(
        "vector", VectorEncoding.FLOAT32, VectorSimilarityFunction.EUCLIDEAN, 24, 11);
  }

  private static IndexWriterConfig config(int maxConn) {
    return new IndexWriterConfig()
        .setCodec(new CairnCodec(new CairnHnswVectorsFormat(maxConn, 60)))
        .setMergeScheduler(new SerialMergeScheduler())
        .setUseCompoundFile(false)
        .setMergePolicy(NoMergePolicy.INSTANCE);
  }

  /** Segments of 300, 200 and 100 documents, of which every third has no vector if sparse. */
  private static void index(Directory directory, VectorCorpus corpus, boolean isSparse)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config(16))) {
      int id = 0;
      for (int end : new int[] {300, 500, 600}) {
        for (; id < end; id++) {
          boolean isEmpty = isSparse && (id % 3 == 2 || id >= 300 && id < 500);
          writer.addDocument(isEmpty ? VectorCorpus.document(id) : corpus.documentWithVector(id));
        }
        writer.flush();
      }
    }
  }

  private static Messages merge(Directory directory, int maxConn) throws IOException {
    Messages messages = new Messages();
    IndexWriterConfig config = config(maxConn).setInfoStream(messages);
    config.setMergePolicy(new TieredMergePolicy());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      writer.forceMerge(1);
    }
    return messages;
  }

  private static void checkSearches(Directory directory, VectorCorpus corpus) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(1, reader.leaves().size());
      double recall = corpus.meanRecall(reader, 20, 10, null, new EfSearch(100), id -> true);
      assertTrue("recall " + recall, recall > 0.95);
    }
  }

  public void testTheLargestIsKeptAndOthersJoin() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      VectorCorpus corpus = corpus();
      index(directory, corpus, false);
      int[] counts = merge(directory, 16).counts();
      assertArrayEquals(Arrays.toString(counts), new int[] {600, 300, 0}, Arrays.copyOf(counts, 3));
      assertEquals(300, counts[3] + counts[4]);
      assertTrue("joined " + counts[3], counts[3] > 270);
      checkSearches(directory, corpus);
    }
  }

  public void testSparseAndMissingFields() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      VectorCorpus corpus = corpus();
      index(directory, corpus, true);
      int[] counts = merge(directory, 16).counts();
      assertEquals(200 + 66, counts[0]);
      assertEquals(200, counts[1]);
      assertTrue("joined " + counts[3], counts[3] > 55);
      checkSearches(directory, corpus);
    }
  }

  /** Another M has other blocks: all is inserted anew. */
  public void testGraphsOfAnotherM() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      VectorCorpus corpus = corpus();
      index(directory, corpus, false);
      assertArrayEquals(new int[] {600, 0, 0, 0, 600}, merge(directory, 40).counts());
      checkSearches(directory, corpus);
    }
  }

  public void testHolesOfDeletedDocuments() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      VectorCorpus corpus = corpus();
      index(directory, corpus, false);
      try (IndexWriter writer = new IndexWriter(directory, config(16))) {
        for (int id = 0; id < 300; id += 4) {
          corpus.remove(id);
          writer.deleteDocuments(new Term(VectorCorpus.ID, String.valueOf(id)));
        }
      }
      int[] counts = merge(directory, 16).counts();
      assertEquals(525, counts[0]);
      assertEquals(225, counts[1]);
      assertTrue("closed " + counts[2], counts[2] > 150);
      checkSearches(directory, corpus);
    }
  }

  /** The field is left out of a segment by a wrapper that hands on the reader of all fields. */
  public void testFieldLeftOutOfASegment() throws IOException {
    for (int leftOut = 0; leftOut < 3; leftOut++) {
      try (Directory directory = new ByteBuffersDirectory();
          Directory target = new ByteBuffersDirectory()) {
        VectorCorpus corpus = corpus();
        index(directory, corpus, false);
        try (DirectoryReader reader = DirectoryReader.open(directory);
            IndexWriter writer = new IndexWriter(target, config(16))) {
          List<CodecReader> segments = new ArrayList<>();
          for (LeafReaderContext leaf : reader.leaves()) {
            CodecReader segment = (CodecReader) leaf.reader();
            segments.add(leaf.ord == leftOut ? new Fieldless(segment) : segment);
          }
          writer.addIndexes(segments.toArray(CodecReader[]::new));
        }
        int[] starts = {0, 300, 500, 600};
        for (int id = starts[leftOut]; id < starts[leftOut + 1]; id++) {
          corpus.remove(id);
        }
        checkSearches(target, corpus);
      }
    }
  }

  /** A segment whose documents have no field of vectors any more. */
  private static final class Fieldless extends FilterCodecReader {
    private final FieldInfos infos;

    private Fieldless(CodecReader in) {
      super(in);
      infos =
          new FieldInfos(
              StreamSupport.stream(in.getFieldInfos().spliterator(), false)
                  .filter(info -> !info.hasVectorValues())
                  .toArray(FieldInfo[]::new));
    }

    @Override
    public FieldInfos getFieldInfos() {
      return infos;
    }

    @Override
    public CacheHelper getCoreCacheHelper() {
      return null;
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return null;
    }
  }

  /** The same documents give the same bytes between header and footer. */
  public void testMergesRepeat() throws IOException {
    try (Directory first = new ByteBuffersDirectory();
        Directory second = new ByteBuffersDirectory()) {
      for (Directory directory : List.of(first, second)) {
        index(directory, corpus(), true);
        merge(directory, 16);
      }
      for (String extension : new String[] {".vex", ".vcm"}) {
        assertArrayEquals(extension, content(first, extension), content(second, extension));
      }
    }
  }

  private static byte[] content(Directory directory, String extension) throws IOException {
    String name =
        Arrays.stream(directory.listAll())
            .filter(file -> file.toLowerCase(Locale.ROOT).endsWith(extension))
            .findAny()
            .orElseThrow();
    try (IndexInput in = directory.openInput(name, IOContext.DEFAULT)) {
      // what comes after codec name and version, the id, and the suffix
      in.seek(CodecUtil.headerLength("CairnHnswData") + 16);
      byte[] bytes = new byte[(int) (in.length() - in.getFilePointer()) - CodecUtil.footerLength()];
      in.readBytes(bytes, 0, bytes.length);
      return bytes;
    }
  }
}
