/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.Cairn;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.SilentProgress;
import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.codec.GraphFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.simpletext.SimpleTextCodec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressSysoutChecks;

/** Migrated indices hold what their sources held, whatever happens on the way. */
@SuppressSysoutChecks(bugUrl = "the command speaks to its user")
@SuppressFileSystems("ExtrasFS") // which puts files into directories that must be empty
public class MigrateCommandTest extends LuceneTestCase {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private String failure = "";

  private int run(Progress.Factory progress, String... arguments) {
    output.reset();
    StringWriter errors = new StringWriter();
    int code =
        Cairn.commandLine(
                new MigrateCommand(new PrintStream(output, true, StandardCharsets.UTF_8), progress))
            .setErr(new PrintWriter(errors))
            .execute(arguments);
    failure = errors.toString();
    return code;
  }

  private int migrate(Path source, Path target, String... more) {
    String[] arguments =
        Stream.concat(Stream.of(source.toString(), target.toString()), Stream.of(more))
            .toArray(String[]::new);
    return run(SilentProgress::start, arguments);
  }

  /** What Lucene itself makes of the source when it merges each segment, as it is. */
  static void checkMigrated(Path source, IndexWriterConfig config, Path target) throws IOException {
    try (Directory from = FSDirectory.open(source);
        Directory to = FSDirectory.open(target);
        Directory copy = newDirectory();
        DirectoryReader reader = DirectoryReader.open(from)) {
      config.setMergePolicy(NoMergePolicy.INSTANCE);
      try (IndexWriter writer = new IndexWriter(copy, config)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          writer.addIndexes((CodecReader) leaf.reader());
        }
      }
      try (DirectoryReader expected = DirectoryReader.open(copy);
          DirectoryReader actual = DirectoryReader.open(to)) {
        new EqualReaders().check(expected, actual);
        for (LeafReaderContext leaf : actual.leaves()) {
          assertTrue(GraphFacts.of((CodecReader) leaf.reader(), "floats").isPresent());
        }
      }
      assertEquals(
          SegmentInfos.readLatestCommit(from).getUserData(),
          SegmentInfos.readLatestCommit(to).getUserData());
      // nothing but the index is left in the target
      for (String file : to.listAll()) {
        assertTrue(file, file.startsWith("_") || file.startsWith("segments_"));
      }
    }
  }

  private void checkKept(IndexWriterConfig config, IndexWriterConfig same) throws IOException {
    Path source = createTempDir();
    Path target = createTempDir().resolve("new");
    SourceIndex.write(source, config, 200, 3, random().nextLong());
    Map<String, Long> before = SourceIndex.checksums(source);
    assertEquals(failure, 0, migrate(source, target, "--m", "8"));
    assertEquals(before, SourceIndex.checksums(source));
    checkMigrated(source, same, target);
    // once more: nothing to do
    Map<String, Long> after = SourceIndex.checksums(target);
    assertEquals(failure, 0, migrate(source, target, "--m", "8"));
    assertEquals(after, SourceIndex.checksums(target));
  }

  public void testFinishedTargetIsNotOneOfOtherParameters() throws IOException {
    Path source = createTempDir();
    Path target = createTempDir();
    SourceIndex.write(source, SourceIndex.config(), 40, 2, 1);
    assertEquals(failure, 0, migrate(source, target, "--m", "8"));
    Map<String, Long> after = SourceIndex.checksums(target);
    assertEquals(1, migrate(source, target, "--m", "32"));
    String built = " was migrated with M=8, efConstruction=100, efSearch=50; choose another target";
    assertTrue(failure, failure.contains(target + built + " for M=32, efConstruction=100"));
    assertEquals(1, migrate(source, target, "--m", "8", "--ef-construction", "90"));
    assertEquals(1, migrate(source, target, "--m", "8", "--ef-search", "90"));
    assertEquals(after, SourceIndex.checksums(target));
  }

  /** A copy has the same documents and vectors, but not in Cairn's format. */
  public void testCopyOfTheSourceIsNotAMigration() throws IOException {
    Path source = createTempDir();
    Path copy = createTempDir();
    SourceIndex.write(source, SourceIndex.config(), 40, 1, 1);
    try (Directory from = FSDirectory.open(source);
        Directory to = FSDirectory.open(copy);
        IndexWriter writer = new IndexWriter(to, SourceIndex.config())) {
      writer.addIndexes(from);
      writer.forceMerge(1);
    }
    checkRefused("is not in Cairn's format", source, copy);
  }

  public void testPlainIndex() throws IOException {
    checkKept(SourceIndex.config(), SourceIndex.config());
  }

  public void testSortedIndex() throws IOException {
    Sort sort = new Sort(new SortField("number", SortField.Type.LONG, true));
    checkKept(SourceIndex.config().setIndexSort(sort), SourceIndex.config().setIndexSort(sort));
  }

  public void testSoftDeletes() throws IOException {
    checkKept(
        SourceIndex.config().setSoftDeletesField("soft").setParentField("parent"),
        SourceIndex.config().setSoftDeletesField("soft").setParentField("parent"));
  }

  public void testOtherCodecs() throws IOException {
    checkKept(SourceIndex.config().setCodec(new SimpleTextCodec()), SourceIndex.config());
    checkKept(SourceIndex.config().setCodec(new CairnCodec()), SourceIndex.config());
    Lucene104Codec compressed =
        new Lucene104Codec(Lucene104Codec.Mode.BEST_COMPRESSION) {
          @Override
          public PostingsFormat getPostingsFormatForField(String field) {
            return field.equals("text")
                ? PostingsFormat.forName("Direct")
                : super.getPostingsFormatForField(field);
          }
        };
    checkKept(SourceIndex.config().setCodec(compressed), SourceIndex.config());
  }

  public void testFormatsOfFieldsAreKept() throws IOException {
    Path source = createTempDir();
    Path target = createTempDir();
    Lucene104Codec codec =
        new Lucene104Codec(Lucene104Codec.Mode.BEST_COMPRESSION) {
          @Override
          public PostingsFormat getPostingsFormatForField(String field) {
            return PostingsFormat.forName(field.equals("text") ? "Direct" : "Lucene104");
          }
        };
    SourceIndex.write(source, SourceIndex.config().setCodec(codec), 50, 1, 5);
    assertEquals(failure, 0, migrate(source, target, "--json"));
    JsonNode json = new ObjectMapper().readTree(output.toByteArray());
    assertEquals(1, json.get("segments").asInt());
    assertTrue(json.get("docs").asInt() + json.get("deleted").asInt() >= 50);
    try (Directory directory = FSDirectory.open(target);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(
          "Direct",
          reader
              .leaves()
              .get(0)
              .reader()
              .getFieldInfos()
              .fieldInfo("text")
              .getAttribute("PerFieldPostingsFormat.format"));
      assertEquals(
          "BEST_COMPRESSION",
          SegmentInfos.readLatestCommit(directory)
              .info(0)
              .info
              .getAttribute("Lucene90StoredFieldsFormat.mode"));
    }
  }

  /** Lucene 10.0.0 wrote it, with a codec and a vectors format that 10.5 only reads. */
  public void testIndexOfAnOlderLucene() throws IOException {
    Path source = createTempDir();
    Path target = createTempDir();
    OldIndexes.unpack("lucene-10.0.0", source);
    assertEquals(failure, 0, migrate(source, target));
    try (Directory from = FSDirectory.open(source);
        Directory to = FSDirectory.open(target);
        DirectoryReader old = DirectoryReader.open(from);
        DirectoryReader reader = DirectoryReader.open(to)) {
      assertEquals(118, old.numDocs());
      assertEquals(118, reader.numDocs());
      for (LeafReaderContext leaf : reader.leaves()) {
        for (String field : new String[] {"quantized", "plain", "bytes"}) {
          CodecReader segment = (CodecReader) leaf.reader();
          assertTrue(GraphFacts.of(segment, field).isPresent());
        }
      }
      for (int doc = 0; doc < reader.maxDoc(); doc++) {
        Document document = reader.storedFields().document(doc);
        int id = Integer.parseInt(document.get("id"));
        assertTrue(id != 7 && id != 70);
        assertEquals(id * id, document.getField("square").numericValue().intValue());
      }
    }
  }

  public void testEmptyIndexAndSegmentsWithoutLiveDocuments() throws IOException {
    Path source = createTempDir();
    try (Directory directory = FSDirectory.open(source);
        IndexWriter writer = new IndexWriter(directory, SourceIndex.config())) {
      writer.commit();
    }
    Path target = createTempDir();
    assertEquals(failure, 0, migrate(source, target));
    try (Directory directory = FSDirectory.open(target);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(0, reader.maxDoc());
    }
  }

  /** Dies at a random step, again and again, and is started again each time. */
  public void testInterruptedRunsAreResumed() throws IOException {
    Path source = createTempDir();
    Path target = createTempDir().resolve("new");
    SourceIndex.write(source, SourceIndex.config(), 200, 5, random().nextLong());
    Map<String, Long> before = SourceIndex.checksums(source);
    int failures = 0;
    for (int attempt = 0; attempt < 8; attempt++) {
      int steps = random().nextInt(150);
      int code =
          run(
              (task, done, total) -> new Failing(new AtomicInteger(steps)),
              source.toString(),
              target.toString());
      failures += code;
      if (code == 1) {
        assertTrue(failure, failure.contains("step"));
        assertEquals(before, SourceIndex.checksums(source));
      }
    }
    assertTrue(failures > 0);
    assertEquals(failure, 0, migrate(source, target));
    assertEquals(before, SourceIndex.checksums(source));
    checkMigrated(source, SourceIndex.config(), target);
  }

  private record Failing(AtomicInteger left) implements Progress {
    @Override
    public void step() {
      if (left.decrementAndGet() < 0) {
        throw new IllegalStateException("this step fails");
      }
    }

    @Override
    public void note(String message) {}

    @Override
    public void close() {}
  }

  /**
   * What was half done from a source that has changed since, or with other parameters, is not used.
   */
  public void testChangedSourceStartsOver() throws IOException {
    Path source = createTempDir();
    Path target = createTempDir();
    SourceIndex.write(source, SourceIndex.config(), 100, 4, 1);
    assertEquals(
        1,
        run(
            (task, done, total) -> new Failing(new AtomicInteger(120)),
            source.toString(),
            target.toString()));
    SourceIndex.write(source, SourceIndex.config(), 60, 2, 2);
    assertEquals(failure, 0, migrate(source, target));
    checkMigrated(source, SourceIndex.config(), target);
  }

  public void testWrongCalls() throws IOException {
    Path source = createTempDir();
    Path none = createTempDir();
    SourceIndex.write(source, SourceIndex.config(), 20, 1, 1);
    checkRefused("no Lucene index", none, createTempDir());
    checkRefused("no such directory", none.resolve("x"), createTempDir());
    checkRefused("apart", source, source);
    checkRefused("apart", source, source.resolve("below"));
    assertFalse(Files.exists(source.resolve("below")));
    Path other = createTempDir();
    Files.writeString(other.resolve("letter.txt"), "keep me");
    checkRefused(
        "target " + other + " is not empty and is not a migration of " + source, source, other);
    assertEquals("keep me", Files.readString(other.resolve("letter.txt")));
    Path index = createTempDir();
    SourceIndex.write(index, SourceIndex.config(), 30, 1, 9);
    Map<String, Long> before = SourceIndex.checksums(index);
    checkRefused("is not a migration of " + source + ": ", source, index);
    assertEquals(before, SourceIndex.checksums(index));
    assertEquals(2, migrate(source, createTempDir(), "--m", "1"));
    assertTrue(failure, failure.contains("--m must be from 2 to 512, got 1"));
    assertEquals(2, migrate(source, createTempDir(), "--ef-search", "0"));
    assertTrue(failure, failure.contains("--ef-search must be from 1 to 1000000, got 0"));
    assertEquals(2, migrate(source, createTempDir(), "--threads", "0"));
    assertTrue(failure, failure.contains("--threads must be at least 1, got 0"));
    assertEquals(2, migrate(source, createTempDir(), "--speed"));
    Path unused = createTempDir().resolve("unused");
    assertEquals(1, migrate(source, unused, "--json=" + unused.resolve("x.json")));
    assertTrue(failure, failure.contains("--json: no such directory: " + unused));
    assertFalse(Files.exists(unused));
    assertEquals(2, run(SilentProgress::start, source.toString()));
  }

  private void checkRefused(String reason, Path source, Path target) {
    assertEquals(1, migrate(source, target));
    assertTrue(failure, failure.contains(reason));
  }

  public void testOneMigrationAtATime() throws IOException {
    Path source = createTempDir();
    Path target = createTempDir();
    SourceIndex.write(source, SourceIndex.config(), 20, 1, 1);
    try (Workplace workplace = Workplace.open(target, "state")) {
      checkRefused("another migration", source, target);
      assertFalse(workplace.isVerified());
    }
    assertEquals(failure, 0, migrate(source, target));
  }

  public void testTooManyDimensionsAreRefusedAtOnce() throws IOException {
    Path source = createTempDir();
    Lucene104Codec wide =
        new Lucene104Codec() {
          @Override
          public org.apache.lucene.codecs.KnnVectorsFormat getKnnVectorsFormatForField(
              String field) {
            return new WideVectors();
          }
        };
    try (Directory directory = FSDirectory.open(source);
        IndexWriter writer = new IndexWriter(directory, SourceIndex.config().setCodec(wide))) {
      Document document = new Document();
      float[] vector = new float[CairnHnswVectorsFormat.MAX_DIMENSIONS + 1];
      vector[0] = 1;
      document.add(new KnnFloatVectorField("wide", vector, VectorSimilarityFunction.EUCLIDEAN));
      writer.addDocument(document);
    }
    Path target = createTempDir();
    checkRefused("field \"wide\" has 4097 dimensions; at most 4096", source, target);
    try (Stream<Path> files = Files.list(target)) {
      assertEquals(0, files.count());
    }
  }
}
