/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli;

import dev.cairn.cli.audit.AuditCommand;
import dev.cairn.cli.bench.BenchCommand;
import dev.cairn.cli.demo.DemoCommand;
import dev.cairn.cli.demo.HybridCommand;
import dev.cairn.cli.imports.ImportCommand;
import dev.cairn.cli.inspect.InspectCommand;
import dev.cairn.cli.migrate.MigrateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command. */
@Command(
    name = "cairn",
    mixinStandardHelpOptions = true,
    subcommands = {
      AuditCommand.class,
      BenchCommand.class,
      DemoCommand.class,
      HybridCommand.class,
      InspectCommand.class,
      MigrateCommand.class,
      ImportCommand.class,
      CommandLine.HelpCommand.class
    },
    description = "Fused HNSW vector search for Apache Lucene.",
    synopsisSubcommandLabel = "COMMAND")
public final class Cairn {
  private Cairn() {}

  /** Runs the command and exits with its code: 0 done, 1 failed, 2 called wrongly. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Cairn())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              String message = failure.getMessage();
              command.getErr().println("cairn: " + (message == null ? failure : message));
              if (Boolean.getBoolean("cairn.trace")) {
                failure.printStackTrace(command.getErr());
              }
              return CommandLine.ExitCode.SOFTWARE;
            });
  }
}
