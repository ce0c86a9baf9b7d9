package org.mycoswarm.queue.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueView;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// Queues with a mistake in how they treat commands and answers.
final class PlantedCores {
  private PlantedCores() {}

  /// A queue to be spoiled in one place.
  static class Spoiled implements Core {
    final Core real;

    Spoiled(Core real) {
      this.real = real;
    }

    @Override
    public CompletableFuture<Answer> submit(Command command) {
      return real.submit(command);
    }

    @Override
    public int turn() throws InterruptedException {
      return real.turn();
    }

    @Override
    public LeaseDeadlines.Renewal renew(NodeId node, List<LeaseId> leases) {
      return real.renew(node, leases);
    }

    @Override
    public List<LeaseId> tick() {
      return real.tick();
    }

    @Override
    public void expired(List<LeaseId> leases) {
      real.expired(leases);
    }

    @Override
    public List<LogEntry> entriesAfter(LogPosition after, int entriesMax)
        throws InterruptedException {
      return real.entriesAfter(after, entriesMax);
    }

    @Override
    public QueueView view() {
      return real.view();
    }

    @Override
    public Stream<Task.Leased> leases() {
      return real.leases();
    }

    @Override
    public CompletableFuture<Answer> lease(Ask ask, Duration wait) {
      return real.lease(ask, wait);
    }

    @Override
    public Instant now() {
      return real.now();
    }

    @Override
    public boolean wouldLease(Ask ask) {
      return real.wouldLease(ask);
    }

    @Override
    public void takeSnapshot(int entriesSince) {
      real.takeSnapshot(entriesSince);
    }

    @Override
    public String differenceFromReplay() {
      return real.differenceFromReplay();
    }

    @Override
    public String differenceFromSnapshot() {
      return real.differenceFromSnapshot();
    }
  }

  /// Takes a result from whoever brings it, as long as somebody holds the task.
  static final class Unfenced extends Spoiled {
    Unfenced(Core real) {
      super(real);
    }

    @Override
    public CompletableFuture<Answer> submit(Command command) {
      if (command instanceof Command.CompleteTask c
          && view().task(c.lease().task()).orElse(null) instanceof Task.Leased task) {
        return super.submit(new Command.CompleteTask(task.lease(), c.result(), c.next()));
      }
      return super.submit(command);
    }
  }

  /// Forgets who asked for what.
  static final class Keyless extends Spoiled {
    Keyless(Core real) {
      super(real);
    }

    @Override
    public CompletableFuture<Answer> submit(Command command) {
      return super.submit(command instanceof Command.SubmitJob c ? Orders.withoutKey(c) : command);
    }
  }

  /// Gives everyone a share of the same submitter.
  static final class Unfair extends Spoiled {
    Unfair(Core real) {
      super(real);
    }

    @Override
    public CompletableFuture<Answer> submit(Command command) {
      return super.submit(command instanceof Command.SubmitJob c ? Orders.byAnyone(c) : command);
    }
  }

  /// Numbers the leases of a task from 1 in each process: the numbers that nodes see are in memory
  /// only.
  static final class Forgetful extends Spoiled {
    private final Map<TaskId, Integer> counted = new HashMap<>();
    private final Map<LeaseId, LeaseId> behind = new HashMap<>();

    Forgetful(Core core) {
      super(core);
      core.leases().forEach(task -> shown(task.lease()));
    }

    @Override
    public CompletableFuture<Answer> submit(Command command) {
      return super.submit(
              switch (command) {
                case Command.CompleteTask c ->
                    new Command.CompleteTask(behind(c.lease()), c.result(), c.next());
                case Command.FailAttempt c ->
                    new Command.FailAttempt(behind(c.lease()), c.reason(), c.retryable());
                case Command.ReleaseLease c -> new Command.ReleaseLease(behind(c.lease()));
                default -> command;
              })
          .thenApply(this::shown);
    }

    @Override
    public LeaseDeadlines.Renewal renew(NodeId node, List<LeaseId> leases) {
      List<LeaseId> renewed = new ArrayList<>();
      List<LeaseId> lost = new ArrayList<>();
      for (LeaseId lease : leases) {
        boolean held = !super.renew(node, List.of(behind(lease))).renewed().isEmpty();
        (held ? renewed : lost).add(lease);
      }
      return new LeaseDeadlines.Renewal(renewed, lost);
    }

    @Override
    public CompletableFuture<Answer> lease(Ask ask, Duration wait) {
      return super.lease(ask, wait).thenApply(this::shown);
    }

    private Answer shown(Answer answer) {
      return answer instanceof Answer.Accepted accepted && !accepted.leased().isEmpty()
          ? new Answer.Accepted(
              accepted.events(),
              accepted.position(),
              accepted.at(),
              accepted.leased().stream()
                  .map(leased -> new Answer.Leased(shown(leased.lease()), leased.spec()))
                  .toList())
          : answer;
    }

    private LeaseId shown(LeaseId lease) {
      LeaseId shown = new LeaseId(lease.task(), counted.merge(lease.task(), 1, Integer::sum));
      behind.put(shown, lease);
      return shown;
    }

    /// The newest lease that was shown under this number.
    private LeaseId behind(LeaseId shown) {
      return behind.getOrDefault(shown, new LeaseId(shown.task(), Integer.MAX_VALUE));
    }
  }

  /// After a restart counts the time of each lease from its beginning, and not from the moment at
  /// which its node could be heard again.
  static final class Impatient extends Spoiled {
    private final Set<LeaseId> over = new LinkedHashSet<>();

    Impatient(Core real, World world) {
      super(real);
      long now = world.agenda.now();
      real.leases()
          .map(Task.Leased::lease)
          .filter(lease -> world.ledger.history().leasedAt(lease) + Orders.LEASE.toMillis() <= now)
          .forEach(over::add);
    }

    @Override
    public List<LeaseId> tick() {
      over.addAll(super.tick());
      return List.copyOf(over);
    }

    @Override
    public void expired(List<LeaseId> leases) {
      super.expired(leases);
      leases.forEach(over::remove);
    }
  }

  /// Counts the time of a lease on while the process itself stands still and hears nobody.
  static final class Sleepless extends Spoiled {
    private final World world;
    private final Map<LeaseId, Long> until = new LinkedHashMap<>();

    Sleepless(Core real, World world) {
      super(real);
      this.world = world;
    }

    @Override
    public LeaseDeadlines.Renewal renew(NodeId node, List<LeaseId> leases) {
      LeaseDeadlines.Renewal renewal = super.renew(node, leases);
      renewal.renewed().forEach(lease -> until.put(lease, later()));
      return renewal;
    }

    @Override
    public List<LeaseId> tick() {
      Set<LeaseId> due = new LinkedHashSet<>(super.tick());
      until.keySet().removeIf(lease -> !world.ledger.history().holds(lease));
      real.leases()
          .map(Task.Leased::lease)
          .filter(world.ledger.history()::holds)
          .forEach(lease -> until.putIfAbsent(lease, later()));
      until.forEach(
          (lease, millis) -> {
            if (millis <= world.agenda.now()) {
              due.add(lease);
            }
          });
      return List.copyOf(due);
    }

    private long later() {
      return world.agenda.now() + Orders.LEASE.toMillis();
    }
  }
}
