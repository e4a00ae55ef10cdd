/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A process that indexes, updates, deletes, commits and merges is killed at random moments, over
 * and over, over one index. What it acknowledged is there, and nothing else.
 */
public class KillTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void acknowledgedCommitsSurviveKills() throws Exception {
    int kills = 5 * Tally.factor();
    Path index = folder.newFolder().toPath();
    Path log = folder.getRoot().toPath().resolve("acknowledged");
    Random random = new Random(System.nanoTime());
    VersionedDocuments expected = new VersionedDocuments();
    for (int kill = 0; kill < kills; kill++) {
      Process process = ChildProcess.start(KilledWriter.class, index.toString(), log.toString());
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        assertEquals("ready", out.readLine());
        if (kill % 3 > 0) {
          awaitCommit(log);
        }
        Thread.sleep(random.nextInt(kill % 2 == 0 ? 20 : 500), random.nextInt(1_000_000));
      } finally {
        process.destroyForcibly(); // SIGKILL
        process.waitFor();
      }
      check(index, acknowledged(log), expected);
      Tally.add("kills survived", 1);
    }
    assertTrue("nothing was committed", expected.batch() > 0);
    Tally.add("commits acknowledged before kills, each there", expected.batch());
  }

  /** A slow machine must not keep every kill before the first commit. */
  private static void awaitCommit(Path log) throws Exception {
    int before = acknowledged(log);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (acknowledged(log) == before && System.nanoTime() < end) {
      Thread.sleep(2);
    }
  }

  private static int acknowledged(Path log) throws IOException {
    byte[] bytes = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
    return bytes.length < Integer.BYTES ? 0 : ByteBuffer.wrap(bytes).getInt();
  }

  private static void check(Path path, int acknowledged, VersionedDocuments expected)
      throws IOException {
    try (Directory directory = FSDirectory.open(path)) {
      if (!DirectoryReader.indexExists(directory)) {
        assertEquals(0, acknowledged);
        return;
      }
      try (CheckIndex check = new CheckIndex(directory)) {
        check.setInfoStream(new PrintStream(OutputStream.nullOutputStream()));
        assertTrue("CheckIndex", check.checkIndex().clean);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        int batch = KilledWriter.batch(reader.getIndexCommit().getUserData());
        // killed between a commit and its acknowledgement at most one more
        assertTrue(
            "batch " + batch + ", acknowledged " + acknowledged,
            batch == acknowledged || batch == acknowledged + 1);
        while (expected.batch() < batch) {
          expected.next(null);
        }
        assertNull(expected.difference(reader));
        assertEquals("vectors that are not found", Map.of(), expected.lost(reader, 50));
        int samples = 5 * Math.min(50, expected.versions().size());
        Tally.add("searches for vectors after kills, each found", samples);
      }
    }
  }
}
