package org.mycoswarm.cli.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.Surroundings;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerLocator;
import org.mycoswarm.cli.output.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command itself: what every subcommand shares.
@Command(
    name = "mycoswarm",
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpWidth = 100,
    descriptionHeading = "%n",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and nothing failed",
      "1:something in it failed, or it could not start",
      "2:the command line makes no sense",
      "3:no broker answers",
      "4:there is no such job, task or file",
      "5:the broker said no, with its reason",
      "70:a mistake in mycoSwarm itself",
      "130:ended by Ctrl-C",
      "143:ended by SIGTERM"
    },
    versionProvider = Version.class)
public final class Mycoswarm {
  private static final OptionSpec HELP =
      OptionSpec.builder("-h", "--help").usageHelp(true).description("Prints this page.").build();
  private static final OptionSpec VERSION =
      OptionSpec.builder("-V", "--version")
          .versionHelp(true)
          .description("Prints the version.")
          .build();

  private final Surroundings surroundings;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "Where the broker and the node keep their data. Default: $MYCOSWARM_HOME, else ~/.mycoswarm")
  private @Nullable Path home;

  @Option(
      names = "--broker",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "The broker to talk to. Default: the one that runs from the home.")
  private @Nullable URI broker;

  private Mycoswarm(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Runs one command line and returns the exit code.
  public static int run(Surroundings surroundings, String... arguments) {
    return commandLine(surroundings).execute(arguments);
  }

  static CommandLine commandLine(Surroundings surroundings) {
    Mycoswarm root = new Mycoswarm(surroundings);
    CommandLine line = new CommandLine(root);
    List.of(
            new DemoCommand(root),
            new UpCommand(root),
            new IndexCommand(root),
            new SearchCommand(root),
            new EvalCommand(root),
            new AskCommand(root),
            new GenerateCommand(root),
            new EmbedCommand(root),
            new SubmitCommand(root),
            new JobsCommand(root),
            new JobCommand(root),
            new WatchCommand(root),
            new TasksCommand(root),
            new ResultsCommand(root),
            new ReportCommand(root),
            new CancelCommand(root),
            new PauseCommand(root),
            new ResumeCommand(root),
            new WhyCommand(root),
            new ReviveCommand(root),
            new ThrottleCommand(root),
            new KindCommand(root),
            new DoctorCommand(root))
        .forEach(command -> withHelp(line.getCommandSpec(), command));
    CommandSpec nodes = withHelp(line.getCommandSpec(), new NodesCommand(root));
    withHelp(nodes, new NodeModeCommand.Drain(root));
    withHelp(nodes, new NodeModeCommand.Pause(root));
    withHelp(nodes, new NodeModeCommand.Resume(root));
    CommandSpec collections = withHelp(line.getCommandSpec(), new CollectionsCommand(root));
    withHelp(collections, new CollectionsCommand.Runs(root));
    withHelp(collections, new CollectionsCommand.Report(root));
    withHelp(collections, new CollectionsCommand.Cancel(root));
    withHelp(collections, new CollectionExportCommand(root));
    withHelp(collections, new CollectionsCommand.RollBack(root));
    withHelp(collections, new CollectionsCommand.Remove(root));
    CommandSpec models = withHelp(line.getCommandSpec(), new ModelsCommand());
    withHelp(models, new ModelsCommand.Add(root));
    withHelp(models, new ModelsCommand.Listing(root));
    withHelp(models, new ModelsCommand.Plan(root));
    withHelp(models, new ModelsCommand.Remove(root));
    CommandSpec schedule = withHelp(line.getCommandSpec(), new ScheduleCommand());
    withHelp(schedule, new ScheduleAddCommand(root));
    withHelp(schedule, new ScheduleListCommand(root));
    withHelp(schedule, new ScheduleShowCommand(root));
    withHelp(schedule, new ScheduleOrderCommand.Remove(root));
    withHelp(schedule, new ScheduleOrderCommand.Run(root));
    withHelp(schedule, new ScheduleOrderCommand.Pause(root));
    withHelp(schedule, new ScheduleOrderCommand.Resume(root));
    CommandSpec log = withHelp(line.getCommandSpec(), new LogCommand());
    withHelp(log, new LogListCommand(root));
    withHelp(log, new LogShowCommand(root));
    withHelp(log, new LogVerifyCommand(root));
    withHelp(log, new LogExportCommand(root));
    withHelp(log, new LogImportCommand(root));
    withHelp(log, new LogUpkeepCommands.Snapshot(root));
    withHelp(log, new LogUpkeepCommands.Compact(root));
    line.addSubcommand(new ReplayCommand(root));
    // These pass all options on, `--help` too: the programs themselves know theirs best.
    line.addSubcommand(new BrokerCommand(root));
    line.addSubcommand(new NodeCommand(root));
    line.getCommandSpec()
        .addOption(HELP)
        .addOption(VERSION)
        .usageMessage()
        .description(
            "The machines you already own, as one swarm that does AI work on your own premises.");
    line.setOut(writer(surroundings.out()));
    line.setErr(writer(surroundings.err()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(root::failed);
    return line;
  }

  private static CommandSpec withHelp(CommandSpec parent, Object command) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(command).addOption(HELP);
    parent.addSubcommand(spec.name(), spec);
    return spec;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Path home() {
    if (home != null) {
      return home;
    }
    String configured = surroundings.environment().get("MYCOSWARM_HOME");
    return configured == null || configured.isBlank()
        ? surroundings.userHome().resolve(".mycoswarm")
        : Path.of(configured);
  }

  @Nullable URI broker() {
    return broker;
  }

  BrokerClient client() {
    return client(home());
  }

  /// A client of the broker that runs from `home`, unless another one was named.
  BrokerClient client(Path home) {
    return new BrokerClient(new BrokerLocator(home, broker, surroundings.environment()));
  }

  /// A client of the broker that runs from `home`, whatever was named.
  static BrokerClient clientOf(Path home) {
    return new BrokerClient(new BrokerLocator(home, null, Map.of()));
  }

  Progress progress() {
    return Progress.on(surroundings.err(), surroundings.columns());
  }

  private int failed(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
    if (failure instanceof CommandFailed expected) {
      if (expected.exitCode() != ExitCode.OK) {
        surroundings.err().println(expected.words());
      }
      return expected.exitCode().code();
    }
    surroundings
        .err()
        .println("This is a mistake in mycoSwarm; please report it with these lines:");
    failure.printStackTrace(surroundings.err());
    return ExitCode.INTERNAL.code();
  }
}
