/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.Cairn;
import dev.cairn.cli.data.CacheDirectory;
import dev.cairn.cli.data.SilentProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import picocli.CommandLine;

/** The whole command on small data. */
public class BenchCommandTest {
  private static final List<String> KEYS =
      List.of(
          "dataset",
          "system",
          "m",
          "ef_construction",
          "ef",
          "recall",
          "qps_best",
          "qps_median",
          "p50_us",
          "p99_us",
          "build_s",
          "merge_s",
          "bytes");

  private static final String[] QUICK = {
    "random",
    "--docs=400",
    "--dim=24",
    "--queries=20",
    "--passes=3",
    "--pass-seconds=0.001",
    "--warm-up=0.001",
    "--build-warm-up=0",
    "--m=8",
    "--ef-construction=40"
  };

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final StringWriter errors = new StringWriter();
  private String oldCache;

  @Before
  public void moveCache() {
    oldCache = System.setProperty(CacheDirectory.PROPERTY, folder.getRoot().toString());
  }

  @After
  public void restoreCache() {
    if (oldCache == null) {
      System.clearProperty(CacheDirectory.PROPERTY);
    } else {
      System.setProperty(CacheDirectory.PROPERTY, oldCache);
    }
  }

  private int run(String... more) {
    List<String> arguments = new ArrayList<>(List.of(QUICK));
    arguments.addAll(List.of(more));
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    return Cairn.commandLine(new BenchCommand(out, SilentProgress::start))
        .setOverwrittenOptionsAllowed(true)
        .setErr(new PrintWriter(errors, true))
        .execute(arguments.toArray(String[]::new));
  }

  private JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private Path file(String name) {
    return folder.getRoot().toPath().resolve(name);
  }

  @Test
  public void comparesAllSystems() throws IOException {
    Path figures = file("figures.json");
    Path plot = file("plot.png");
    int code = run("--ef=10,200", "--json=" + figures, "--plot=" + plot, "--profile=garbage");
    assertEquals(errors.toString(), 0, code);
    JsonNode points = json(figures);
    assertEquals(8 * 2, points.size());
    for (JsonNode point : points) {
      KEYS.forEach(key -> assertNotNull(key, point.get(key)));
      assertTrue(point.get("qps_best").asDouble() >= point.get("qps_median").asDouble());
      assertTrue(point.get("p99_us").asDouble() >= point.get("p50_us").asDouble());
      assertTrue(point.get("garbage_bytes").asDouble() > 0);
      long parts = 0;
      for (JsonNode part : point.get("bytes_by_part")) {
        parts += part.asLong();
      }
      assertEquals(point.get("bytes").asLong(), parts);
      if (point.get("ef").asInt() == 200) {
        assertTrue(point.toString(), point.get("recall").asDouble() > .95);
      }
    }
    assertTrue(Files.size(plot) > 0);
    String text = output.toString(StandardCharsets.UTF_8);
    assertTrue(text, text.contains("M=8, efConstruction=40"));
    assertTrue(text, text.contains("Queries/s at equal recall@10"));
    // flags are shown as they were given, however long
    text.lines()
        .filter(line -> !line.startsWith("JVM flags"))
        .forEach(line -> assertTrue(line, line.length() <= 120));
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(file("bench-indexes"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  public void severalThreadsSearchTogether() throws IOException {
    Path figures = file("figures.json");
    int code =
        run(
            "--ef=50",
            "--threads=1,3",
            "--clock=cpu",
            "--systems=cairn-ef,jvector",
            "--json=" + figures);
    assertEquals(errors.toString(), 0, code);
    JsonNode points = json(figures);
    assertEquals(4, points.size());
    assertEquals("cpu", points.get(0).get("clock").asText());
    assertEquals(1, points.get(0).get("threads").asInt());
    assertEquals(3, points.get(1).get("threads").asInt());
    assertEquals(points.get(0).get("recall").asDouble(), points.get(1).get("recall").asDouble(), 0);
  }

  @Test
  public void keptIndexesAreUsedAgain() throws IOException {
    Path first = file("first.json");
    Path second = file("second.json");
    String[] same = {"--ef=50", "--systems=cairn,jvector", "--reuse"};
    assertEquals(0, run(same[0], same[1], same[2], "--json=" + first));
    assertEquals(0, run(same[0], same[1], same[2], "--json=" + second));
    for (int i = 0; i < 2; i++) {
      // a second build would not take the very same time
      assertEquals(json(first).get(i).get("build_s"), json(second).get(i).get("build_s"));
      assertEquals(json(first).get(i).get("recall"), json(second).get(i).get("recall"));
    }
  }

  @Test
  public void comparesMerges() throws IOException {
    Path figures = file("figures.json");
    Path plot = file("plot.png");
    Path info = file("info.txt");
    int code =
        run(
            "--merge",
            "--sizes=200,400",
            "--segments=4",
            "--at-once",
            "--check-ef=150",
            "--systems=cairn,lucene",
            "--json=" + figures,
            "--plot=" + plot,
            "--info-stream=" + info);
    assertEquals(errors.toString(), 0, code);
    JsonNode points = json(figures);
    assertEquals(2 * 2 * 2, points.size());
    for (JsonNode point : points) {
      boolean isMerged = point.get("segments").asInt() > 1;
      assertEquals(isMerged, point.get("merge_s").asDouble() > 0);
      assertTrue(point.get("recall").asDouble() > .95);
    }
    assertTrue(Files.size(plot) > 0);
    assertTrue(Files.readString(info).contains("IW"));
    assertNothingIsLeft();
  }

  @Test
  public void saysWhatIsWrong() {
    Map<String, String> calls =
        Map.ofEntries(
            Map.entry("--ef=0", "--ef must be from 1 to 1000000, got 0"),
            Map.entry("--systems=faiss", "--systems must be one of cairn, "),
            Map.entry("--similarity=near", "--similarity must be dot_product, "),
            Map.entry("--plot=plot.gif", "--plot must end in .png, got plot.gif"),
            Map.entry("--profile=heap", "--profile must be garbage, got heap"),
            Map.entry("--threads=0", "--threads must be at least 1, got 0"),
            Map.entry("--segments=two", "--segments must be a number"),
            Map.entry("--segments=0", "--segments must be a number"),
            Map.entry("-k=0", "-k must be from 1 to 1000000, got 0"),
            Map.entry("-k=401", "-k must be at most the number of documents, 400, got 401"),
            Map.entry("--bytes --systems=jvector", "jvector does not index bytes"),
            Map.entry("--warm-up=-1", "--warm-up must be 0 or more seconds, got -1.0"),
            Map.entry("--ram-buffer=0", "--ram-buffer must be above 0, got 0.0"),
            Map.entry("--build-warm-up=-1", "--build-warm-up must be at least 0, got -1"),
            Map.entry("--passes=0", "--passes must be at least 1, got 0"),
            Map.entry("--merge-workers=0", "--merge-workers must be at least 1, got 0"),
            Map.entry("--m=1", "--m must be from 2 to 512, got 1"),
            Map.entry("--ef-construction=0", "--ef-construction must be from 1 to 3200, got 0"),
            Map.entry("--docs=0", "--docs must be at least 1, got 0"),
            Map.entry("--queries=0", "--queries must be at least 1, got 0"),
            Map.entry("--side-by-side=0", "--side-by-side must be at least 1, got 0"),
            Map.entry(
                "--merge --sizes=401",
                "--sizes must be at most the number of documents, 400, got 401"),
            Map.entry("--merge --sizes=9", "-k must be at most the number of documents, 9, got 10"),
            Map.entry("--side-by-side=200", "has 4800 dimensions, of which 4096 at most"),
            Map.entry(
                "--docs=2147483647 --queries=10",
                "--docs and --queries must be at most 2147483647 together, got 2147483647 and 10"),
            Map.entry("--dim=5000", "--dim must be from 1 to 4096, got 5000"),
            Map.entry("--dim=0", "--dim must be at least 1, got 0"));
    calls.forEach(
        (call, message) -> {
          errors.getBuffer().setLength(0);
          assertEquals(call, 2, run(call.split(" ")));
          assertTrue(errors.toString(), errors.toString().contains(message));
        });
    assertEquals(1, run("--json=" + file("none").resolve("x.json")));
    assertTrue(errors.toString(), errors.toString().contains("--json: no such directory: "));
    assertEquals("", output.toString(StandardCharsets.UTF_8));
    CommandLine command = Cairn.commandLine(new BenchCommand()).setErr(new PrintWriter(errors));
    assertEquals(2, command.execute("nope"));
    assertTrue(errors.toString(), errors.toString().contains("but there is no nope"));
    for (String directory : List.of("/", folder.getRoot().toString())) {
      assertEquals(2, command.execute(directory));
      assertTrue(errors.toString(), errors.toString().contains("but " + directory + " is not a"));
    }
  }
}
