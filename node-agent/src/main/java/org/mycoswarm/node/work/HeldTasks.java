package org.mycoswarm.node.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.LeaseGrant;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.TaskSubmission;

/// All leases of this node: waiting for a worker, being worked on, or ended and not yet reported.
/// Any thread. Whoever waits for work ends when it is stopped; leases are kept beyond that.
final class HeldTasks {
  /// What the fetcher does next.
  record Turn(List<ResultReport> results, int want) {}

  /// One call must stay well below what a broker takes as one body.
  private static final int REPORTS_MAX = 64;

  private static final int NEXT_MAX = 5_000;
  private static final Duration RENEWAL_TIME_MAX = Duration.ofSeconds(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final int heldMax;

  private final Deque<HeldTask> waiting = new ArrayDeque<>();
  private final Map<String, HeldTask> running = new LinkedHashMap<>();

  /// Of a kind that no worker does: waiting, and being held. They take no room.
  private final Deque<HeldTask> stagesWaiting = new ArrayDeque<>();

  private final Map<String, HeldTask> stages = new LinkedHashMap<>();
  private final Deque<ResultReport> ended = new ArrayDeque<>();

  /// Reported, and the answer is not here yet.
  private final Map<String, ResultReport> reporting = new LinkedHashMap<>();

  /// Leases of all the above.
  private final Map<String, Hold> holds = new LinkedHashMap<>();

  private boolean parked;
  private boolean stopped;

  /// @param heldMax how many tasks wait or run at a time
  HeldTasks(int heldMax) {
    this.heldMax = heldMax;
  }

  void add(List<LeaseGrant> grants) {
    locked(
        () -> {
          for (LeaseGrant grant : grants) {
            HeldTask task = new HeldTask(grant);
            (grant.kind().equals(ShardForwardExecutor.KIND) ? stagesWaiting : waiting).add(task);
            holds.put(grant.lease(), new Hold(grant.leaseSeconds(), System.nanoTime()));
          }
        });
  }

  /// The next task for a worker; waits for one.
  ///
  /// @return empty when there will be none
  Optional<HeldTask> take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !stopped) {
        changed.await();
      }
      if (stopped) {
        return Optional.empty();
      }
      HeldTask task = waiting.remove();
      running.put(task.lease(), task);
      return Optional.of(task);
    } finally {
      lock.unlock();
    }
  }

  /// The next stage to be held; waits for one.
  ///
  /// @return empty when there will be none
  Optional<HeldTask> takeStage() throws InterruptedException {
    lock.lock();
    try {
      while (stagesWaiting.isEmpty() && !stopped) {
        changed.await();
      }
      if (stopped) {
        return Optional.empty();
      }
      HeldTask task = stagesWaiting.remove();
      stages.put(task.lease(), task);
      return Optional.of(task);
    } finally {
      lock.unlock();
    }
  }

  /// A worker is done with a task; without a report when nobody wants one.
  void end(HeldTask task, @Nullable ResultReport report) {
    locked(
        () -> {
          running.remove(task.lease());
          stages.remove(task.lease());
          if (report == null || task.dropped()) {
            holds.remove(task.lease());
          } else {
            ended.add(report);
          }
        });
  }

  /// Waits until there is something to report or room for more.
  ///
  /// @return empty when stopped. With no results in it the fetcher is taken to wait for work from
  ///     now on, until [#unpark]
  Optional<Turn> nextTurn() throws InterruptedException {
    lock.lock();
    try {
      while (ended.isEmpty() && room() <= 0 && !stopped) {
        changed.await();
      }
      if (stopped) {
        return Optional.empty();
      }
      Turn turn = new Turn(takeEnded(), Math.max(0, room()));
      parked = turn.results().isEmpty();
      return Optional.of(turn);
    } finally {
      lock.unlock();
    }
  }

  void unpark() {
    locked(() -> parked = false);
  }

  /// Waits until something ended while the fetcher waits for work.
  ///
  /// @return empty when stopped
  Optional<List<ResultReport>> endedMeanwhile() throws InterruptedException {
    lock.lock();
    try {
      while (!(parked && !ended.isEmpty()) && !stopped) {
        changed.await();
      }
      return stopped ? Optional.empty() : Optional.of(takeEnded());
    } finally {
      lock.unlock();
    }
  }

  /// The broker has answered these reports, one way or the other.
  void answered(List<ResultReport> reports) {
    locked(
        () -> {
          for (ResultReport report : reports) {
            reporting.remove(report.lease());
            holds.remove(report.lease());
          }
        });
  }

  /// The broker did not take the call; the reports have to be made again.
  void notTaken(List<ResultReport> reports) {
    locked(
        () -> {
          for (ResultReport report : reports) {
            reporting.remove(report.lease());
            ended.addFirst(report);
          }
        });
  }

  /// Forgets leases that somebody else may have by now.
  void drop(Collection<String> leases) {
    Set<String> lost = new HashSet<>(leases);
    locked(
        () -> {
          Stream.concat(running.values().stream(), stages.values().stream())
              .filter(task -> lost.contains(task.lease()))
              .forEach(HeldTask::drop);
          waiting.removeIf(task -> lost.contains(task.lease()));
          stagesWaiting.removeIf(task -> lost.contains(task.lease()));
          ended.removeIf(report -> lost.contains(report.lease()));
          // One that is being reported is answered in a moment, and that answer counts.
          holds.keySet().removeIf(lease -> lost.contains(lease) && !reporting.containsKey(lease));
        });
  }

  /// What no worker has begun is reported as released, so that others do it.
  void handBack() {
    locked(
        () -> {
          Stream.concat(waiting.stream(), stagesWaiting.stream())
              .forEach(task -> ended.add(Reports.released(task.lease())));
          waiting.clear();
          stagesWaiting.clear();
        });
  }

  /// The broker has renewed these leases.
  ///
  /// @param nanos when it was asked to: their time began then at the earliest
  void renewed(Collection<String> leases, long nanos) {
    locked(
        () ->
            leases.forEach(
                lease -> holds.computeIfPresent(lease, (_, hold) -> hold.renewed(nanos))));
  }

  /// Leases with less than a third of their time left, told once until they are renewed.
  List<Hold.Endangered> endangered(long nanos) {
    List<Hold.Endangered> endangered = new ArrayList<>();
    locked(
        () ->
            holds.replaceAll(
                (lease, hold) -> {
                  if (hold.warned() || !hold.endangered(nanos)) {
                    return hold;
                  }
                  endangered.add(new Hold.Endangered(lease, hold.left(nanos)));
                  return hold.withWarning();
                }));
    return endangered;
  }

  List<String> leases() {
    lock.lock();
    try {
      return List.copyOf(holds.keySet());
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the leases are due to be renewed: a third of the shortest lease time after the
  /// last time, or the heartbeat when that comes first. Also when stopped, because the workers may
  /// finish what they have; only an interrupt ends it.
  ///
  /// @param lastNanos when they were renewed last, in [System#nanoTime]
  void awaitDue(long lastNanos, Duration heartbeat) throws InterruptedException {
    lock.lock();
    try {
      for (long left = leftNanos(lastNanos, heartbeat);
          left > 0;
          left = leftNanos(lastNanos, heartbeat)) {
        changed.await(left, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private long leftNanos(long lastNanos, Duration heartbeat) {
    long period = Math.min(heartbeat.toNanos(), thirdOfShortestLease().toNanos());
    return lastNanos + period - System.nanoTime();
  }

  /// How long one renewal may take: when it fails there must be time for another.
  Duration renewalTime() {
    lock.lock();
    try {
      Duration third = thirdOfShortestLease();
      return third.compareTo(RENEWAL_TIME_MAX) < 0 ? third : RENEWAL_TIME_MAX;
    } finally {
      lock.unlock();
    }
  }

  private Duration thirdOfShortestLease() {
    int shortest = holds.values().stream().mapToInt(Hold::seconds).min().orElse(3_600);
    return Duration.ofSeconds(shortest).dividedBy(3);
  }

  /// No more tasks: those that no worker has yet are not begun. Stages have no end of their own to
  /// wait for; they are let go at once.
  void stop() {
    locked(
        () -> {
          stopped = true;
          stages.values().forEach(HeldTask::drop);
        });
  }

  /// Waits until no worker has a task any more. What they still have when the time is over is
  /// dropped.
  void awaitIdle(Duration within) throws InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    lock.lock();
    try {
      for (long left = end - System.nanoTime(); !running.isEmpty() && left > 0; ) {
        changed.await(left, TimeUnit.NANOSECONDS);
        left = end - System.nanoTime();
      }
      running.values().forEach(HeldTask::drop);
    } finally {
      lock.unlock();
    }
  }

  /// Everything that ended and was not reported, also what was being reported when the node
  /// stopped: to be reported now.
  List<ResultReport> takeUnreported() {
    lock.lock();
    try {
      ended.forEach(report -> reporting.put(report.lease(), report));
      ended.clear();
      return List.copyOf(reporting.values());
    } finally {
      lock.unlock();
    }
  }

  private int room() {
    return heldMax - waiting.size() - running.size();
  }

  private List<ResultReport> takeEnded() {
    List<ResultReport> taken = new ArrayList<>();
    int next = 0;
    while (!ended.isEmpty() && taken.size() < REPORTS_MAX && next < NEXT_MAX) {
      ResultReport report = ended.remove();
      List<TaskSubmission> asked = report.next();
      next += asked == null ? 0 : asked.size();
      reporting.put(report.lease(), report);
      taken.add(report);
    }
    return taken;
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
