/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.util.Version;
import org.junit.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

public class CairnTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  public void helpNamesTheCommands() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString(), out.toString().contains("demo"));
  }

  @Test
  public void wrongCallsAreRefusedInALineWithAHint() {
    checkRefused("cairn: Missing required subcommand\nTry 'cairn --help'\n");
    checkRefused("cairn: Unmatched argument at index 0: 'dance'\nTry 'cairn --help'\n", "dance");
    checkRefused(
        "cairn: Unknown option: '--speed'\nTry 'cairn bench --help'\n", "bench", "--speed");
    checkRefused(
        "cairn: Invalid value for option '--count': 'many' is not an int\n"
            + "Try 'cairn demo --help'\n",
        "demo",
        "--count",
        "many");
  }

  private void checkRefused(String message, String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(2, run(arguments));
    assertEquals(message, err.toString().replace(System.lineSeparator(), "\n"));
  }

  @Test
  public void numbersOutOfRangeAreRefusedByTheNameOfTheirOption() {
    checkRefused(
        "cairn: --count must be from 1 to 100, got 0\nTry 'cairn demo --help'\n",
        "demo",
        "--count",
        "0");
    for (String call :
        List.of(
            "demo --ef-search=0",
            "hybrid --ef-search=0",
            "hybrid --ef-search=-5",
            "hybrid --rank-constant=0",
            "hybrid --queries=0",
            "hybrid --text-weight=-1")) {
      err.getBuffer().setLength(0);
      assertEquals(call, 2, run(call.split("[ =]")));
      String option = call.split("[ =]")[1];
      assertTrue(err.toString(), err.toString().startsWith("cairn: " + option + " must be "));
    }
  }

  @Test
  public void versionsAreTold() {
    for (String[] call : new String[][] {{"--version"}, {"bench", "--version"}}) {
      out.getBuffer().setLength(0);
      assertEquals(0, run(call));
      List<String> lines = out.toString().lines().toList();
      assertEquals(3, lines.size());
      assertTrue(lines.get(0), lines.get(0).matches("Cairn (unknown|\\d.*)"));
      assertEquals("Lucene " + Version.LATEST, lines.get(1));
      assertEquals("Java " + Runtime.version(), lines.get(2));
    }
  }

  @Test
  public void failuresOfFilesAreTold() {
    assertEquals("no permission: /x/ix", told(new AccessDeniedException("/x/ix")));
    assertEquals("no such file or directory: /x", told(new NoSuchFileException("/x")));
    assertEquals("not directory: /x", told(new NotDirectoryException("/x")));
    assertEquals("file system: /x", told(new FileSystemException("/x")));
    assertEquals("/x: No space left", told(new FileSystemException("/x", null, "No space left")));
    assertEquals(
        "no permission: /x",
        told(new UncheckedIOException("java", new AccessDeniedException("/x"))));
    assertEquals("damaged", told(new IOException("damaged")));
    assertEquals("java.io.IOException", told(new IOException()));
  }

  private String told(Exception failure) {
    @Command(name = "fail")
    final class Failing implements Callable<Integer> {
      @Override
      public Integer call() throws Exception {
        throw failure;
      }
    }
    err.getBuffer().setLength(0);
    assertEquals(1, run(Cairn.commandLine(new Failing())));
    assertTrue(err.toString(), err.toString().startsWith("fail: "));
    return err.toString().substring("fail: ".length()).strip();
  }

  private int run(String... arguments) {
    return run(Cairn.commandLine(), arguments);
  }

  private int run(CommandLine command, String... arguments) {
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
