/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Files that options name and that are written at the end. */
public final class OutputFiles {
  private OutputFiles() {}

  /** Refuses a file that no plot can be written to, before hours go into what it would show. */
  public static void checkPlot(Path file) throws IOException {
    if (file != null && !file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new WrongCall("--plot must end in .png, got " + file);
    }
    check("--plot", file);
  }

  /** Refuses a file that cannot be written, if one is given. */
  public static void check(String option, Path file) throws IOException {
    if (file == null) {
      return;
    }
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw new IOException(option + ": is a directory: " + file);
    }
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException(option + ": no such directory: " + directory);
    }
    if (!Files.isWritable(Files.exists(file) ? file : directory)) {
      throw new IOException(option + ": no permission to write: " + file);
    }
  }
}
