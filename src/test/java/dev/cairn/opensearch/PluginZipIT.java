/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.opensearch;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.Test;
import org.opensearch.Version;
import org.opensearch.plugins.PluginInfo;

/** The plugin as it is published, looked at after packaging. */
public class PluginZipIT {
  private static final Path ZIP = Path.of(System.getProperty("cairn.plugin.zip"));

  @Test
  public void holdsTheLibraryThePluginAndItsDescriptionAlone() throws IOException {
    List<String> classes = new ArrayList<>();
    List<String> others = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(ZIP))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(".jar")) {
          ZipInputStream jar = new ZipInputStream(zip);
          for (ZipEntry inner = jar.getNextEntry(); inner != null; inner = jar.getNextEntry()) {
            (inner.getName().endsWith(".class") ? classes : others).add(inner.getName());
          }
        } else {
          others.add(entry.getName());
        }
      }
    }
    assertTrue(classes.contains("dev/cairn/opensearch/CairnPlugin.class"));
    assertTrue(classes.contains("dev/cairn/codec/CairnHnswVectorsFormat.class"));
    assertTrue(others.contains("META-INF/services/org.apache.lucene.codecs.KnnVectorsFormat"));
    assertTrue(others.containsAll(List.of("LICENSE", "NOTICE", "plugin-descriptor.properties")));
    for (String name : classes) {
      assertTrue(name, name.startsWith("dev/cairn/"));
      assertFalse(name, name.startsWith("dev/cairn/cli/"));
      assertFalse(name, name.startsWith("dev/cairn/opensearch/cluster/"));
    }
    // OpenSearch refuses a plugin that has a class twice
    assertEquals(classes.size(), classes.stream().distinct().count());
  }

  @Test
  public void isForBothVersions() throws IOException {
    Properties descriptor = new Properties();
    Path directory = Files.createTempDirectory("plugin");
    Path file = directory.resolve(PluginInfo.OPENSEARCH_PLUGIN_PROPERTIES);
    try (ZipFile zip = new ZipFile(ZIP.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(file.getFileName().toString()))) {
      Files.copy(in, file);
      PluginInfo info = PluginInfo.readFromProperties(directory);
      assertEquals("cairn", info.getName());
      assertEquals(CairnPlugin.class.getName(), info.getClassname());
      for (String version : List.of("3.8.0", "3.9.0")) {
        assertTrue(
            version,
            info.getOpenSearchVersionRanges()
                .getFirst()
                .isSatisfiedBy(Version.fromString(version)));
      }
      try (InputStream properties = Files.newInputStream(file)) {
        descriptor.load(properties);
      }
      assertEquals("25", descriptor.getProperty("java.version"));
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }
}
