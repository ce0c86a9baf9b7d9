package org.mycoswarm.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.generate.ChatServerSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The process of a node.
@Command(
    name = "mycoswarm-node",
    mixinStandardHelpOptions = true,
    description = {
      "Finds the broker, says what this machine can do, and pulls work until it is stopped.",
      "",
      "The broker is looked for on this machine (run/broker.json in the home), and on the network"
          + " when a join text is known. The join text that 'mycoswarm up --lan' prints is taken from"
          + " the environment variable MYCOSWARM_JOIN and kept in the file 'join' of the home; it is"
          + " never an option, because every user of the machine can read those.",
      ""
    },
    subcommands = FindCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped, and everything was handed back",
      "2:a setting is not in order",
      "3:no broker within --search-seconds, or it refused this node",
      "70:an error of the program itself, or out of memory"
    })
public final class AgentMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(AgentMain.class);

  @Mixin BrokerOptions options = new BrokerOptions();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What people call this node. Default: the host's name.")
  @Nullable String name;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "Folder with one folder for each model. Default: the system property 'models', or the"
              + " folder 'models' beside the folder of this program.")
  @Nullable Path models;

  @Option(
      names = "--reader-memory",
      paramLabel = "MIB",
      defaultValue = "512",
      description =
          "Most memory for each process that reads PDF, Office and the like; there is one for each"
              + " worker that meets such a document. Default: ${DEFAULT-VALUE}.")
  int readerMemory;

  @Option(
      names = "--reader-seconds",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Most time to read one such document. Default: ${DEFAULT-VALUE}.")
  int readerSeconds;

  @Option(
      names = "--ollama",
      paramLabel = "URL",
      description =
          "Where Ollama is, whose models this node then offers to generate with; none: it is not"
              + " looked for. Default: http://127.0.0.1:11434.")
  @Nullable String ollama;

  @Option(
      names = "--llama-server",
      paramLabel = "URL",
      description =
          "The same for a llama.cpp server, or another program that speaks OpenAI's interface."
              + " Default: http://127.0.0.1:8080, if llama.cpp is there.")
  @Nullable String llamaServer;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many tasks to work on at a time. Default: the number of cores.")
  @Nullable Integer workers;

  @Option(
      names = "--ram",
      paramLabel = "MIB",
      description =
          "How much of this machine's memory tasks may take, such as the weights of a model that"
              + " several nodes compute together. Default: what is free.")
  @Nullable Long ram;

  @Option(
      names = "--capabilities",
      paramLabel = "FILE",
      description =
          "What to say against the probes, as JSON: {\"remove\": [KIND...], \"add\": [{\"kind\","
              + " \"model\", \"modelName\", \"device\", \"rate\", \"unit\"}...], \"name\": NAME,"
              + " \"workers\": N}. Default: capabilities.json in the home, if it is there. Changes are"
              + " seen while the node runs.")
  @Nullable Path capabilities;

  @Option(
      names = "--only-submitters",
      paramLabel = "NAME",
      split = ",",
      description = "Take only the work of these submitters. Default: everybody's.")
  List<String> submitters = List.of();

  @Option(
      names = "--max-cost",
      paramLabel = "N",
      description =
          "How much the tasks that are taken in one call may cost together; a single one that costs"
              + " more is taken alone. The cost of an embed task is the characters of its texts."
              + " Default: any.")
  @Nullable Long costMax;

  @Option(
      names = "--search-seconds",
      paramLabel = "N",
      description = "Give up when no broker is found for so long. Default: look for ever.")
  @Nullable Integer searchSeconds;

  @Option(
      names = "--stop-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "What tasks under way get to finish when the node is stopped; the rest is handed back."
              + " Default: ${DEFAULT-VALUE}.")
  int stopSeconds;

  @Option(
      names = "--parent",
      paramLabel = "PID",
      description = "Stops in order when this process has ended. For those who start a node.")
  @Nullable Long parent;

  private AgentMain() {}

  public static void main(String[] args) {
    Logging.oneLine();
    // The tokenizer's library counts its users over the network unless told not to before it loads.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new AgentMain())
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
  }

  private static int failed(Exception e, CommandLine command) {
    if (e instanceof Refused || e instanceof IllegalArgumentException) {
      command.getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
    LOG.error("Expected to run, but an error came up; this node ends", e);
    return ExitCode.INTERNAL;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    NodeAgent agent = new NodeAgent(config());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          LOG.error("Expected '{}' to go on, but an error came up; this node ends", thread, e);
          agent.fail();
        });
    // Not a shutdown hook: the native library has its own, and one under way crashes the JVM.
    StopSignals.handle(agent::stop);
    if (parent != null) {
      CompletableFuture<Void> _ =
          ProcessHandle.of(parent)
              .map(ProcessHandle::onExit)
              .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current()))
              .thenRun(agent::stop);
    }
    NodeAgent.End end = agent.run();
    if (!end.quiet()) {
      LOG.warn("Some work could not be stopped in time; it is cut off");
      Runtime.getRuntime().halt(end.exitCode());
    }
    return end.exitCode();
  }

  private AgentConfig config() throws IOException {
    return new AgentConfig(
        options.nodeHome(),
        options.brokerHome(),
        options.broker(),
        options.credentials(),
        name,
        models == null ? ModelFolder.usual() : models.toAbsolutePath(),
        new ReaderSettings(
            ReaderSettings.usualClassPath(), readerMemory, Duration.ofSeconds(readerSeconds)),
        ChatServerSettings.of(ollama, llamaServer),
        workers,
        ram,
        capabilities,
        submitters,
        costMax,
        searchSeconds == null ? null : Duration.ofSeconds(searchSeconds),
        Duration.ofSeconds(stopSeconds),
        AgentConfig.RESCAN_TIME,
        AgentConfig.WATCH_TIME);
  }
}
