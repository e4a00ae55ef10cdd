/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import dev.cairn.cli.Cairn;
import dev.cairn.cli.data.SilentProgress;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.reliability.ChildProcess;
import dev.cairn.reliability.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;

/** Migrations under faults of the directory, and killed from outside. */
@SuppressFileSystems("*") // other processes do not see those of the test framework
public class MigrationFaultsTest extends LuceneTestCase {

  /** Exceptions and full disks at any write; what was done is used, nothing is left over. */
  public void testFaults() throws IOException {
    Path source = createTempDir();
    SourceIndex.write(source, SourceIndex.config(), 120, 4, random().nextLong());
    int met = 0;
    for (int i = 0; i < 6 * Tally.factor(); i++) {
      try (Directory from = FSDirectory.open(source);
          DirectoryReader reader = DirectoryReader.open(from);
          MockDirectoryWrapper target =
              new MockDirectoryWrapper(random(), new ByteBuffersDirectory())) {
        Rewriter rewriter =
            new Rewriter(reader, new CairnHnswVectorsFormat(4, 20), SilentProgress.start("", 0, 0));
        int left = 3;
        while (true) {
          if (left-- > 0) {
            if (random().nextBoolean()) {
              target.setRandomIOExceptionRate(0.02 * random().nextDouble());
            } else {
              target.setMaxSizeInBytes(target.sizeInBytes() + random().nextInt(200_000) + 1);
            }
          }
          try {
            rewriter.run(target);
            break;
          } catch (IOException | IllegalStateException e) {
            met++;
            assertTrue("fails without faults: " + e, left >= 0);
          } finally {
            target.setRandomIOExceptionRate(0);
            target.setMaxSizeInBytes(0);
          }
        }
        Verifier verifier = new Verifier(SilentProgress.start("", 0, 0));
        assertNull(verifier.difference(reader, target));
        assertNull(verifier.damage(target));
      }
    }
    Tally.add("I/O faults met by migrations", met);
    assertTrue(met > 0);
  }

  public void testKills() throws Exception {
    Path source = createTempDir();
    Path target = createTempDir().resolve("new");
    SourceIndex.write(source, SourceIndex.config(), 2500, 6, random().nextLong());
    Map<String, Long> before = SourceIndex.checksums(source);
    int kills = 2 * Tally.factor();
    for (int i = 0; i < kills; i++) {
      Process process =
          ChildProcess.start(Cairn.class, "migrate", source.toString(), target.toString(), "--m=4");
      process.waitFor(500 + random().nextInt(2000), TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      process.waitFor();
      assertEquals(before, SourceIndex.checksums(source));
    }
    Process last =
        ChildProcess.start(Cairn.class, "migrate", source.toString(), target.toString(), "--m=4");
    assertEquals(0, last.waitFor());
    assertEquals(before, SourceIndex.checksums(source));
    MigrateCommandTest.checkMigrated(source, SourceIndex.config(), target);
    Tally.add("migrations killed", kills);
  }
}
