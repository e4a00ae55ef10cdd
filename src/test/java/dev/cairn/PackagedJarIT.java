/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.lucene.index.IndexWriter;
import org.junit.Test;

/** The jars as they are published, looked at after packaging. */
public class PackagedJarIT {
  private static final Path LIBRARY = Path.of(System.getProperty("cairn.library.jar"));
  private static final Path COMMAND = Path.of(System.getProperty("cairn.command.jar"));

  @Test
  public void libraryHoldsTheCoreAlone() throws IOException {
    try (JarFile jar = new JarFile(LIBRARY.toFile())) {
      List<String> foreign =
          jar.stream()
              .filter(entry -> entry.isDirectory() == false)
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith("META-INF/") == false)
              .filter(
                  name ->
                      name.matches("dev/cairn/(index|query|codec|graph|quantization|simd)/.*")
                          == false)
              .toList();
      assertEquals(List.of(), foreign);
      assertTrue(jar.getEntry("META-INF/LICENSE") != null);
      assertTrue(jar.getEntry("META-INF/NOTICE") != null);
      assertTrue(
          jar.getEntry("META-INF/services/org.apache.lucene.codecs.KnnVectorsFormat") != null);
    }
  }

  /** Every class links on a class path of the library and lucene-core, with nothing beside. */
  @Test
  public void libraryLoadsWithLuceneCoreAlone() throws Exception {
    Path lucene =
        Path.of(IndexWriter.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path testClasses =
        Path.of(PackagedJarIT.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                String.join(
                    System.getProperty("path.separator"),
                    LIBRARY.toString(),
                    lucene.toString(),
                    testClasses.toString()),
                LoadAllClasses.class.getName(),
                LIBRARY.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(java.getInputStream().readAllBytes(), UTF_8);
    assertEquals(output, 0, java.waitFor());
    assertTrue(output, output.contains("loaded CairnHnsw"));
  }

  @Test
  public void commandKeepsTheServicesOfEveryPart() throws IOException {
    try (JarFile jar = new JarFile(COMMAND.toFile())) {
      assertEquals(
          "dev.cairn.cli.Cairn", jar.getManifest().getMainAttributes().getValue("Main-Class"));
      String formats = text(jar, "META-INF/services/org.apache.lucene.codecs.KnnVectorsFormat");
      assertTrue(formats, formats.contains("dev.cairn.codec.CairnHnswVectorsFormat"));
      assertTrue(formats, formats.contains("lucene99.Lucene99HnswVectorsFormat"));
      assertTrue(formats, formats.contains("backward_codecs.lucene90.Lucene90HnswVectorsFormat"));
      assertTrue(text(jar, "META-INF/NOTICE").startsWith("Cairn\n"));
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), UTF_8);
  }
}
