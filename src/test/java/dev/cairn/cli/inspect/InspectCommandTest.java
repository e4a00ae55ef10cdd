/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.inspect;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.Cairn;
import dev.cairn.cli.data.SilentProgress;
import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class InspectCommandTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private String failure = "";

  private int run(String... arguments) {
    output.reset();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    StringWriter errors = new StringWriter();
    int code =
        Cairn.commandLine(new InspectCommand(out, SilentProgress::start))
            .setErr(new PrintWriter(errors))
            .execute(arguments);
    failure = errors.toString();
    return code;
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(output.toByteArray());
  }

  /** 300 and 40 documents, 30 deleted; all have floats, a third bytes. */
  private Path index(Codec codec) throws IOException {
    Path path = folder.newFolder().toPath();
    Random random = new Random(3);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(codec)
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setUseCompoundFile(false);
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < 340; id++) {
        Document document = new Document();
        document.add(new StringField("id", "" + id % 100, Field.Store.NO));
        float[] floats = new float[12];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) random.nextGaussian();
        }
        document.add(new KnnFloatVectorField("floats", floats, VectorSimilarityFunction.EUCLIDEAN));
        if (id % 3 == 0) {
          byte[] bytes = new byte[5];
          random.nextBytes(bytes);
          document.add(new KnnByteVectorField("bytes", bytes, VectorSimilarityFunction.COSINE));
        }
        writer.addDocument(document);
        if (id == 299) {
          for (int i = 0; i < 10; i++) {
            writer.deleteDocuments(new Term("id", "" + i));
          }
          writer.commit();
        }
      }
    }
    return path;
  }

  private static Codec cairn() {
    return new CairnCodec(new CairnHnswVectorsFormat(8, 50));
  }

  @Test
  public void jsonSaysWhatIsInTheIndex() throws IOException {
    Path path = index(cairn());
    assertEquals(0, run("--json", path.toString()));
    JsonNode segments = json().get("segments");
    assertEquals(2, segments.size());
    JsonNode first = segments.get(0);
    assertEquals("_0", first.get("name").asText());
    assertEquals(300, first.get("docs").asInt());
    assertEquals(30, first.get("deleted").asInt());
    assertEquals(2, first.get("fields").size());
    JsonNode bytes = first.get("fields").get(0);
    assertEquals("bytes", bytes.get("name").asText());
    assertEquals(100, bytes.get("vectors").asInt());
    assertEquals("cosine", bytes.get("similarity").asText());
    JsonNode floats = first.get("fields").get(1);
    assertEquals(12, floats.get("dimension").asInt());
    assertEquals("euclidean", floats.get("similarity").asText());
    assertEquals("CairnHnsw", floats.get("format").asText());
    assertTrue(floats.get("levels").asInt() >= 2);
    assertEquals(300, floats.get("level_sizes").get(0).asInt());
    assertTrue(floats.get("degree_mean").asDouble() > 8);
    double sum = 0;
    double nodes = 0;
    for (int degree = 0; degree < floats.get("degree_histogram").size(); degree++) {
      long count = floats.get("degree_histogram").get(degree).asLong();
      sum += degree * count;
      nodes += count;
    }
    assertEquals(300, nodes, 0);
    assertEquals(sum / 300, floats.get("degree_mean").asDouble(), 1e-9);
    assertEquals(1, floats.get("reachable").asDouble(), 0);
    assertEquals(12 * 4 * 300, floats.get("bytes_by_part").get("vectors").asLong());
    assertEquals(
        floats.get("bytes").asLong(),
        floats.get("bytes_by_part").get("vectors").asLong()
            + floats.get("bytes_by_part").get("graph").asLong());
    assertFalse(floats.has("sound"));
  }

  @Test
  public void textSaysTheSame() throws IOException {
    Path path = index(cairn());
    Path file = folder.getRoot().toPath().resolve("figures.json");
    assertEquals(0, run(path.toString(), "--json", file.toString(), "--verify"));
    assertTrue(text(), text().contains("segment _0: 300 documents, 30 of them deleted"));
    assertTrue(text(), text().contains("field floats: 300 vectors of 12 dimensions"));
    assertTrue(text(), text().contains("verified    sound"));
    assertTrue(text(), text().contains("should fit"));
    JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
    assertTrue(json.get("segments").get(1).get("fields").get(1).get("sound").asBoolean());
  }

  @Test
  public void formatsOfLuceneAreInspectedToo() throws IOException {
    Path path = index(new CairnCodec(new Lucene99HnswVectorsFormat(16, 100, 1, null, 0)));
    assertEquals(0, run("--json=-", "--verify", path.toString()));
    JsonNode floats = json().get("segments").get(0).get("fields").get(1);
    assertEquals("Lucene99HnswVectorsFormat", floats.get("format").asText());
    assertTrue(floats.get("reachable").asDouble() > 0.9);
    assertTrue(floats.get("degree_mean").asDouble() > 4);
  }

  @Test
  public void softDeletesAreDeletedDocuments() throws IOException {
    Path path = folder.newFolder().toPath();
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(cairn())
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setSoftDeletesField("gone");
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < 20; id++) {
        Document document = new Document();
        document.add(new StringField("id", "" + id, Field.Store.NO));
        writer.addDocument(document);
      }
      writer.commit();
      for (int id = 0; id < 5; id++) {
        writer.updateDocValues(new Term("id", "" + id), new NumericDocValuesField("gone", 1));
      }
      writer.deleteDocuments(new Term("id", "4"));
      writer.deleteDocuments(new Term("id", "5"));
    }
    assertEquals(0, run("--json", path.toString()));
    JsonNode segment = json().get("segments").get(0);
    assertEquals(20, segment.get("docs").asInt());
    assertEquals(6, segment.get("deleted").asInt());
    assertEquals(4, segment.get("soft_deleted").asInt());
    assertEquals(0, run(path.toString()));
    assertTrue(text(), text().contains("20 documents, 6 of them deleted (4 softly)"));
  }

  @Test
  public void damageIsTold() throws IOException {
    Path path = index(cairn());
    Path blocks;
    try (Stream<Path> files = Files.list(path)) {
      blocks = files.filter(f -> f.toString().endsWith(".vex")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(blocks);
    bytes[bytes.length / 2] ^= 4;
    Files.write(blocks, bytes);
    assertEquals(1, run("--verify", path.toString()));
    assertTrue(failure, failure.contains("checksum") && failure.contains(".vex"));
  }

  @Test
  public void wrongCallsAreRefused() throws IOException {
    Path empty = folder.newFolder().toPath();
    assertEquals(1, run(empty.toString()));
    assertTrue(failure, failure.contains("no Lucene index"));
    assertEquals(1, run(empty.resolve("none").toString()));
    assertTrue(failure, failure.contains("no such directory"));
    assertFalse(Files.exists(empty.resolve("none")));
    assertEquals(2, run());
    assertEquals(1, run("--json=" + empty, empty.toString()));
    assertTrue(failure, failure.contains("--json: is a directory: " + empty));
    assertEquals(2, run("--samples", "-1", empty.toString()));
    assertTrue(failure, failure.contains("--samples must be at least 1, got -1"));
    assertEquals(2, run("--depth", "3", empty.toString()));
  }

  @Test
  public void nothingIsWritten() throws IOException {
    Path path = index(cairn());
    String before;
    try (Stream<Path> files = Files.list(path)) {
      before = files.sorted().toList().toString();
    }
    assertEquals(0, run("--verify", path.toString()));
    try (Stream<Path> files = Files.list(path)) {
      assertEquals(before, files.sorted().toList().toString());
    }
  }
}
