package org.mycoswarm.cli.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerUnreachable;
import org.mycoswarm.cli.client.RunFile;

/// A broker and its nodes on this machine, each a process of its own. Stopping ends the nodes
/// first, so that they can hand back what they hold. Any thread may stop it, and twice is fine.
public final class LocalSwarm implements AutoCloseable {
  private static final String BROKER = "broker";

  /// A node measures what it can do before it joins: two minutes on a slow machine.
  private static final Duration READY_MAX = Duration.ofMinutes(3);
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Installation installation;
  private final Path home;
  private final List<Child> children = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Thread atExit = new Thread(this::stop, "stop the swarm");

  /// @param home of the broker; logs of every process lie in `logs/` in it
  public LocalSwarm(Installation installation, Path home) {
    this.installation = installation;
    this.home = home;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  public Path home() {
    return home;
  }

  /// Starts the broker and returns when it serves.
  public Child startBroker(List<String> options, BrokerClient client) {
    List<String> arguments = new ArrayList<>(List.of("--home", home.toString()));
    arguments.addAll(options);
    Child broker = start(BROKER, "mycoswarm-broker", arguments);
    try {
      awaitReady(broker, client);
      return broker;
    } catch (CommandFailed e) {
      broker.stop(GRACE);
      throw e;
    }
  }

  public Child startNode(String name, List<String> options) {
    return start(name, "mycoswarm-node-agent", options);
  }

  public boolean stopping() {
    return stopping.get();
  }

  /// Waits until the process itself has left its address and answers there.
  public void awaitReady(Child broker, BrokerClient client) {
    Pause.until(
        READY_MAX,
        () -> {
          if (!broker.alive()) {
            throw broker.endedEarly("the broker to serve");
          }
          return RunFile.read(home).filter(file -> file.pid() == broker.pid()).isPresent()
              && answers(client);
        },
        () ->
            new CommandFailed(
                ExitCode.FAILURES,
                "Expected the broker to serve within %d s, but it does not. Its log: %s"
                    .formatted(READY_MAX.toSeconds(), broker.log())));
  }

  /// Waits until so many nodes are online.
  public void awaitNodes(int count, BrokerClient client) {
    Pause.until(
        READY_MAX,
        () -> {
          for (Child child : children) {
            if (!child.alive()) {
              throw child.endedEarly("%d nodes to join".formatted(count));
            }
          }
          return client.list("/api/v1/nodes", 500).stream()
                  .filter(node -> node.path("state").asText().equals("online"))
                  .count()
              >= count;
        },
        () ->
            new CommandFailed(
                ExitCode.FAILURES,
                "Expected %d nodes to join within %d s, but they did not. Their logs: %s"
                    .formatted(count, READY_MAX.toSeconds(), home.resolve("logs"))));
  }

  /// Ends every process, the broker last, and waits for them. None is started from now on.
  public void stop() {
    for (Child child : last()) {
      child.stop(GRACE);
    }
  }

  /// Under the lock of [#start]: what is being started is among them, and nothing comes after.
  private synchronized List<Child> last() {
    stopping.set(true);
    List<Child> inOrder = new ArrayList<>(children);
    inOrder.sort(Comparator.comparing(child -> child.name().equals(BROKER)));
    return inOrder;
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is on its way out, and the hook did the same.
      return;
    }
  }

  private synchronized Child start(String name, String artifact, List<String> arguments) {
    if (stopping()) {
      throw new CommandFailed(ExitCode.FAILURES, "Stopped before the " + name + " was started.");
    }
    // However we end, even by SIGKILL, nobody is left behind.
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--parent", Long.toString(ProcessHandle.current().pid())));
    Child child =
        Child.start(
            name, installation.command(artifact, all), home.resolve("logs").resolve(name + ".log"));
    children.removeIf(old -> !old.alive());
    children.add(child);
    return child;
  }

  private static boolean answers(BrokerClient client) {
    try {
      client.get("/api/v1");
      return true;
    } catch (BrokerUnreachable e) {
      return false; // not yet
    }
  }
}
