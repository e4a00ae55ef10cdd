/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.apache.lucene.util.Unwrappable;

/** The programs of docs/from-hnswlib.md compile and run. */
@SuppressFileSystems("*")
public class FromHnswlibDocumentTest extends LuceneTestCase {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?public class (\\w+).*?)```", Pattern.DOTALL);

  public void testProgramsRun() throws Exception {
    Path home = Unwrappable.unwrapAll(createTempDir());
    List<String> ran = new ArrayList<>();
    Matcher programs = PROGRAM.matcher(Files.readString(Path.of("docs", "from-hnswlib.md")));
    while (programs.find()) {
      String name = programs.group(2);
      String code =
          programs
              .group(1)
              .replace("10_000", "500") // fewer, for time is short
              .replaceAll("Path\\.of\\(\"", "Path.of(\"" + home + "/");
      ran.add(name + ": " + run(home, name, code));
    }
    assertEquals(2, ran.size());
    String[] lines = ran.get(0).split("\n");
    assertEquals(ran.get(0), 5, lines.length);
    for (int i = 0; i < 5; i++) {
      assertTrue(lines[i], lines[i].contains("[" + i + ", "));
      assertTrue(lines[i], lines[i].contains("[0.0, "));
    }
    assertEquals("Shop: 4711\n4711\n", ran.get(1));
    try (HnswIndex saved = HnswIndex.open(home.resolve("vectors"))) {
      assertEquals(500, saved.elementCount());
    }
  }

  private static String run(Path home, String name, String code) throws Exception {
    Path source = Files.writeString(home.resolve(name + ".java"), code);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String classPath = System.getProperty("java.class.path");
    String modulePath = System.getProperty("surefire.test.class.path", classPath);
    assertEquals(
        said.toString(StandardCharsets.UTF_8),
        0,
        compiler.run(
            null,
            said,
            said,
            "-proc:none",
            "-cp",
            modulePath,
            "-d",
            home.toString(),
            source.toString()));
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {home.toUri().toURL()}, FromHnswlibDocumentTest.class.getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      Class<?> program = loader.loadClass(name);
      program.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
