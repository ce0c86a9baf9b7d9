package org.mycoswarm.queue.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.Answer;

/// A node agent: pulls tasks, renews their leases, reports until it is heard. It is killed, comes
/// back under the same id with nothing in mind, or freezes and goes on later as if no time had
/// passed.
final class SimNode {
  private static final int CAPACITY = 3;
  private static final int RENEW_MILLIS = 2_000;

  private final World world;
  private final NodeId id;
  private final List<String> kinds;
  private final Choices.Stream choices;
  private final Link link;
  private final boolean stubborn;
  private final Set<LeaseId> works = new LinkedHashSet<>();
  private final Deque<Runnable> asleep = new ArrayDeque<>();
  private @Nullable String loaded;
  private int life;
  private boolean frozen;
  private boolean asking;

  /// @param stubborn goes on with work of which it heard that the lease is lost
  SimNode(World world, NodeId id, List<String> kinds, boolean stubborn) {
    this.world = world;
    this.id = id;
    this.kinds = kinds;
    this.stubborn = stubborn;
    this.choices = world.choices.of(id.value());
    this.link = world.link(id.value());
  }

  NodeId id() {
    return id;
  }

  void start() {
    register();
    poll();
    renew();
  }

  /// Ends a freeze.
  void wake() {
    frozen = false;
    while (!frozen && !asleep.isEmpty()) {
      asleep.remove().run();
    }
  }

  private void register() {
    ask(Orders.register(id, kinds, loaded), _ -> {});
  }

  private void poll() {
    later(
        choices.between(100, 700),
        () -> {
          if (works.size() < CAPACITY && !asking) {
            lease();
          }
          poll();
          misbehave();
        });
  }

  private void lease() {
    asking = true;
    Duration wait = Duration.ofMillis(choices.next(2) == 0 ? choices.next(5_000) : 0);
    long costMax = choices.next(4) == 3 ? choices.between(1, 6) : Long.MAX_VALUE;
    Ask ask = new Ask(id, choices.between(1, CAPACITY - works.size()), costMax);
    send(caller -> world.broker.lease(ask, wait, caller), ask, this::leased);
    // Whoever hears nothing asks again.
    later((int) wait.toMillis() + choices.between(500, 1_500), () -> asking = false);
  }

  private void renew() {
    later(
        RENEW_MILLIS,
        () -> {
          if (!works.isEmpty()) {
            List<LeaseId> these = List.copyOf(works);
            int sender = life;
            link.send(
                () ->
                    world.broker.renew(
                        id,
                        these,
                        renewal -> link.send(() -> inLife(sender, () -> lost(renewal.lost())))));
          }
          renew();
        });
  }

  private void lost(List<LeaseId> leases) {
    if (!stubborn) {
      works.removeAll(leases);
    }
  }

  private void leased(Answer answer) {
    asking = false;
    switch (answer) {
      case Answer.Accepted accepted -> accepted.leased().forEach(this::work);
      case Answer.Rejected(Rejection.NodeUnknown _) -> register();
      case Answer.Rejected _, Answer.Repeated _ -> {}
    }
  }

  private void work(Answer.Leased leased) {
    // The same answer may come twice.
    if (works.add(leased.lease())) {
      load(leased.spec().requirement().model());
      Command report = report(leased);
      later(choices.between(10, 4_000), () -> report(leased.lease(), report));
    }
  }

  private void load(@Nullable String model) {
    if (model != null && !model.equals(loaded)) {
      loaded = model;
      register();
    }
  }

  private Command report(Answer.Leased leased) {
    LeaseId lease = leased.lease();
    return switch (choices.next(8)) {
      case 5 -> Orders.complete(id, lease, more(leased.spec()));
      case 6 -> new Command.FailAttempt(lease, "it broke", true);
      case 7 -> new Command.FailAttempt(lease, "it will always break", false);
      default -> Orders.complete(id, lease, List.of());
    };
  }

  private List<TaskSpec> more(TaskSpec spec) {
    if (spec.parent() != null) {
      return List.of();
    }
    Instant now = world.broker.now();
    List<Plan.Work> more = new ArrayList<>();
    int count = choices.between(1, 3);
    for (int i = 0; i < count; i++) {
      more.add(Plan.Work.random("embed", more, world.nodes(), choices));
    }
    return more.stream().map(work -> work.spec(now, null)).toList();
  }

  /// Reports until it is answered.
  private void report(LeaseId lease, Command report) {
    if (works.contains(lease)) {
      ask(report, _ -> works.remove(lease));
      later(choices.between(500, 1_500), () -> report(lease, report));
    }
  }

  private void misbehave() {
    if (world.faults.nodeFreezes(choices)) {
      frozen = true;
      world.say(() -> "node %s freezes".formatted(id));
      int sleeper = life;
      world.agenda.in(
          choices.between(100, 25_000),
          () -> {
            if (life == sleeper) {
              wake();
            }
          });
    } else if (world.faults.nodeDies(choices)) {
      world.say(() -> "node %s is killed".formatted(id));
      end();
    } else if (world.faults.nodeStops(choices)) {
      world.say(() -> "node %s stops in order".formatted(id));
      if (choices.next(2) == 0) {
        ask(new Command.LeaveNode(id), _ -> {});
      } else {
        works.forEach(lease -> ask(new Command.ReleaseLease(lease), _ -> {}));
      }
      end();
    }
  }

  private void end() {
    life++;
    works.clear();
    asleep.clear();
    asking = false;
    loaded = null;
    world.agenda.in(choices.between(100, 12_000), this::start);
  }

  private void ask(Command command, SimBroker.Caller caller) {
    send(answered -> world.broker.ask(command, answered), command, caller);
  }

  private void send(Consumer<SimBroker.Caller> call, Object what, SimBroker.Caller caller) {
    int sender = life;
    link.send(
        () ->
            call.accept(
                answer -> {
                  if (answer instanceof Answer.Rejected refused) {
                    world.say(() -> "node %s: %s -> %s".formatted(id, what, refused));
                  }
                  if (answer instanceof Answer.Accepted accepted) {
                    world.ledger.granted(id, accepted.leased());
                  }
                  link.send(() -> inLife(sender, () -> caller.answered(answer)));
                }));
  }

  private void later(int millis, Runnable action) {
    int mine = life;
    world.agenda.in(millis, () -> inLife(mine, action));
  }

  /// Runs it unless the node was killed since; when it wakes up if it is frozen.
  private void inLife(int when, Runnable action) {
    if (life != when) {
      return;
    }
    if (frozen) {
      asleep.add(action);
    } else {
      action.run();
    }
  }
}
