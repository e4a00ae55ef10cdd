/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import dev.cairn.query.CairnKnnQuery;
import dev.cairn.reliability.Tally;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ByteVectorSimilarityQuery;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;

/**
 * Files that were damaged, or forged under a checksum that fits: reported as such, by name, and
 * never trusted so far that memory runs out, the process dies or a search does not end.
 */
@SuppressFileSystems("*") // thousands of files are rewritten, and mapped while they are
public class DamagedFilesTest extends LuceneTestCase {
  private static final String[] OURS = {"vcm", "vex"};
  private static final String[] ALL = {"vcm", "vex", "vec", "vemf"};
  private static final int DOCUMENTS = 90;

  /** What opening and searching an index of these sizes may allocate at most. */
  private static final long MOST_BYTES = 64 << 20;

  private Path home;
  private VectorCorpus floats;
  private VectorCorpus bytes;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    home = createTempDir();
    floats =
        new VectorCorpus(
            "floats",
            VectorEncoding.FLOAT32,
            VectorSimilarityFunction.COSINE,
            10,
            random().nextLong());
    bytes =
        new VectorCorpus(
            "bytes",
            VectorEncoding.BYTE,
            VectorSimilarityFunction.EUCLIDEAN,
            70,
            random().nextLong());
    KnnVectorsFormat one = new CairnHnswVectorsFormat(4, 20);
    write(home, new CairnCodec(one), 1);
  }

  private void write(Path path, CairnCodec codec, int segments) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setUseCompoundFile(false)
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setCodec(codec);
    try (NIOFSDirectory directory = new NIOFSDirectory(path);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < DOCUMENTS * segments; id++) {
        Document document = floats.documentWithVector(id);
        Object vector = bytes.randomVector();
        bytes.put(id, vector);
        document.add(bytes.vectorField(vector));
        writer.addDocument(document);
        if ((id + 1) % DOCUMENTS == 0) {
          writer.commit();
        }
      }
    }
  }

  private Directory directory() throws IOException {
    return switch (random().nextInt(3)) {
      case 0 -> new NIOFSDirectory(home);
      case 1 -> new MMapDirectory(home);
      default -> {
        try (Directory files = new NIOFSDirectory(home)) {
          Directory heap = new ByteBuffersDirectory();
          for (String file : files.listAll()) {
            if (!file.equals(IndexWriter.WRITE_LOCK_NAME)) {
              heap.copyFrom(files, file, file, IOContext.DEFAULT);
            }
          }
          yield heap;
        }
      }
    };
  }

  /** What opening and checking the index end with; null when all is well. */
  private Throwable open(boolean isSearched) {
    try (Directory directory = directory();
        DirectoryReader reader = DirectoryReader.open(directory)) {
      if (isSearched) {
        search(reader);
      }
      for (LeafReaderContext leaf : reader.leaves()) {
        leaf.reader().checkIntegrity();
      }
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /** Beam, walk through a filter, scan, radius. */
  private void search(DirectoryReader reader) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    for (VectorCorpus corpus : new VectorCorpus[] {floats, bytes}) {
      Object target = corpus.randomVector();
      Query half = IntPoint.newRangeQuery("number", 0, DOCUMENTS * 3 / 4);
      searcher.search(corpus.query(target, 3, null, new EfSearch(6)), 3);
      searcher.search(corpus.query(target, 10, null, new EfSearch(60)), 10);
      searcher.search(corpus.query(target, 2, half, new EfSearch(3)), 2);
      searcher.search(corpus.query(target, 80, half, null), 80);
      searcher.search(
          target instanceof byte[] vector
              ? new CairnKnnQuery(corpus.field, vector, 10, 10, null)
              : new CairnKnnQuery(corpus.field, (float[]) target, 10, 60, half),
          10);
      searcher.search(
          target instanceof byte[] vector
              ? new ByteVectorSimilarityQuery(corpus.field, vector, 0.0002f)
              : new FloatVectorSimilarityQuery(corpus.field, (float[]) target, 0.6f),
          10);
    }
  }

  private static boolean isReported(Throwable failure, Path file) {
    return (failure instanceof CorruptIndexException
            || failure instanceof IndexFormatTooNewException
            || failure instanceof IndexFormatTooOldException)
        && failure.getMessage().contains(file.getFileName().toString());
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  public void testEveryBitCounts() throws IOException {
    assertNull(open(true));
    int flips = 200 * Tally.factor();
    for (String extension : ALL) {
      ForgedFile file = new ForgedFile(home, extension);
      byte[] damaged = file.original();
      for (int i = 0; i < flips; i++) {
        // the file in steps, so that all parts of it have their share
        int at = (int) ((i + random().nextDouble()) * damaged.length / flips);
        int bit = 1 << random().nextInt(8);
        damaged[at] ^= (byte) bit;
        file.writeUnsigned(damaged);
        Throwable failure = open(true);
        if (!isOurs(extension) && isAssertionOfLucene(failure)) {
          // a raw vector with a component that is out of range, scored by Lucene's own scan
          failure = open(false);
        }
        if (!isReported(failure, file.path())) {
          throw new AssertionError(extension + ", byte " + at, failure);
        }
        if (i % 8 == 0) {
          failure = merge();
          assertTrue(extension + ", merged: " + failure, isReported(failure, file.path()));
        }
        damaged[at] ^= (byte) bit;
      }
      file.restore();
      Tally.add("bits flipped, each reported", flips);
    }
    assertNull(open(true));
  }

  private static boolean isAssertionOfLucene(Throwable failure) {
    return failure instanceof AssertionError
        && failure.getStackTrace()[0].getClassName().startsWith("org.apache.lucene.");
  }

  private static boolean isOurs(String extension) {
    return Arrays.asList(OURS).contains(extension);
  }

  public void testTruncatedFiles() throws IOException {
    for (String extension : ALL) {
      ForgedFile file = new ForgedFile(home, extension);
      byte[] original = file.original();
      for (int i = 0; i < 60; i++) {
        int length =
            i < 20
                ? i * 2
                : i < 40 ? original.length - 1 - (i - 20) : random().nextInt(original.length);
        file.writeUnsigned(Arrays.copyOf(original, length));
        Throwable failure = open(true);
        // where the header of one of its own files ends, Lucene names the directory alone
        assertTrue(
            extension + " of " + length + " bytes: " + failure,
            isOurs(extension)
                ? isReported(failure, file.path())
                : failure instanceof CorruptIndexException);
      }
      file.writeUnsigned(Arrays.copyOf(original, original.length + 7));
      Throwable longer = open(true);
      assertTrue(extension + ", longer: " + longer, isReported(longer, file.path()));
      file.restore();
      Tally.add("files cut short, each reported", 60);
    }
  }

  /** Files of other segments, and of other fields of the same segment. */
  public void testSwappedFiles() throws IOException {
    Path other = createTempDir();
    KnnVectorsFormat one = new CairnHnswVectorsFormat(4, 20);
    KnnVectorsFormat two = new CairnHnswVectorsFormat(5, 20);
    CairnCodec codec =
        new CairnCodec(one) {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return field.equals("bytes") ? two : one;
          }
        };
    write(other, codec, 2);
    home = other;
    assertNull(open(true));
    int swaps = 0;
    for (String extension : ALL) {
      for (String[] pair :
          new String[][] {
            {"_0_CairnHnsw_0.", "_0_CairnHnsw_1."},
            {"_0_CairnHnsw_0.", "_1_CairnHnsw_0."},
            {"_0_CairnHnsw_1.", "_1_CairnHnsw_0."}
          }) {
        Path left = other.resolve(pair[0] + extension);
        Path right = other.resolve(pair[1] + extension);
        byte[] leftBytes = Files.readAllBytes(left);
        byte[] rightBytes = Files.readAllBytes(right);
        Files.write(left, rightBytes);
        Files.write(right, leftBytes);
        Throwable failure = open(true);
        assertTrue(
            left + " and " + right + ": " + failure,
            isReported(failure, left) || isReported(failure, right));
        Files.write(left, leftBytes);
        Files.write(right, rightBytes);
        swaps++;
      }
    }
    Tally.add("files swapped, each reported", swaps);
    assertNull(open(true));
  }

  public void testOtherVersions() throws IOException {
    for (String extension : OURS) {
      ForgedFile file = new ForgedFile(home, extension);
      for (int version : new int[] {-1, 0, CairnHnswVectorsFormat.VERSION_CURRENT + 1, 1 << 30}) {
        byte[] forged = file.original();
        ByteBuffer.wrap(forged).putInt(5 + forged[4], version);
        file.write(forged);
        Throwable failure = open(true);
        boolean isNew = version > CairnHnswVectorsFormat.VERSION_CURRENT;
        assertTrue(
            "version " + version + ": " + failure,
            isNew
                ? failure instanceof IndexFormatTooNewException
                : failure instanceof IndexFormatTooOldException);
        assertTrue(failure.getMessage(), failure.getMessage().contains("." + extension));
      }
      file.restore();
    }
  }

  /**
   * Bits for what later writers may do with a field are refused by readers that do not know them.
   */
  public void testUnknownFeatures() throws IOException {
    ForgedFile file = new ForgedFile(home, "vcm");
    for (int bit = 2; bit < 8; bit++) {
      byte[] forged = file.original();
      forged[file.headerLength() + Integer.BYTES] |= (byte) (1 << bit);
      file.write(forged);
      Throwable failure = open(true);
      assertTrue("bit " + bit + ": " + failure, failure instanceof IndexFormatTooNewException);
      assertTrue(
          failure.getMessage(), failure.getMessage().contains("features of field \"floats\""));
      assertTrue(failure.getMessage(), isReported(failure, file.path()));
    }
    file.restore();
  }

  /** Metadata that no writer writes, under a checksum that fits: each byte, and words. */
  public void testForgedMetadata() throws IOException {
    ForgedFile file = new ForgedFile(home, "vcm");
    byte[] original = file.original();
    int rejected = 0;
    int tried = 0;
    int words = 300 * Tally.factor();
    int single = (original.length - ForgedFile.FOOTER) * 6;
    int[] hostile = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 24, 0x40000000, 64};
    for (int i = 0; i < single + words; i++) {
      byte[] forged = original.clone();
      if (i < single) {
        forged[i / 6] = (byte) new int[] {0, 1, 2, 0x7f, 0x80, 0xff}[i % 6];
      } else {
        for (int n = random().nextInt(3); n >= 0; n--) {
          int at =
              file.headerLength() + random().nextInt(original.length - 24 - file.headerLength());
          int word = hostile[random().nextInt(hostile.length)];
          for (int b = 0; b < 4; b++) {
            forged[at + b] = (byte) (word >> 8 * b);
          }
        }
      }
      file.write(forged);
      long before = allocatedBytes();
      Throwable failure = open(true);
      assertTrue("allocated for forgery " + i, allocatedBytes() - before < MOST_BYTES);
      tried++;
      if (failure != null) {
        rejected++;
        assertTrue(
            "forgery " + i + ": " + failure,
            isReported(failure, file.path()) || isReported(failure, path("vex")));
      }
    }
    file.restore();
    assertTrue(rejected + " rejected", rejected > tried / 2);
    Tally.add("metadata forged under a fitting checksum", tried);
    Tally.add("metadata forged, reported (others do no harm)", rejected);
  }

  /** One thing wrong at a time, in metadata that is whole otherwise: none goes unseen. */
  public void testEachKindOfForgedMetadata() throws IOException {
    ForgedFile file = new ForgedFile(home, "vcm");
    List<FieldMeta> fields = fields(file);
    FieldMeta second = fields.get(1);
    int size = second.size();
    long offset = second.offsets()[0];
    long end = Files.size(path("vex"));
    Map<String, FieldMeta> forgeries = new TreeMap<>();
    for (int forged : new int[] {0, -1, size - 1, size + 1, 1 << 24, Integer.MAX_VALUE}) {
      forgeries.put("size " + forged, withFirst(second, forged, offset));
    }
    long[] offsets = {
      0,
      -64,
      1,
      offset - 1,
      offset - 64,
      offset + 64,
      end,
      end - 64,
      1L << 40,
      Long.MAX_VALUE - 63,
      Long.MIN_VALUE,
      fields.get(0).offsets()[0]
    };
    for (long forged : offsets) {
      forgeries.put("offset " + forged, withFirst(second, size, forged));
    }
    int top = second.sizes()[second.sizes().length - 1];
    for (int entry : new int[] {-1, top, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      forgeries.put("entry " + entry, withLayers(second, entry, second.sizes().length));
    }
    forgeries.put("a layer less", withLayers(second, 0, second.sizes().length - 1));
    forgeries.put("no layer", withLayers(second, -1, 0));
    forgeries.put("the other field twice", fields.get(0));
    forgeries.put(
        "no centred codes", with(second, second.entry(), second.sizes(), second.offsets(), false));
    for (Map.Entry<String, FieldMeta> forgery : forgeries.entrySet()) {
      write(file, List.of(fields.get(0), forgery.getValue()));
      long before = allocatedBytes();
      Throwable failure = open(true);
      assertTrue(forgery.getKey(), allocatedBytes() - before < MOST_BYTES);
      assertTrue(
          forgery.getKey() + ": " + failure,
          isReported(failure, file.path()) || isReported(failure, path("vex")));
    }
    write(file, List.of(fields.get(0)));
    Throwable failure = open(true);
    assertTrue("a field less: " + failure, isReported(failure, path("vex")));
    write(file, fields);
    assertNull("as it was", open(true));
    file.restore();
    Tally.add("metadata forged in one thing, each reported", forgeries.size() + 1);
  }

  private List<FieldMeta> fields(ForgedFile file) throws IOException {
    List<FieldMeta> fields = new ArrayList<>();
    try (Directory directory = new NIOFSDirectory(home);
        DirectoryReader reader = DirectoryReader.open(directory);
        IndexInput in =
            directory.openInput(file.path().getFileName().toString(), IOContext.DEFAULT)) {
      FieldInfos infos = reader.leaves().get(0).reader().getFieldInfos();
      in.seek(file.headerLength());
      for (int number = in.readInt(); number >= 0; number = in.readInt()) {
        fields.add(FieldMeta.read(in, infos.fieldInfo(number)));
      }
    }
    return fields;
  }

  private static void write(ForgedFile file, List<FieldMeta> fields) throws IOException {
    byte[] original = file.original();
    try (Directory heap = new ByteBuffersDirectory()) {
      try (IndexOutput out = heap.createOutput("forged", IOContext.DEFAULT)) {
        out.writeBytes(original, file.headerLength());
        for (FieldMeta field : fields) {
          field.write(out);
        }
        out.writeInt(-1);
        out.writeBytes(original, original.length - ForgedFile.FOOTER, ForgedFile.FOOTER);
      }
      try (IndexInput in = heap.openInput("forged", IOContext.DEFAULT)) {
        byte[] forged = new byte[(int) in.length()];
        in.readBytes(forged, 0, forged.length);
        file.write(forged);
      }
    }
  }

  private static FieldMeta withFirst(FieldMeta meta, int size, long offset) {
    int[] sizes = meta.sizes().clone();
    long[] offsets = meta.offsets().clone();
    sizes[0] = size;
    offsets[0] = offset;
    return with(meta, meta.entry(), sizes, offsets, meta.hasCentredCodes());
  }

  private static FieldMeta withLayers(FieldMeta meta, int entry, int layers) {
    return with(
        meta,
        entry,
        Arrays.copyOf(meta.sizes(), layers),
        Arrays.copyOf(meta.offsets(), layers),
        meta.hasCentredCodes());
  }

  private static FieldMeta with(
      FieldMeta meta, int entry, int[] sizes, long[] offsets, boolean hasCentredCodes) {
    return new FieldMeta(
        meta.fieldNumber(),
        meta.encoding(),
        meta.similarity(),
        meta.dimension(),
        meta.parameters(),
        entry,
        sizes,
        offsets,
        hasCentredCodes);
  }

  private Path path(String extension) throws IOException {
    return new ForgedFile(home, extension).path();
  }

  /** Blocks that no writer writes, under a checksum that fits: searched, then merged. */
  public void testForgedBlocks() throws IOException {
    ForgedFile file = new ForgedFile(home, "vex");
    byte[] original = file.original();
    int[] hostile = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 33, DOCUMENTS, 7, 0x7fc00000};
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < 200 * Tally.factor(); i++) {
      byte[] forged = original.clone();
      int first = (int) file.firstBlock();
      for (int n = 1 << random().nextInt(7); n > 0; n--) {
        int at = first + random().nextInt((forged.length - first - 24) / 4) * 4;
        if (random().nextBoolean()) {
          // the head of a block: ordinals, counts, neighbours
          at = first + (at - first) / 64 * 64 + random().nextInt(16) * 4;
        }
        int word = hostile[random().nextInt(hostile.length)];
        for (int b = 0; b < 4 && at + b < forged.length - 16; b++) {
          forged[at + b] = (byte) (word >> 8 * b);
        }
      }
      file.write(forged);
      long before = allocatedBytes();
      Throwable failure = open(true);
      assertTrue("allocated for forgery " + i, allocatedBytes() - before < MOST_BYTES);
      assertTrue(
          "forgery " + i + ": " + failure, failure == null || isReported(failure, file.path()));
      outcomes.merge(failure == null ? "searched" : "reported", 1, Integer::sum);
      if (i % 4 == 0) {
        Throwable merge = merge();
        if (merge != null && !isReported(merge, file.path())) {
          throw new AssertionError("merge of forgery " + i, merge);
        }
        outcomes.merge(merge == null ? "merged" : "merge reported", 1, Integer::sum);
      }
    }
    file.restore();
    assertTrue(outcomes.toString(), outcomes.keySet().size() >= 3);
    outcomes.forEach((outcome, count) -> Tally.add("forged blocks: " + outcome, count));
  }

  private Throwable merge() {
    try (Directory from = directory();
        Directory to = new ByteBuffersDirectory();
        DirectoryReader reader = DirectoryReader.open(from);
        IndexWriter writer =
            new IndexWriter(
                to,
                new IndexWriterConfig()
                    .setMergeScheduler(new SerialMergeScheduler())
                    .setCommitOnClose(false)
                    .setCodec(new CairnCodec(new CairnHnswVectorsFormat(4, 20))))) {
      writer.addIndexes((org.apache.lucene.index.CodecReader) reader.leaves().get(0).reader());
      return null;
    } catch (Throwable e) {
      return e;
    }
  }
}
