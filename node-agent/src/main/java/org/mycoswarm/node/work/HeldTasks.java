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
  private final Deque<ResultReport> ended = new ArrayDeque<>();

  /// Reported, and the answer is not here yet.
  private final Map<String, ResultReport> reporting = new LinkedHashMap<>();

  /// Lease times of all the above, in seconds.
  private final Map<String, Integer> leaseSeconds = new LinkedHashMap<>();

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
            waiting.add(new HeldTask(grant));
            leaseSeconds.put(grant.lease(), grant.leaseSeconds());
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

  /// A worker is done with a task; without a report when nobody wants one.
  void end(HeldTask task, @Nullable ResultReport report) {
    locked(
        () -> {
          running.remove(task.lease());
          if (report == null || task.dropped()) {
            leaseSeconds.remove(task.lease());
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
            leaseSeconds.remove(report.lease());
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
          running.values().stream()
              .filter(task -> lost.contains(task.lease()))
              .forEach(HeldTask::drop);
          waiting.removeIf(task -> lost.contains(task.lease()));
          ended.removeIf(report -> lost.contains(report.lease()));
          // One that is being reported is answered in a moment, and that answer counts.
          leaseSeconds
              .keySet()
              .removeIf(lease -> lost.contains(lease) && !reporting.containsKey(lease));
        });
  }

  List<String> leases() {
    lock.lock();
    try {
      return List.copyOf(leaseSeconds.keySet());
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
    int shortest = leaseSeconds.values().stream().mapToInt(Integer::intValue).min().orElse(3_600);
    return Duration.ofSeconds(shortest).dividedBy(3);
  }

  /// No more tasks; those that no worker has yet are to be handed back. Called again, it gives what
  /// came in since: an answer that was on its way brings leases too.
  ///
  /// @return their leases
  List<String> stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
      List<String> unworked = waiting.stream().map(HeldTask::lease).toList();
      waiting.clear();
      return unworked;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until no worker has a task any more.
  ///
  /// @return the leases of those that still have one when the time is over; they are dropped
  List<String> awaitIdle(Duration within) throws InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    lock.lock();
    try {
      for (long left = end - System.nanoTime(); !running.isEmpty() && left > 0; ) {
        changed.await(left, TimeUnit.NANOSECONDS);
        left = end - System.nanoTime();
      }
      running.values().forEach(HeldTask::drop);
      return List.copyOf(running.keySet());
    } finally {
      lock.unlock();
    }
  }

  /// Everything that ended and was not reported, also what was being reported when the node
  /// stopped.
  List<ResultReport> unreported() {
    lock.lock();
    try {
      List<ResultReport> reports = new ArrayList<>(reporting.values());
      reports.addAll(ended);
      return reports;
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
