/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import static org.junit.Assert.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.Test;

public class CacheDirectoryTest {
  @Test
  public void propertyWinsOverVariableOverSharedCacheOverHome() {
    Properties properties = new Properties();
    properties.setProperty("user.home", "/home/someone");
    assertEquals(path("/home/someone/.cache/cairn"), CacheDirectory.locate(properties, Map.of()));
    Map<String, String> shared = Map.of("XDG_CACHE_HOME", "/shared");
    assertEquals(path("/shared/cairn"), CacheDirectory.locate(properties, shared));
    Map<String, String> both = Map.of("XDG_CACHE_HOME", "/shared", "CAIRN_CACHE", "/variable");
    assertEquals(path("/variable"), CacheDirectory.locate(properties, both));
    properties.setProperty("cairn.cache", "/property");
    assertEquals(path("/property"), CacheDirectory.locate(properties, both));
  }

  @Test
  public void emptyVariableCountsAsNotSet() {
    Properties properties = new Properties();
    properties.setProperty("user.home", "/home/someone");
    Map<String, String> empty = Map.of("XDG_CACHE_HOME", "", "CAIRN_CACHE", "");
    assertEquals(path("/home/someone/.cache/cairn"), CacheDirectory.locate(properties, empty));
  }

  private static Path path(String path) {
    return Path.of(path).toAbsolutePath();
  }
}
