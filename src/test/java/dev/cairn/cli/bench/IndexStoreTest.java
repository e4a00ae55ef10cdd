/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;

import dev.cairn.cli.data.SilentProgress;
import dev.cairn.reliability.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is left of runs that are interrupted. */
public class IndexStoreTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  /** A run that is ended from outside while it builds. */
  static final class Interrupted {
    private Interrupted() {}

    public static void main(String[] arguments) throws IOException {
      Path parent = Path.of(arguments[0]);
      new IndexStore(parent, false, SilentProgress::start, message -> {});
      Path run = left(parent).getFirst();
      Files.writeString(Files.createDirectory(run.resolve("cairn")).resolve("_0.vec"), "half");
      System.out.println("building");
      System.exit(0); // as Ctrl-C does, without a word to those who build
    }
  }

  @Test
  public void interruptedRunsLeaveNothing() throws Exception {
    Path parent = folder.getRoot().toPath();
    Process run = ChildProcess.start(Interrupted.class, parent.toString());
    assertEquals("building\n", new String(run.getInputStream().readAllBytes(), UTF_8));
    assertEquals(0, run.waitFor());
    assertEquals(List.of(), left(parent));
  }

  private static List<Path> left(Path directory) throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      return left.toList();
    }
  }
}
