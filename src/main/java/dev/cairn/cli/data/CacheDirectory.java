/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Where the command keeps what is costly to make: vectors and indexes. */
public final class CacheDirectory {
  /** System property that moves the cache. */
  public static final String PROPERTY = "cairn.cache";

  /** Environment variable that moves the cache; the system property wins. */
  public static final String VARIABLE = "CAIRN_CACHE";

  private CacheDirectory() {}

  /** The cache of this process. */
  public static Path locate() {
    return locate(System.getProperties(), System.getenv());
  }

  static Path locate(Properties properties, Map<String, String> environment) {
    String chosen = properties.getProperty(PROPERTY, environment.getOrDefault(VARIABLE, ""));
    if (!chosen.isBlank()) {
      return Path.of(chosen).toAbsolutePath();
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path parent =
        shared.isBlank() ? Path.of(properties.getProperty("user.home"), ".cache") : Path.of(shared);
    return parent.resolve("cairn").toAbsolutePath();
  }
}
