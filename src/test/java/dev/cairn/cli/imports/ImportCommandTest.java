/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.cli.imports;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.Cairn;
import dev.cairn.index.HnswIndex;
import dev.cairn.index.HnswIndex.Space;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import picocli.CommandLine;

public class ImportCommandTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final StringWriter out = new StringWriter();
  private Path file;
  private Path target;

  @Before
  public void saveFile() throws Exception {
    file = folder.getRoot().toPath().resolve("l2.hnsw");
    target = folder.getRoot().toPath().resolve("index");
    try (InputStream in = getClass().getResourceAsStream("/dev/cairn/index/hnswlib/l2.hnsw")) {
      Files.copy(in, file);
    }
  }

  @Test
  public void importsAndSaysWhat() throws Exception {
    assertEquals(
        0, run("--space", "l2", "--ef", "40", "--json", file.toString(), target.toString()));
    JsonNode said = new ObjectMapper().readTree(out.toString());
    assertEquals(2000, said.get("elements").asInt());
    assertEquals(118, said.get("deleted").asInt());
    assertEquals(2100, said.get("max_elements").asInt());
    assertEquals(32, said.get("dimension").asInt());
    assertEquals(8, said.get("m").asInt());
    assertEquals("l2", said.get("space").asText());
    try (HnswIndex index = HnswIndex.open(target)) {
      assertEquals(2000, index.elementCount());
      assertEquals(Space.L2, index.space());
      assertEquals(40, index.ef());
    }
    byte[] bytes = Files.readAllBytes(file);
    assertEquals("there already", 1, run("--space", "l2", file.toString(), target.toString()));
    assertEquals(426_392, bytes.length);
  }

  @Test
  public void refusesWhatWillNotDo() throws Exception {
    assertEquals(2, run(file.toString(), target.toString()));
    assertEquals(2, run("--space", "l2", "--ef", "0", file.toString(), target.toString()));
    assertTrue(out.toString(), out.toString().contains("--ef must be from 1 to 1000000, got 0"));
    assertEquals(2, run("--space", "l3", file.toString(), target.toString()));
    assertEquals(1, run("--space", "l2", file + "x", target.toString()));
    assertEquals(1, run("--space", "l2", folder.getRoot().toString(), target.toString()));
    Path cut = folder.getRoot().toPath().resolve("cut.hnsw");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    assertEquals(1, run("--space", "l2", cut.toString(), target.toString()));
    assertTrue(out.toString(), out.toString().contains("not a sound file of hnswlib"));
    assertFalse(Files.exists(target));
    assertEquals(0, run("--help"));
    assertTrue(out.toString(), out.toString().contains("cairn import --space"));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    CommandLine command = Cairn.commandLine(new ImportCommand());
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(out, true));
    return command.execute(arguments);
  }
}
