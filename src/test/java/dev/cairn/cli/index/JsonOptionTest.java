/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.index;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;
import picocli.CommandLine;

public class JsonOptionTest {
  @Test
  public void textIsPrintedEvenWhereTheFileCannotBeWritten() {
    JsonOption json = new JsonOption();
    new CommandLine(json).parseArgs("--json=no-such-directory/x.json");
    assertThrows(IOException.class, json::check);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    assertThrows(
        IOException.class, () -> json.write(JsonOption.newObject(), List.of("one", "two"), out));
    assertEquals(List.of("one", "two"), output.toString(StandardCharsets.UTF_8).lines().toList());
  }
}
