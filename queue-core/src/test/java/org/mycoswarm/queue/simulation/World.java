package org.mycoswarm.queue.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.json.JsonEventCodec;

/// One simulation: a broker, its nodes and clients, and half a minute of trouble, after which
/// nothing goes wrong any more and every job must end.
final class World {
  static final List<String> KINDS = List.of("chunk", "embed");
  static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
  private static final int TROUBLE_MILLIS = 30_000;
  private static final int ON_ITS_WAY_MILLIS = 12_000;
  private static final int PATIENCE_MILLIS = 300_000;
  private static final EventCodec JSON = new JsonEventCodec();

  final Choices choices;
  final Agenda agenda = new Agenda();
  final SimDisk disk = new SimDisk();
  final EventCodec codec = new CheckedCodec(JSON);
  final Ledger ledger;
  final Limits limits;
  final Faults faults;
  final QueueWriter.Size mailbox;
  final SimBroker broker;
  final Follower follower;
  private final SimOperator operator;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final Consumer<String> story;
  private final boolean told;
  private int jobs;

  private World(Choices choices, Bug bug, Consumer<String> story, boolean told) {
    this.choices = choices;
    this.story = story;
    this.told = told;
    faults = new Faults(choices.of("faults"));
    mailbox = mailbox(choices.of("mailbox"));
    limits = Orders.limits(choices.of("limits"));
    ledger = new Ledger(this);
    broker = new SimBroker(this, bug);
    follower = new Follower(this);
    operator = new SimOperator(this);
    people(choices.of("people"));
  }

  /// Runs one simulation to its end.
  ///
  /// @throws Violation when a promise was broken
  static World run(Choices choices, Bug bug) {
    return run(new World(choices, bug, _ -> {}, false));
  }

  /// The same, with everything that happens in words.
  static World run(Choices choices, Bug bug, Consumer<String> story) {
    return run(new World(choices, bug, story, true));
  }

  private static World run(World world) {
    try {
      world.run();
      return world;
    } catch (RuntimeException e) {
      throw new Violation(Violation.Promise.NOTHING_BREAKS, e.toString(), e);
    }
  }

  /// @param to who is at its other end
  Link link(String to) {
    return new Link(agenda, faults, choices.of("to-" + to));
  }

  JobId newJob() {
    return new JobId("j" + ++jobs);
  }

  List<NodeId> nodes() {
    return nodes.stream().map(SimNode::id).toList();
  }

  void say(Supplier<String> words) {
    if (told) {
      story.accept("%6d ms  %s".formatted(agenda.now(), words.get()));
    }
  }

  private static QueueWriter.Size mailbox(Choices.Stream choices) {
    return new QueueWriter.Size(choices.next(4) == 3 ? 4 : 100, choices.next(4) == 3 ? 2 : 50);
  }

  private void people(Choices.Stream choices) {
    int machines = choices.between(1, 3);
    for (int i = 0; i < machines; i++) {
      // The first can do everything, or nobody might.
      List<String> kinds = i == 0 || choices.next(2) == 0 ? KINDS : KINDS.subList(1, 2);
      nodes.add(new SimNode(this, new NodeId("n" + i), kinds, choices.next(3) == 1));
    }
    int people = choices.between(1, 4);
    int sort = choices.next(6);
    for (int i = 0; i < people; i++) {
      Plan plan =
          switch (sort) {
            case 4 -> Plan.slots("c" + i, choices);
            case 5 -> Plan.crowd("c" + i, choices);
            default -> Plan.small("c" + i, nodes(), choices);
          };
      clients.add(new SimClient(this, plan, choices.next(8) == 7));
    }
  }

  private void run() {
    broker.boot();
    follower.start();
    nodes.forEach(SimNode::start);
    clients.forEach(SimClient::start);
    operator.start();
    agenda.in(TROUBLE_MILLIS, this::heal);
    while (!isDone()) {
      if (agenda.now() > TROUBLE_MILLIS + PATIENCE_MILLIS) {
        throw new Violation(
            Violation.Promise.EVERY_JOB_ENDS, "but at the end there is " + unfinished());
      }
      agenda.step();
    }
    broker.expectOneState();
    ledger.readOn();
    ledger.expectAcknowledged();
    follower.reopened();
  }

  private void heal() {
    say(() -> "nothing goes wrong any more");
    faults.end();
    nodes.forEach(SimNode::wake);
    operator.stop();
    agenda.in(ON_ITS_WAY_MILLIS, operator::tidyUp);
  }

  private boolean isDone() {
    return broker.isServing()
        && ledger.history().openJobs() == 0
        && operator.isDone()
        && clients.stream().allMatch(SimClient::isDone);
  }

  private String unfinished() {
    return ledger.history().openTales().collect(Collectors.joining(", "))
        + "; clients without an answer: "
        + clients.stream().filter(client -> !client.isDone()).count();
  }
}
