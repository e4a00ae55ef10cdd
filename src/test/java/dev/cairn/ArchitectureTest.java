/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.junit.BeforeClass;
import org.junit.Test;

/** Holds the packages to one direction, and the library to Lucene's core. */
public class ArchitectureTest {
  /** From the top down: a package may use those on later lines, never one on its own line. */
  private static final List<Set<String>> LAYERS =
      List.of(
          Set.of("opensearch"),
          Set.of("cli"),
          Set.of("index"),
          Set.of("query"),
          Set.of("codec"),
          Set.of("graph"),
          Set.of("quantization"),
          Set.of("simd"));

  private static final Set<String> CORE =
      Set.of("index", "query", "codec", "graph", "quantization", "simd");

  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?([\\w.]+(?:\\.\\*)?);");

  private static TreeMap<String, Set<String>> references;

  @BeforeClass
  public static void readClassesAndImports() throws Exception {
    references = ClassReferences.below(mainClasses());
    // Compiled classes forget imports that only a constant or a javadoc link needed.
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(p -> p.toString().endsWith(".java")).toList()) {
        String name =
            Path.of("src", "main", "java").relativize(source).toString().replaceAll("[/\\\\]", ".");
        Set<String> used =
            references.computeIfAbsent(
                name.substring(0, name.length() - ".java".length()), n -> new TreeSet<>());
        Matcher imports = IMPORT.matcher(Files.readString(source));
        while (imports.find()) {
          used.add(imports.group(1));
        }
      }
    }
  }

  @Test
  public void everyPackageHasItsLayer() {
    for (String name : references.keySet()) {
      assertTrue(name + " is in no layer", layer(layerName(name)) >= 0);
    }
  }

  @Test
  public void arrowsPointDown() {
    List<String> upward = new ArrayList<>();
    references.forEach(
        (from, used) -> {
          for (String to : used) {
            if (to.startsWith("dev.cairn.")
                && layerName(from).equals(layerName(to)) == false
                && layer(layerName(from)) >= layer(layerName(to))) {
              upward.add(from + " -> " + to);
            }
          }
        });
    assertEquals("arrows that do not point down", List.of(), upward);
  }

  @Test
  public void packagesHaveNoCycles() {
    Map<String, Set<String>> arrows = new TreeMap<>();
    references.forEach(
        (from, used) -> {
          Set<String> targets = arrows.computeIfAbsent(packageOf(from), p -> new TreeSet<>());
          used.stream()
              .filter(references::containsKey)
              .map(ArchitectureTest::packageOf)
              .filter(to -> to.equals(packageOf(from)) == false)
              .forEach(targets::add);
        });
    for (String start : arrows.keySet()) {
      Set<String> reached = new TreeSet<>();
      Deque<String> open = new ArrayDeque<>(arrows.get(start));
      while (open.isEmpty() == false) {
        String next = open.pop();
        if (reached.add(next)) {
          open.addAll(arrows.getOrDefault(next, Set.of()));
        }
      }
      assertFalse(start + " uses itself through " + reached, reached.contains(start));
    }
  }

  @Test
  public void onlySimdUsesTheVectorModule() {
    assertEquals(List.of(), outside("simd", "jdk.incubator."));
  }

  @Test
  public void onlyTheOpenSearchPackageUsesOpenSearch() {
    assertEquals(List.of(), outside("opensearch", "org.opensearch."));
  }

  /** The command that runs a local cluster reads the demo's corpus; the plugin itself must not. */
  @Test
  public void thePluginNeedsOnlyTheCoreAndOpenSearch() {
    List<String> foreign = new ArrayList<>();
    references.forEach(
        (from, used) -> {
          if (layerName(from).equals("opensearch")
              && from.startsWith("dev.cairn.opensearch.cluster.") == false) {
            used.stream()
                .filter(
                    to ->
                        to.startsWith("dev.cairn.cli.")
                            || to.startsWith("dev.cairn.opensearch.cluster."))
                .forEach(to -> foreign.add(from + " -> " + to));
          }
        });
    assertEquals("what the plugin's zip does not hold", List.of(), foreign);
  }

  @Test
  public void coreNeedsOnlyTheJdkAndLuceneCore() {
    String luceneCore = IndexWriter.class.getProtectionDomain().getCodeSource().getLocation() + "!";
    List<String> foreign = new ArrayList<>();
    references.forEach(
        (from, used) -> {
          if (CORE.contains(layerName(from))) {
            used.stream()
                .filter(to -> to.endsWith(".*") == false)
                .filter(to -> isCoreOrJdk(to) == false && isIn(luceneCore, to) == false)
                .forEach(to -> foreign.add(from + " -> " + to));
          }
        });
    assertEquals("what users of the codec do not have", List.of(), foreign);
  }

  private static boolean isCoreOrJdk(String name) {
    return name.startsWith("java.")
        || name.startsWith("jdk.incubator.vector.")
        || (name.startsWith("dev.cairn.") && CORE.contains(layerName(name)));
  }

  private static boolean isIn(String jar, String className) {
    // An import may name a member or a nested class: try ever shorter names.
    for (String name = className; name.contains("."); name = packageOf(name)) {
      URL url = ArchitectureTest.class.getResource("/" + name.replace('.', '/') + ".class");
      if (url != null) {
        return url.toString().contains(jar);
      }
    }
    return false;
  }

  private static List<String> outside(String allowed, String prefix) {
    List<String> found = new ArrayList<>();
    references.forEach(
        (from, used) -> {
          if (layerName(from).equals(allowed) == false) {
            used.stream()
                .filter(to -> to.startsWith(prefix))
                .forEach(to -> found.add(from + " -> " + to));
          }
        });
    return found;
  }

  private static int layer(String name) {
    for (int i = 0; i < LAYERS.size(); i++) {
      if (LAYERS.get(i).contains(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The package right below dev.cairn, which decides the layer. */
  private static String layerName(String className) {
    String[] parts = className.split("\\.");
    return parts.length > 3 ? parts[2] : "";
  }

  private static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }

  private static Path mainClasses() throws IOException, URISyntaxException {
    URL marker = ArchitectureTest.class.getResource("/dev/cairn/codec/package-info.class");
    return Path.of(marker.toURI()).resolve("../../../..").normalize();
  }
}
