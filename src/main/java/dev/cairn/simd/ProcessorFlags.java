/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** What the system says of the processor that the width of its vectors does not tell. */
final class ProcessorFlags {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  private ProcessorFlags() {}

  /** Whether the processor has an extension, in the words of Linux, or it is not known. */
  static boolean mayHave(String flag) {
    // not Files.lines, whose channel OpenSearch lets no plugin open
    try (BufferedReader in = Files.newBufferedReader(LINUX)) {
      return mayHave(flag, in.lines());
    } catch (IOException | RuntimeException e) {
      // another system, or one that does not let us read
      return true;
    }
  }

  static boolean mayHave(String flag, Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(flags -> Arrays.asList(flags.split("\\s+")).contains(flag))
        .orElse(true);
  }
}
