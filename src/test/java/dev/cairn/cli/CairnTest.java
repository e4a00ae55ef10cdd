/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.Test;
import picocli.CommandLine;

public class CairnTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  public void helpNamesTheCommands() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString(), out.toString().contains("demo"));
  }

  @Test
  public void wrongCallsAreRefusedWithTheUsage() {
    assertEquals(2, run());
    assertEquals(2, run("dance"));
    assertEquals(2, run("demo", "--count", "many"));
    assertTrue(err.toString(), err.toString().contains("Usage: cairn"));
  }

  @Test
  public void impossibleCountIsNamed() {
    assertEquals(1, run("demo", "--count", "0"));
    assertEquals("cairn: --count must be between 1 and 100, got 0", err.toString().strip());
  }

  private int run(String... arguments) {
    CommandLine command = Cairn.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
