/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** What the system says of the processor that the width of its vectors does not tell. */
public final class ProcessorInfo {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  private ProcessorInfo() {}

  /**
   * What the system says of the first processor.
   *
   * @param key in the words of Linux, such as {@code model name}
   * @return empty on other systems, and where it may not be read
   */
  public static Optional<String> value(String key) {
    // not Files.lines, whose channel OpenSearch lets no plugin open
    try (BufferedReader in = Files.newBufferedReader(LINUX)) {
      return value(key, in.lines());
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  static Optional<String> value(String key, Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /**
   * Whether the processor has an extension, or it is not known.
   *
   * @param flags those that it has, if they are known
   */
  static boolean mayHave(String flag, Optional<String> flags) {
    return flags.map(all -> Arrays.asList(all.split("\\s+")).contains(flag)).orElse(true);
  }
}
