package org.mycoswarm.queue.simulation;

import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.RecordId;
import org.mycoswarm.queue.domain.Throttle;

/// Somebody at the console: pauses and resumes jobs and nodes, throttles kinds, revives and
/// forgets, and puts everything right at the end.
final class SimOperator {
  private final World world;
  private final Choices.Stream choices;
  private final Link link;
  private final boolean busy;
  private boolean stopped;
  private boolean tidying;
  private int untidy;

  SimOperator(World world) {
    this.world = world;
    this.choices = world.choices.of("operator");
    this.link = world.link("operator");
    this.busy = choices.next(3) == 2;
  }

  void start() {
    if (busy) {
      world.agenda.in(
          choices.between(300, 3_000),
          () -> {
            if (!stopped) {
              send(any(), () -> {});
              start();
            }
          });
    }
  }

  boolean isDone() {
    return !busy || (tidying && untidy == 0);
  }

  /// What is on its way still arrives; nothing new is sent.
  void stop() {
    stopped = true;
  }

  /// Ends every pause and throttle, however often it takes.
  void tidyUp() {
    tidying = true;
    List<Command> last = new ArrayList<>();
    if (busy) {
      world.ledger.history().jobs().forEach(job -> last.add(new Command.ResumeJob(job)));
      world.nodes().forEach(node -> last.add(new Command.SetNodeMode(node, NodeMode.ACTIVE)));
      World.KINDS.forEach(kind -> last.add(new Command.SetThrottle(kind(kind), Throttle.NONE)));
    }
    untidy = last.size();
    last.forEach(this::insist);
  }

  private void insist(Command command) {
    boolean[] done = {false};
    Runnable[] again = new Runnable[1];
    again[0] =
        () -> {
          if (!done[0]) {
            send(
                command,
                () -> {
                  untidy -= done[0] ? 0 : 1;
                  done[0] = true;
                });
            world.agenda.in(choices.between(500, 1_500), again[0]);
          }
        };
    again[0].run();
  }

  private void send(Command command, Runnable answered) {
    link.send(
        () ->
            world.broker.ask(
                command,
                answer -> {
                  world.say(() -> "operator: %s -> %s".formatted(command, answer));
                  link.send(answered);
                }));
  }

  private Command any() {
    return switch (choices.next(10)) {
      case 0, 1 -> new Command.ResumeJob(job());
      case 2 -> new Command.PauseJob(job());
      case 3 ->
          new Command.SetNodeMode(
              node(), choices.next(2) == 0 ? NodeMode.PAUSED : NodeMode.DRAINING);
      case 4 -> new Command.SetNodeMode(node(), NodeMode.ACTIVE);
      case 5 -> new Command.SetThrottle(kind(anyKind()), throttle());
      case 6 -> new Command.ForgetJobs(List.of(job()));
      case 7 -> record();
      default -> new Command.ReviveTasks(job(), List.of(choices.next(4), choices.next(6)));
    };
  }

  private Command record() {
    RecordId id = new RecordId("schedule", "r" + choices.next(3));
    return choices.next(4) == 3
        ? new Command.RemoveRecord(id, null)
        : new Command.PutRecord(id, null, "[" + choices.next(5) + "]", List.of());
  }

  private Throttle throttle() {
    return new Throttle(
        choices.next(3) == 0 ? null : choices.between(1, 3),
        choices.next(3) == 2 ? choices.between(20, 120) : null);
  }

  private JobId job() {
    List<JobId> jobs = world.ledger.history().jobs();
    return jobs.isEmpty() ? new JobId("none") : jobs.get(choices.next(jobs.size()));
  }

  private NodeId node() {
    List<NodeId> nodes = world.nodes();
    return nodes.get(choices.next(nodes.size()));
  }

  private String anyKind() {
    return World.KINDS.get(choices.next(World.KINDS.size()));
  }

  private static Throttle.Scope kind(String name) {
    return new Throttle.Scope(true, name);
  }
}
