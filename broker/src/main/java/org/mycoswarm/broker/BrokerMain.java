package org.mycoswarm.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.upkeep.UpkeepSettings;
import org.mycoswarm.queue.log.LogDamaged;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The broker as a process. Serves until SIGTERM or Ctrl-C.
@Command(
    name = "mycoswarm-broker",
    description = {
      "Runs the broker: the process that owns the log and speaks HTTP.",
      "Everything it keeps is in its home folder; only one broker can use it at a time."
    },
    subcommands = {OfflineCommands.class, ReplayCommand.class},
    sortOptions = false,
    mixinStandardHelpOptions = true,
    versionProvider = BrokerMain.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "143, 130:stopped in order, by SIGTERM or Ctrl-C",
      " 1:it could not start; the message says why",
      " 2:the command line is wrong",
      "70:the disk failed or a bug was met; start again, the log is replayed"
    })
public final class BrokerMain implements Callable<Integer> {
  private static final int EXIT_FAILED = 70;

  @Option(
      names = "--home",
      scope = ScopeType.INHERIT,
      paramLabel = "FOLDER",
      defaultValue = "${env:MYCOSWARM_HOME:-${sys:user.home}/.mycoswarm}",
      description = "Where everything is kept. Default: $MYCOSWARM_HOME, or ~/.mycoswarm")
  private @Nullable Path home;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + BrokerConfig.DEFAULT_PORT,
      description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--lan",
      description = {
        "Lets other machines join: listens on every network interface, announces itself by",
        "multicast DNS, and asks every caller for the token in the file 'token' of the home."
      })
  private boolean lan;

  @Option(
      names = "--lease-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = {
        "How long a node may go without renewing a lease, where a task does not say.",
        "Default: ${DEFAULT-VALUE}"
      })
  private int leaseSeconds;

  @Option(
      names = "--keep-history-days",
      paramLabel = "N",
      description = {
        "How long the log is kept at least; older entries are dropped where nothing needs them.",
        "Default: all of it, until 'POST /api/v1/log/compact'"
      })
  private @Nullable Integer keepHistoryDays;

  @Option(
      names = "--keep-jobs-days",
      paramLabel = "N",
      defaultValue = "30",
      description = {
        "How long a job that has ended is kept, with its tasks and results; 0 is for ever.",
        "Default: ${DEFAULT-VALUE}"
      })
  private int keepJobsDays;

  @Option(
      names = "--snapshot-changes",
      paramLabel = "N",
      defaultValue = "1000000",
      description = {
        "How much happens between two snapshots, and is decided again at a start at most: events,",
        "and tasks submitted with them.",
        "Default: ${DEFAULT-VALUE}"
      })
  private long snapshotChanges;

  @Option(
      names = "--index-root",
      paramLabel = "FOLDER",
      description = {
        "Folders in it may be indexed where they lie: whoever may search can read what is in them. May",
        "be repeated. Default: every folder; with --lan none"
      })
  private List<Path> indexRoots = List.of();

  @Option(
      names = "--stage-wire",
      paramLabel = "TYPE",
      defaultValue = "f16",
      description = {
        "What floats are sent as between nodes that run a model in stages: f16, half the bytes and",
        "the same answers but for the last bits; or f32, exactly as one node would compute.",
        "Default: ${DEFAULT-VALUE}"
      })
  private String stageWire = "f16";

  @Option(
      names = "--parent",
      paramLabel = "PID",
      description = "Stops in order when this process has ended. For those who start a broker.")
  private @Nullable Long parent;

  public static void main(String[] args) {
    System.setProperty("chronicle.analytics.disable", "true");
    System.setProperty("chronicle.announcer.disable", "true");
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
    Logging.setUp();
    System.exit(new CommandLine(new BrokerMain()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    Broker broker;
    try {
      BrokerConfig config =
          BrokerConfig.at(home())
              .withPort(port)
              .withLan(lan)
              .withLeaseTime(Duration.ofSeconds(leaseSeconds))
              .withUpkeep(upkeep())
              .withIndexRoots(indexRoots.stream().map(Path::toAbsolutePath).toList())
              .withStageWire(stageWire);
      broker = Broker.start(config, new Version().getVersion()[0], BrokerMain::fail);
    } catch (IOException | RuntimeException e) {
      System.err.println("The broker did not start. " + said(e));
      return 1;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    if (parent != null) {
      CompletableFuture<Void> _ =
          ProcessHandle.of(parent)
              .map(ProcessHandle::onExit)
              .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current()))
              .thenRun(() -> System.exit(0));
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  broker.close();
                  stopped.countDown();
                },
                "stop"));
    System.out.println(
        "mycoSwarm broker " + broker.facts().broker() + " serves at " + broker.uri());
    stopped.await();
    return 0; // not reached: the signal that ends the wait also ends the process
  }

  private UpkeepSettings upkeep() {
    Integer days = keepHistoryDays;
    return new UpkeepSettings(
        snapshotChanges,
        UpkeepSettings.DEFAULT.stopChanges(),
        days == null ? null : Duration.ofDays(days),
        Duration.ofDays(keepJobsDays));
  }

  /// The writer cannot go on, so nothing may: no answer is better than one that is not on disk.
  private static void fail(Throwable reason) {
    System.err.println(
        reason instanceof LogDamaged
            ? "The broker stops. " + said(reason)
            : "The broker stops: "
                + said(reason)
                + ". Nothing that was acknowledged is lost; start it again.");
    Runtime.getRuntime().halt(EXIT_FAILED);
  }

  Path home() {
    if (home == null) {
      throw new IllegalStateException("The home has a default");
    }
    return home;
  }

  static String said(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = BrokerMain.class.getPackage().getImplementationVersion();
      return new String[] {version == null ? "development" : version};
    }
  }
}
