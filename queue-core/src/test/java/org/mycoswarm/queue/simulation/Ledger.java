package org.mycoswarm.queue.simulation;

import static org.mycoswarm.queue.simulation.Violation.Promise.A_LEASE_THAT_ENDED_IS_NOT_RENEWED;
import static org.mycoswarm.queue.simulation.Violation.Promise.ONE_LEASE_OF_A_TASK_AT_A_TIME;
import static org.mycoswarm.queue.simulation.Violation.Promise.WHAT_WAS_ACKNOWLEDGED_IS_IN_THE_LOG;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Remembers what anybody was told, and compares it with what the disk holds.
final class Ledger {
  private record Grant(LeaseId lease, NodeId node, long until) {}

  private final World world;
  private final SimDisk disk;
  private final EventCodec codec;
  private final Agenda agenda;
  private final History history;
  private final TreeMap<Long, List<Event>> acknowledged = new TreeMap<>();
  private final Set<JobId> acknowledgedJobs = new HashSet<>();
  private final Map<TaskId, Grant> grants = new HashMap<>();
  private long told;

  Ledger(World world) {
    this.world = world;
    this.disk = world.disk;
    this.codec = world.codec;
    this.agenda = world.agenda;
    this.history = new History(world.limits);
  }

  History history() {
    return history;
  }

  LogEntry entry(long position) {
    return codec.decode(new LogRecord(new LogPosition(position), disk.entry(position)));
  }

  /// What became durable since the last time.
  void readOn() {
    while (told < disk.synced()) {
      LogEntry entry = entry(++told);
      world.say(
          () ->
              "log %s: %s"
                  .formatted(
                      entry.position(), entry.events().stream().map(Orders::brief).toList()));
      history.tell(entry, agenda.now());
      grants
          .values()
          .removeIf(grant -> !history.holds(grant.lease()) && history.wasLeased(grant.lease()));
    }
  }

  /// A new process takes the log over: what was acknowledged must be in it.
  void reopened() {
    readOn();
    expectAcknowledged();
    history.renewAll(agenda.now());
    grants.replaceAll((_, grant) -> grant(grant.lease(), grant.node()));
  }

  void expectAcknowledged() {
    acknowledged.forEach(
        (position, events) -> {
          if (position > disk.synced() || !entry(position).events().containsAll(events)) {
            throw new Violation(
                WHAT_WAS_ACKNOWLEDGED_IS_IN_THE_LOG,
                "%s was acknowledged as entry %d, but the log holds %s there"
                    .formatted(
                        events, position, position > disk.synced() ? "none" : entry(position)));
          }
        });
    acknowledged.clear();
    acknowledgedJobs.forEach(
        job -> {
          if (!history.knows(job)) {
            throw new Violation(
                WHAT_WAS_ACKNOWLEDGED_IS_IN_THE_LOG, "job %s was acknowledged".formatted(job));
          }
        });
  }

  /// Somebody was told this.
  void answered(Answer answer) {
    switch (answer) {
      case Answer.Repeated repeated -> acknowledgedJobs.add(repeated.job());
      case Answer.Accepted accepted when !accepted.events().isEmpty() ->
          acknowledged.put(accepted.position().value(), accepted.events());
      case Answer.Accepted _, Answer.Rejected _ -> {}
    }
  }

  void granted(NodeId node, List<Answer.Leased> leased) {
    for (Answer.Leased one : leased) {
      if (history.wasLeased(one.lease()) && !history.holds(one.lease())) {
        continue; // It ended in the same batch, before anyone was told that it began.
      }
      Grant before = grants.put(one.lease().task(), grant(one.lease(), node));
      if (before != null && before.until() > agenda.now()) {
        throw new Violation(
            ONE_LEASE_OF_A_TASK_AT_A_TIME,
            "node %s was given %s at %d ms, while %s runs"
                .formatted(node, one.lease(), agenda.now(), before));
      }
    }
  }

  void renewed(LeaseDeadlines.Renewal renewal) {
    for (LeaseId lease : renewal.renewed()) {
      if (history.wasLeased(lease) && !history.holds(lease)) {
        throw new Violation(A_LEASE_THAT_ENDED_IS_NOT_RENEWED, "%s was".formatted(lease));
      }
      history.renew(lease, agenda.now());
      grants.computeIfPresent(
          lease.task(),
          (_, grant) -> grant.lease().equals(lease) ? grant(lease, grant.node()) : grant);
    }
  }

  private Grant grant(LeaseId lease, NodeId node) {
    return new Grant(lease, node, agenda.now() + Orders.LEASE.toMillis());
  }
}
