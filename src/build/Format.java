/* SPDX-License-Identifier: Apache-2.0 */

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats the sources with google-java-format and gives each its licence line, or checks that this
 * was done. A program of its own because the formatter parses with the javac of the JVM it runs in,
 * and that must be the JDK that compiles the project, not the one that runs Maven.
 */
class Format {
  private static final String LICENCE = "/* SPDX-License-Identifier: Apache-2.0 */";

  public static void main(String[] args) throws IOException {
    if (args.length < 2 || !List.of("check", "apply").contains(args[0])) {
      System.err.println("usage: Format check|apply DIRECTORY...");
      System.exit(2);
    }
    boolean apply = args[0].equals("apply");
    List<Path> wrong = new ArrayList<>();
    boolean broken = false;
    for (Path file : sources(List.of(args).subList(1, args.length))) {
      String before = Files.readString(file);
      try {
        String after = formatted(before);
        if (after.equals(before) == false) {
          wrong.add(file);
          if (apply) {
            Files.writeString(file, after);
          }
        }
      } catch (FormatterException e) {
        broken = true;
        e.diagnostics().forEach(d -> System.err.println(file + ":" + d));
      }
    }
    wrong.forEach(file -> System.err.println((apply ? "formatted " : "not formatted: ") + file));
    if (wrong.isEmpty() == false && apply == false) {
      System.err.println("Format them with: mvn -q initialize exec:exec@format");
    }
    if (broken || (wrong.isEmpty() == false && apply == false)) {
      System.exit(1);
    }
  }

  private static List<Path> sources(List<String> directories) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String directory : directories) {
      try (Stream<Path> found = Files.walk(Path.of(directory))) {
        found.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static String formatted(String source) throws FormatterException {
    String licensed = source.startsWith(LICENCE) ? source : LICENCE + "\n\n" + source;
    String imports =
        RemoveUnusedImports.removeUnusedImports(
            ImportOrderer.reorderImports(licensed, JavaFormatterOptions.Style.GOOGLE));
    return new Formatter().formatSource(imports);
  }
}
