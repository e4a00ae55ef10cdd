/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM with the same class path. */
public final class ChildProcess {
  private ChildProcess() {}

  /** Starts a main class in a JVM for short runs. */
  public static Process start(Class<?> main, String... arguments) throws IOException {
    return start(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), main, arguments);
  }

  /** Starts a main class in a JVM with some options. */
  public static Process start(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Surefire may hand the class path on in another property. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
