package org.mycoswarm.queue.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.log.LogEntry;

/// Until when each lease runs. Soft state: renewals are frequent and are never logged; after a
/// restart every lease gets one full lease time. What is taken as due can be renewed no more, so a
/// node is never told that a lease runs on which is about to expire. Thread-safe.
public final class LeaseDeadlines implements DurableListener {
  private record Deadline(NodeId node, Duration leaseTime, Instant until) {
    Deadline renewed(Instant now) {
      return new Deadline(node, leaseTime, now.plus(leaseTime));
    }

    /// Never more than its full time from now: that is what a renewal would give it.
    Deadline later(Duration by, Instant now) {
      Instant later = until.plus(by);
      Instant latest = now.plus(leaseTime);
      return new Deadline(node, leaseTime, later.isBefore(latest) ? later : latest);
    }
  }

  /// @param renewed run on for their full time
  /// @param lost are not held by the node any more
  public record Renewal(List<LeaseId> renewed, List<LeaseId> lost) {}

  private final Clock clock;
  private final ConcurrentHashMap<LeaseId, Deadline> deadlines = new ConcurrentHashMap<>();

  /// @param clock must not go backwards while the process runs
  /// @param leases that the replayed state holds
  public LeaseDeadlines(Clock clock, Stream<Task.Leased> leases) {
    this.clock = clock;
    leases.forEach(task -> start(task.lease(), task.node(), task.terms().leaseTime()));
  }

  public Renewal renew(NodeId node, List<LeaseId> leases) {
    Renewal renewal = new Renewal(new ArrayList<>(), new ArrayList<>());
    Instant now = clock.instant();
    for (LeaseId lease : leases) {
      Deadline after =
          deadlines.computeIfPresent(
              lease,
              (_, deadline) -> deadline.node().equals(node) ? deadline.renewed(now) : deadline);
      boolean held = after != null && after.node().equals(node);
      (held ? renewal.renewed() : renewal.lost()).add(lease);
    }
    return renewal;
  }

  /// The broker itself was away for this long: what it did not hear in that time says nothing of
  /// the nodes, so every lease runs on by as much.
  void away(Duration by, Instant now) {
    deadlines.replaceAll((_, deadline) -> deadline.later(by, now));
  }

  /// Leases of which a third of their time is left or less, by node: it was not heard of for long.
  public Map<LeaseId, NodeId> endangered() {
    Instant now = clock.instant();
    Map<LeaseId, NodeId> endangered = new HashMap<>();
    deadlines.forEach(
        (lease, deadline) -> {
          if (deadline.until().minus(deadline.leaseTime().dividedBy(3)).isBefore(now)) {
            endangered.put(lease, deadline.node());
          }
        });
    return endangered;
  }

  /// Takes out the leases whose time is over; the caller expires them.
  List<LeaseId> takeDue(Instant now) {
    List<LeaseId> due = new ArrayList<>();
    deadlines.forEach(
        (lease, deadline) -> {
          if (!deadline.until().isAfter(now) && deadlines.remove(lease, deadline)) {
            due.add(lease);
          }
        });
    return due;
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    for (LogEntry entry : entries) {
      entry.events().forEach(event -> follow(event, state));
    }
  }

  private void follow(Event event, QueueState state) {
    switch (event) {
      case Event.TaskLeased e ->
          state
              .task(e.lease().task())
              .ifPresent(task -> start(e.lease(), e.node(), task.terms().leaseTime()));
      case Event.LeaseEnding e -> deadlines.remove(e.lease());
      case Event.TaskSucceeded e -> deadlines.remove(e.lease());
      // One that missed its deadline is buried while it is leased. The state may know of its next
      // lease already, or of none, so it is looked for by its task.
      case Event.TaskBuried e ->
          deadlines.keySet().removeIf(lease -> lease.task().equals(e.task()));
      case Event.JobFinished _ -> {}
      case Event.JobEnding e -> forget(e.job());
      case Event.BrokerStarted _,
          Event.NodeRegistered _,
          Event.NodeModeChanged _,
          Event.JobSubmitted _,
          Event.TasksAdded _,
          Event.TasksRevived _,
          Event.LateReport _,
          Event.JobPaused _,
          Event.JobResumed _,
          Event.JobForgotten _,
          Event.ThrottleSet _,
          Event.KindPolicySet _,
          Event.RecordPut _,
          Event.RecordRemoved _ -> {}
    }
  }

  private void start(LeaseId lease, NodeId node, Duration leaseTime) {
    deadlines.put(lease, new Deadline(node, leaseTime, clock.instant().plus(leaseTime)));
  }

  private void forget(JobId job) {
    deadlines.keySet().removeIf(lease -> lease.task().job().equals(job));
  }
}
