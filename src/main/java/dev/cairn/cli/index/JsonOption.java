/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.cairn.cli.console.OutputFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code --json}: figures for programs, on standard output or in a file. */
public final class JsonOption {
  private static final String STANDARD_OUTPUT = "-";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "FILE.json",
      fallbackValue = STANDARD_OUTPUT,
      preprocessor = OnlyJsonFiles.class,
      description =
          "Print JSON instead of text; with a FILE.json, write it there and print text too.")
  private String target;

  /** An option that was not given. */
  public JsonOption() {}

  /** An empty object to fill. */
  public static com.fasterxml.jackson.databind.node.ObjectNode newObject() {
    return JSON.createObjectNode();
  }

  /** Refuses a file that cannot be written; to be called before the work. */
  public void check() throws IOException {
    OutputFiles.check("--json", file());
  }

  /** Prints text, or figures in its place, and writes the figures to their file if there is one. */
  public void write(JsonNode figures, List<String> text, PrintStream out) throws IOException {
    if (STANDARD_OUTPUT.equals(target)) {
      out.println(JSON.writeValueAsString(figures));
      return;
    }
    text.forEach(out::println);
    if (file() != null) {
      Files.write(file(), JSON.writeValueAsBytes(figures));
    }
  }

  private Path file() {
    return target == null || target.equals(STANDARD_OUTPUT) ? null : Path.of(target);
  }

  /** A word after the option is its file only if it looks like one, else it is a directory. */
  static final class OnlyJsonFiles implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean isAttached = !" ".equals(info.get("separator"));
      boolean isFile =
          !arguments.isEmpty() && arguments.peek().toLowerCase(Locale.ROOT).endsWith(".json");
      if (!isAttached && !isFile) {
        arguments.push(STANDARD_OUTPUT);
      }
      return false;
    }
  }
}
