/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.Cairn;
import dev.cairn.cli.data.SilentProgress;
import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.codec.EfSearch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What an audit says, against queries that never were in the index. */
public class AuditCommandTest {
  private static final int DIMENSION = 64;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Random random = new Random(11);
  private String failure = "";

  private int run(String... arguments) {
    output.reset();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    StringWriter errors = new StringWriter();
    int code =
        Cairn.commandLine(new AuditCommand(out, SilentProgress::start))
            .setErr(new PrintWriter(errors))
            .execute(arguments);
    failure = errors.toString();
    return code;
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(output.toByteArray());
  }

  /** Near one of a few centres, in some directions more than in others. */
  private float[] vector() {
    int centre = random.nextInt(20);
    float[] vector = new float[DIMENSION];
    Random of = new Random(centre);
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (of.nextGaussian() + random.nextGaussian() / (1 + i / 8));
    }
    return vector;
  }

  private Path index(Codec codec, int documents, int segments) throws IOException {
    Path path = folder.newFolder().toPath();
    IndexWriterConfig config =
        new IndexWriterConfig().setCodec(codec).setMergePolicy(NoMergePolicy.INSTANCE);
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < documents; id++) {
        Document document = new Document();
        document.add(new StringField("id", "" + id, Field.Store.NO));
        float[] floats = vector();
        document.add(new KnnFloatVectorField("floats", floats, VectorSimilarityFunction.EUCLIDEAN));
        byte[] bytes = new byte[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
          bytes[i] = (byte) Math.clamp(Math.round(20 * floats[i]), -128, 127);
        }
        document.add(new KnnByteVectorField("bytes", bytes, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
        if ((id + 1) % (documents / segments) == 0) {
          writer.commit();
        }
      }
    }
    return path;
  }

  private static Codec cairn() {
    return new CairnCodec(new CairnHnswVectorsFormat(16, 60));
  }

  private double heldOutRecall(Path path, float[][] queries, int ef) throws IOException {
    try (Directory directory = FSDirectory.open(path);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      int found = 0;
      for (float[] query : queries) {
        NearestVectors best = new NearestVectors(10);
        for (LeafReaderContext leaf : reader.leaves()) {
          var values = leaf.reader().getFloatVectorValues("floats");
          for (int i = 0; i < values.size(); i++) {
            best.add(
                VectorSimilarityFunction.EUCLIDEAN.compare(query, values.vectorValue(i)), 0, i);
          }
        }
        ScoreDoc[] hits =
            searcher.search(
                    new KnnFloatVectorQuery("floats", query, 10, null, new EfSearch(ef)), 10)
                .scoreDocs;
        for (ScoreDoc hit : hits) {
          found += hit.score >= best.score(9) * (1 - 1e-6f) ? 1 : 0;
        }
      }
      return found / (10.0 * queries.length);
    }
  }

  @Test
  public void recallIsThatOfHeldOutQueries() throws IOException {
    Path path = index(cairn(), 5000, 1);
    float[][] heldOut = new float[2000][];
    for (int i = 0; i < heldOut.length; i++) {
      heldOut[i] = vector();
    }
    String[] arguments = {
      "--field", "floats", "--recall", "0.9", "--queries", "600", "--ef", "10,20,40,80,160,320"
    };
    Path plot = folder.getRoot().toPath().resolve("audit.png");
    assertEquals(failure, 0, run(join(arguments, "--json", "--plot", plot.toString(), "" + path)));
    JsonNode json = json();
    assertEquals("floats", json.get("field").asText());
    assertEquals(10, json.get("k").asInt());
    assertEquals(0.9, json.get("target").asDouble(), 0);
    assertTrue(json.get("left_out").asBoolean());
    for (JsonNode point : json.get("points")) {
      double truth = heldOutRecall(path, heldOut, point.get("ef").asInt());
      double low = point.get("low").asDouble();
      double high = point.get("high").asDouble();
      assertTrue(low <= point.get("recall").asDouble() && point.get("recall").asDouble() <= high);
      // the held-out queries are a sample too: two standard errors, ten hits of one query counting
      // as five, and a few misses more or less where nearly all is found
      double chance = Math.max(0.0005, 2 * Math.sqrt(truth * (1 - truth) / (5.0 * heldOut.length)));
      assertTrue(
          point + " but " + truth + " of held-out queries",
          low - chance <= truth && truth <= high + chance);
      assertTrue("says nothing: " + point, high - low < 0.1);
      assertTrue(point.get("p50_us").asDouble() > 0);
    }
    int ef = json.get("recommended_ef").asInt();
    assertTrue("at ef " + ef, heldOutRecall(path, heldOut, ef) >= 0.9);
    assertTrue(Files.size(plot) > 1000);
  }

  private static String[] join(String[] some, String... more) {
    String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  @Test
  public void bytesSegmentsAndDeletions() throws IOException {
    Path path = index(cairn(), 1200, 3);
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer =
            new IndexWriter(
                directory, new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int id = 0; id < 1200; id += 5) {
        writer.deleteDocuments(new Term("id", "" + id));
      }
    }
    for (String field : new String[] {"bytes", "floats"}) {
      assertEquals(
          failure, 0, run("--json", "-f", field, "--queries=100", "--ef=10,400", "" + path));
      JsonNode json = json();
      assertEquals(960, json.get("documents").asInt());
      assertEquals(100, json.get("queries").asInt());
      JsonNode last = json.get("points").get(json.get("points").size() - 1);
      assertEquals(400, last.get("ef").asInt());
      assertTrue(json.toString(), last.get("recall").asDouble() > 0.99);
    }
  }

  @Test
  public void otherFormatsAreAuditedToo() throws IOException {
    Path path = index(Codec.getDefault(), 800, 1);
    assertEquals(
        failure, 0, run("--field=floats", "--queries=100", "--ef=10,100", path.toString()));
    String text = output.toString(StandardCharsets.UTF_8);
    assertTrue(text, text.contains("The queries are in the index"));
    assertTrue(text, text.contains("recall@10"));
  }

  @Test
  public void targetsOutOfReachAreTold() throws IOException {
    Path path = index(cairn(), 3000, 1);
    assertEquals(
        failure,
        0,
        run("--field=floats", "--queries=50", "--ef=10", "--recall=0.999", "--json", "" + path));
    assertTrue(output.toString(StandardCharsets.UTF_8), json().get("recommended_ef").isNull());
  }

  @Test
  public void wrongCallsAreRefused() throws IOException {
    Path path = index(cairn(), 100, 1);
    assertEquals(1, run(path.toString()));
    assertTrue(failure, failure.contains("--field must be one of [bytes, floats]"));
    assertEquals(1, run("--field=other", path.toString()));
    assertTrue(failure, failure.contains("\"other\""));
    assertEquals(2, run("--field=floats", "--recall=1.5", path.toString()));
    assertTrue(failure, failure.contains("--recall must be above 0 and below 1, got 1.5"));
    assertEquals(1, run("--field=floats", "-k", "100", path.toString()));
    assertTrue(failure, failure.contains("too few"));
    assertEquals(2, run("--field=floats", "--plot=plot.txt", path.toString()));
    assertTrue(failure, failure.contains("--plot must end in .png, got plot.txt"));
    assertEquals(2, run("--field=floats", "-k", "0", path.toString()));
    assertTrue(failure, failure.contains("-k must be from 1 to 1000000, got 0"));
    assertEquals(2, run("--field=floats", "--ef=10,2000000", path.toString()));
    assertTrue(failure, failure.contains("--ef must be from 1 to 1000000, got 2000000"));
    assertEquals(2, run("--field=floats", "--threads=0", path.toString()));
    assertTrue(failure, failure.contains("--threads must be at least 1, got 0"));
    assertEquals(2, run("--field=floats", "--queries=many", path.toString()));
    assertFalse(Files.exists(Path.of("plot.txt")));
    for (String option : new String[] {"--plot=none/x.png", "--json=none/x.json"}) {
      // before the index is looked at
      assertEquals(1, run(option, path.resolve("missing").toString()));
      assertTrue(failure, failure.contains(option.substring(0, 6) + ": no such directory"));
    }
  }

  @Test
  public void intervalsKnowThatHitsOfAQueryFallTogether() {
    double[] together = new double[200];
    double[] apart = new double[200];
    for (int i = 0; i < 200; i++) {
      together[i] = i % 10 == 0 ? 0 : 1;
      apart[i] = 0.9;
    }
    Interval wide = Interval.of(together, 10, 1);
    Interval narrow = Interval.of(apart, 10, 1);
    assertEquals(0.9, wide.mean(), 1e-9);
    assertEquals(10, wide.together(), 0.1);
    assertEquals(1, narrow.together(), 0);
    assertTrue(wide.high() - wide.low() > 2.5 * (narrow.high() - narrow.low()));
    // Wilson's interval of 180 of 200
    assertEquals(0.8506, wide.low(), 0.001);
    assertEquals(0.9344, wide.high(), 0.001);
    Interval all = Interval.of(new double[] {1, 1, 1, 1}, 10, 1);
    assertEquals(1, all.high(), 1e-9);
    assertTrue(all.low() > 0.9 && all.low() < 0.95);
    // corrected recalls of single queries may lie above 1, and the mean too
    Interval above = Interval.of(new double[] {1.2, 1, 1, 0.9}, 10, 2);
    assertEquals(1, above.mean(), 0);
    assertEquals(1, above.high(), 0);
    assertEquals(2, above.together(), 0);
    Interval unsure = wide.widenedBy(0.01, 0.03);
    assertEquals(wide.mean(), unsure.mean(), 0);
    assertEquals(wide.low() - 0.01, unsure.low(), 1e-9);
    assertEquals(wide.high() + 0.03, unsure.high(), 1e-9);
    assertEquals(1, wide.widenedBy(0, 0.5).high(), 0);
  }
}
