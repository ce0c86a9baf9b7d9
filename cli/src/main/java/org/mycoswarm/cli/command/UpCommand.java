package org.mycoswarm.cli.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.RunFile;
import org.mycoswarm.cli.process.Child;
import org.mycoswarm.cli.process.Installation;
import org.mycoswarm.cli.process.LocalSwarm;
import org.mycoswarm.cli.process.Restarter;
import org.mycoswarm.schema.wire.BrokerView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    header = "Runs a broker and a node on this machine.",
    description = {
      "Runs a broker and a node on this machine until Ctrl-C. Each is a process of its own: one that",
      "ends by itself is started again, and the work goes on.",
      "",
      "Without --lan only this machine can reach the broker. With it the broker is announced on the",
      "local network, every call needs a token, and the line to paste on the next machine is printed."
    },
    footer = {"%nExamples:", "  ./mycoswarm up", "  ./mycoswarm up --lan"})
final class UpCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--lan", description = "Lets other machines of the local network join.")
  private boolean lan;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The broker's port; 0 takes a free one. Default: the broker's own default.")
  private @Nullable Integer port;

  @Option(names = "--no-node", description = "Runs the broker alone.")
  private boolean noNode;

  UpCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path home = root.home();
    PrintStream out = root.surroundings().out();
    List<String> nodeOptions = List.of("--home", home.toString());
    try (LocalSwarm swarm = new LocalSwarm(Installation.ofThisProgram(), home);
        BrokerClient client = root.client(home)) {
      Restarter restarter = new Restarter(swarm::stopping, out::println);
      Child broker = swarm.startBroker(brokerOptions(port), client);
      // Started again it keeps its address, even one that it picked itself.
      List<String> again = brokerOptions(client.address().url().getPort());
      print(out, client.get("/api/v1", BrokerView.class));
      List<Thread> keepers = new ArrayList<>();
      keepers.add(keeper(() -> restarter.keep(broker, () -> swarm.startBroker(again, client))));
      if (!noNode) {
        Child node = swarm.startNode("node", nodeOptions);
        keepers.add(keeper(() -> restarter.keep(node, () -> swarm.startNode("node", nodeOptions))));
      }
      out.println("Ctrl-C ends it.");
      for (Thread keeper : keepers) {
        keeper.join();
      }
    }
    return 0;
  }

  private static Thread keeper(Runnable task) {
    return Thread.ofPlatform().name("keeper").start(task);
  }

  private List<String> brokerOptions(@Nullable Integer port) {
    List<String> options = new ArrayList<>();
    if (lan) {
      options.add("--lan");
    }
    if (port != null) {
      options.addAll(List.of("--port", port.toString()));
    }
    return options;
  }

  private void print(PrintStream out, BrokerView broker) {
    out.println("Console: " + broker.console());
    out.println("Home:    " + root.home() + " (logs in logs/)");
    if (lan) {
      out.println("To join from another machine, paste this there:");
      out.println("  MYCOSWARM_JOIN=" + joinText() + " ./mycoswarm node");
    }
  }

  private String joinText() {
    Path token = root.home().resolve("token");
    try {
      String id = RunFile.read(root.home()).map(RunFile::broker).orElse("");
      return "myco1." + id + "." + Files.readString(token).strip();
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.INTERNAL,
          "Expected the broker to have left its token in '%s', but: %s".formatted(token, e));
    }
  }
}
