/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import dev.cairn.cli.Cairn;
import dev.cairn.reliability.ChildProcess;
import dev.cairn.reliability.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.apache.lucene.util.IOUtils;

/**
 * A migration of 100,000 documents that is killed ten times; part of the long run alone, for it
 * takes minutes.
 */
@SuppressFileSystems("*") // other processes do not see those of the test framework
public class MigrationEndurance extends LuceneTestCase {
  private static final int DOCUMENTS = 100_000;
  private static final int SEGMENTS = 12;
  private static final int KILLS = 10;

  /** How long a run takes on the machine at hand, so that kills meet all of its parts. */
  private long wholeMillis;

  private static IndexWriterConfig config(boolean hasSoftDeletes) {
    IndexWriterConfig config = SourceIndex.config();
    return hasSoftDeletes ? config.setSoftDeletesField("soft") : config;
  }

  public void testKills() throws Exception {
    checkKills(false);
  }

  public void testKillsWithSoftDeletes() throws Exception {
    checkKills(true);
  }

  private void checkKills(boolean hasSoftDeletes) throws Exception {
    Path source = createTempDir();
    SourceIndex.write(source, config(hasSoftDeletes), DOCUMENTS, SEGMENTS, random().nextLong());
    Map<String, Long> before = SourceIndex.checksums(source);
    Path whole = createTempDir().resolve("whole");
    long start = System.nanoTime();
    finish(source, whole);
    wholeMillis = (System.nanoTime() - start) / 1_000_000;
    IOUtils.rm(whole);

    Path target = createTempDir().resolve("new");
    int kills = 0;
    while (kills < KILLS) {
      if (kill(source, target)) {
        kills++;
        Tally.add("migrations of 100,000 documents killed", 1);
      } else {
        // it was quicker: check what it made, and begin another one
        MigrateCommandTest.checkMigrated(source, config(hasSoftDeletes), target);
        Tally.add("migrations of 100,000 documents finished between kills", 1);
        IOUtils.rm(target);
      }
      assertEquals(before, SourceIndex.checksums(source));
    }
    finish(source, target);
    assertEquals(before, SourceIndex.checksums(source));
    MigrateCommandTest.checkMigrated(source, config(hasSoftDeletes), target);
    Tally.add("documents compared after migrations that were killed", DOCUMENTS);
  }

  private static Process start(Path source, Path target) throws IOException {
    return ChildProcess.start(
        List.of("-Xmx1g"), Cairn.class, "migrate", source.toString(), target.toString());
  }

  private static void finish(Path source, Path target) throws Exception {
    assertEquals(0, start(source, target).waitFor());
  }

  /** Runs a migration and kills it at a random moment; false if it had ended by then. */
  private boolean kill(Path source, Path target) throws Exception {
    Process process = start(source, target);
    boolean isDone =
        process.waitFor(random().nextLong(wholeMillis * 2 / 3 + 1), TimeUnit.MILLISECONDS);
    if (isDone) {
      assertEquals(0, process.exitValue());
      return false;
    }
    process.destroyForcibly();
    process.waitFor();
    checkAllOrNothing(source, target);
    return true;
  }

  private static void checkAllOrNothing(Path source, Path target) throws IOException {
    if (!target.toFile().isDirectory()) {
      return;
    }
    try (Directory from = FSDirectory.open(source);
        Directory to = FSDirectory.open(target)) {
      if (DirectoryReader.indexExists(to)) {
        try (DirectoryReader expected = DirectoryReader.open(from);
            DirectoryReader actual = DirectoryReader.open(to)) {
          assertEquals(expected.numDocs(), actual.numDocs());
        }
      }
    }
  }
}
