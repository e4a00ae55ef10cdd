/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli;

import dev.cairn.cli.audit.AuditCommand;
import dev.cairn.cli.bench.BenchCommand;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.demo.DemoCommand;
import dev.cairn.cli.demo.HybridCommand;
import dev.cairn.cli.imports.ImportCommand;
import dev.cairn.cli.inspect.InspectCommand;
import dev.cairn.cli.migrate.MigrateCommand;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.apache.lucene.util.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command. */
@Command(
    name = "cairn",
    mixinStandardHelpOptions = true,
    versionProvider = Cairn.Versions.class,
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
    CommandLine cairn = commandLine(new Cairn());
    cairn
        .getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().versionProvider(new Versions()));
    return cairn;
  }

  /** Of Cairn, where its jar says it, of Lucene and of Java. */
  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String own = Cairn.class.getPackage().getImplementationVersion();
      return new String[] {
        "Cairn " + (own == null ? "unknown" : own),
        "Lucene " + Version.LATEST,
        "Java " + Runtime.version()
      };
    }
  }

  /** A command that says what goes wrong as all of them do. */
  public static CommandLine commandLine(Object command) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (wrong, arguments) -> refuse(wrong.getCommandLine(), wrong.getMessage()))
        .setExecutionExceptionHandler(
            (failure, failed, parsed) -> {
              if (failure instanceof WrongCall) {
                return refuse(failed, failure.getMessage());
              }
              say(failed, reason(failure));
              if (Boolean.getBoolean("cairn.trace")) {
                failure.printStackTrace(failed.getErr());
              }
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  private static int refuse(CommandLine command, String message) {
    say(command, message);
    command.getErr().printf("Try '%s --help'%n", command.getCommandSpec().qualifiedName());
    return CommandLine.ExitCode.USAGE;
  }

  private static void say(CommandLine command, String message) {
    command.getErr().println(command.getCommandSpec().root().name() + ": " + message);
  }

  /** Why a command failed; Java's own exceptions of files often have a path alone for a message. */
  private static String reason(Throwable failure) {
    return switch (failure) {
      case UncheckedIOException e -> reason(e.getCause());
      case AccessDeniedException e -> "no permission: " + e.getMessage();
      case NoSuchFileException e -> "no such file or directory: " + e.getMessage();
      case FileSystemException e when e.getReason() == null ->
          inWords(e.getClass()) + ": " + e.getMessage();
      case Throwable e when e.getMessage() == null -> e.toString();
      case Throwable e -> e.getMessage();
    };
  }

  /** Such as "not directory" for NotDirectoryException. */
  private static String inWords(Class<?> exception) {
    return exception
        .getSimpleName()
        .replace("Exception", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }
}
