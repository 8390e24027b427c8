package weft.codegen.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import weft.runtime.WeftException;

/** The commands of the program. */
@Command(name = "weft", subcommands = GenerateCommand.class, usageHelpAutoWidth = true, synopsisSubcommandLabel = "COMMAND",
    description = "Compiles recurrent nets.")
final class Commands implements Runnable {
  @Spec
  private CommandSpec spec;

  @Option(names = {"-h", "--help"}, usageHelp = true, scope = CommandLine.ScopeType.INHERIT, description = "Show this.")
  private boolean help;

  static CommandLine line() {
    return new CommandLine(new Commands()).setExecutionExceptionHandler((failure, line, parsed) -> {
      if (!(failure instanceof WeftException)) throw failure;
      line.getErr().println(failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}
