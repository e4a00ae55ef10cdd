/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;

/**
 * The long run: the tests of reliability many times over. Prints what was tried and what was lost,
 * and exits with 1 if anything was.
 *
 * <p>{@code mvn -q test-compile exec:exec@endurance [-Dcairn.args="FACTOR [TEST ...]"]}
 */
public final class Endurance {
  private static final List<String> TESTS =
      List.of(
          "dev.cairn.codec.DamagedFilesTest",
          "dev.cairn.codec.GraphCheckTest",
          "dev.cairn.reliability.EveryWriteTest",
          "dev.cairn.reliability.FaultsTest",
          "dev.cairn.cli.migrate.MigrationFaultsTest",
          "dev.cairn.cli.migrate.MigrationEndurance",
          "dev.cairn.reliability.KillTest",
          "dev.cairn.reliability.StressTest");

  private Endurance() {}

  /** Arguments: how many times over, 20 by default; names of tests, all by default. */
  public static void main(String[] arguments) throws ClassNotFoundException {
    String factor = arguments.length > 0 ? arguments[0] : "20";
    System.setProperty(Tally.PROPERTY, factor);
    System.setProperty("tests.timeoutSuite", "0!");
    PrintStream out = System.out;
    // once for all: the test framework holds on to the stream it finds first
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    out.println("each test " + factor + " times as long as in the build");
    int failures = 0;
    List<String> names =
        List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    for (String test : TESTS) {
      if (!names.isEmpty() && names.stream().noneMatch(test::endsWith)) {
        continue;
      }
      long start = System.nanoTime();
      Result result = JUnitCore.runClasses(Class.forName(test));
      out.printf(
          Locale.ROOT,
          "%s: %d tests, %d failures, %.0f s%n",
          test,
          result.getRunCount(),
          result.getFailureCount(),
          (System.nanoTime() - start) / 1e9);
      for (Failure failure : result.getFailures()) {
        out.println(failure.getTestHeader() + ": " + failure.getTrace());
      }
      failures += result.getFailureCount();
    }
    out.println();
    Tally.counts()
        .forEach((what, count) -> out.printf(Locale.ROOT, "%,12d  %s%n", count.get(), what));
    out.println(failures == 0 ? "nothing lost" : failures + " failures");
    System.exit(failures == 0 ? 0 : 1);
  }
}
