package org.mycoswarm.queue.simulation;

import static org.mycoswarm.queue.simulation.Violation.Promise.AN_ENTRY_IS_WHOLE;
import static org.mycoswarm.queue.simulation.Violation.Promise.A_LEASE_RUNS_ITS_FULL_TIME;
import static org.mycoswarm.queue.simulation.Violation.Promise.A_RESULT_IS_OF_THE_LEASE_IT_IS_LOGGED_FOR;
import static org.mycoswarm.queue.simulation.Violation.Promise.A_SILENT_NODE_LOSES_ITS_LEASE;
import static org.mycoswarm.queue.simulation.Violation.Promise.ONE_JOB_FOR_ONE_KEY;
import static org.mycoswarm.queue.simulation.Violation.Promise.ONE_LEASE_OF_A_TASK_AT_A_TIME;
import static org.mycoswarm.queue.simulation.Violation.Promise.ONE_RESULT_FOR_A_TASK;
import static org.mycoswarm.queue.simulation.Violation.Promise.THE_LOG_TELLS_ONE_STORY;
import static org.mycoswarm.queue.simulation.Violation.Promise.TIME_IN_THE_LOG_GOES_FORWARD;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.log.LogEntry;

/// What the durable log tells, read by rules of its own: the judge of the queue must not share its
/// mistakes.
final class History {
  private static final long FORGOTTEN_MILLIS = 3_000;

  private static final class JobTale {
    int tasks;
    int open;
    boolean ended;
  }

  private static final class TaskTale {
    int attempts;
    long leasedAt;
    @Nullable LeaseId held;
    @Nullable NodeId holder;
    boolean ended;
    boolean succeeded;
  }

  private final Map<JobId, JobTale> jobs = new HashMap<>();
  private final Map<TaskId, TaskTale> tasks = new HashMap<>();
  private final Map<LeaseId, Long> runsUntil = new HashMap<>();
  private final Set<String> keys = new HashSet<>();
  private Instant at = Instant.EPOCH;
  private int openJobs;

  /// @param now virtual time at which the entry became durable
  void tell(LogEntry entry, long now) {
    if (entry.at().isBefore(at)) {
      throw new Violation(
          TIME_IN_THE_LOG_GOES_FORWARD,
          "entry %s is of %s, after %s".formatted(entry, entry.at(), at));
    }
    at = entry.at();
    for (Event event : entry.events()) {
      tell(event, entry, now);
    }
  }

  boolean knows(JobId job) {
    return jobs.containsKey(job);
  }

  boolean holds(LeaseId lease) {
    return runsUntil.containsKey(lease);
  }

  boolean wasLeased(LeaseId lease) {
    TaskTale task = tasks.get(lease.task());
    return task != null && task.attempts >= lease.attempt();
  }

  /// When the newest lease of its task became durable, in virtual time.
  long leasedAt(LeaseId lease) {
    TaskTale task = tasks.get(lease.task());
    return task == null ? Long.MAX_VALUE : task.leasedAt;
  }

  int openJobs() {
    return openJobs;
  }

  int tasks() {
    return tasks.size();
  }

  Stream<String> openTales() {
    return jobs.entrySet().stream()
        .filter(job -> !job.getValue().ended)
        .map(job -> "job %s with %d open tasks".formatted(job.getKey(), job.getValue().open));
  }

  /// Every held lease runs for its full time from now on.
  void renewAll(long now) {
    runsUntil.replaceAll((_, _) -> now + Orders.LEASE.toMillis());
  }

  /// Time in which the broker could hear nobody does not count.
  void pause(long millis) {
    runsUntil.replaceAll((_, until) -> until + millis);
  }

  void renew(LeaseId lease, long now) {
    runsUntil.replace(lease, now + Orders.LEASE.toMillis());
  }

  /// @param heardSince since when the broker hears its nodes
  void expectNoneForgotten(long now, long heardSince) {
    runsUntil.forEach(
        (lease, until) -> {
          if (now > Math.max(until, heardSince) + FORGOTTEN_MILLIS) {
            throw new Violation(
                A_SILENT_NODE_LOSES_ITS_LEASE,
                "lease %s was over at %d ms, and still holds at %d ms"
                    .formatted(lease, until, now));
          }
        });
  }

  private void tell(Event event, LogEntry entry, long now) {
    switch (event) {
      case Event.JobSubmitted e -> submitted(e);
      case Event.TasksAdded e -> added(e.job(), e.first(), e.tasks().size());
      case Event.TaskLeased e -> leased(e, now);
      case Event.LeaseEnding e -> leaseEnded(e, now);
      case Event.TaskSucceeded e -> succeeded(e, entry);
      case Event.TaskBuried e -> ended(e.task());
      case Event.JobCancelled e -> jobEnded(e.job(), false);
      case Event.JobFailed e -> jobEnded(e.job(), false);
      case Event.JobFinished e -> jobEnded(e.job(), true);
      case Event.BrokerStarted _,
          Event.NodeRegistered _,
          Event.NodeModeChanged _,
          Event.TasksRevived _,
          Event.LateReport _,
          Event.JobPaused _,
          Event.JobResumed _,
          Event.JobForgotten _,
          Event.ThrottleSet _,
          Event.KindPolicySet _ -> {}
    }
  }

  private void submitted(Event.JobSubmitted e) {
    if (jobs.put(e.job(), new JobTale()) != null) {
      throw new Violation(THE_LOG_TELLS_ONE_STORY, "job %s is submitted twice".formatted(e.job()));
    }
    // The name, because a key that was left out on the way would not be seen here.
    if (!keys.add(e.spec().name())) {
      throw new Violation(
          ONE_JOB_FOR_ONE_KEY, "job %s is the second '%s'".formatted(e.job(), e.spec().name()));
    }
    openJobs++;
    added(e.job(), 0, e.tasks().size());
  }

  private void added(JobId id, int first, int count) {
    JobTale job = job(id);
    if (job.tasks != first) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY,
          "tasks from %d on join job %s of %d tasks".formatted(first, id, job.tasks));
    }
    for (int i = 0; i < count; i++) {
      tasks.put(new TaskId(id, first + i), new TaskTale());
    }
    job.tasks += count;
    job.open += count;
  }

  private void leased(Event.TaskLeased e, long now) {
    TaskTale task = open(e.lease().task(), e);
    if (task.held != null || e.lease().attempt() != task.attempts + 1) {
      throw new Violation(
          ONE_LEASE_OF_A_TASK_AT_A_TIME,
          "%s follows attempt %d, held as %s".formatted(e, task.attempts, task.held));
    }
    task.attempts++;
    task.leasedAt = now;
    task.held = e.lease();
    task.holder = e.node();
    runsUntil.put(e.lease(), now + Orders.LEASE.toMillis());
  }

  private void leaseEnded(Event.LeaseEnding e, long now) {
    TaskTale task = held(e.lease(), e);
    Long until = runsUntil.remove(e.lease());
    if (e instanceof Event.LeaseExpired && until != null && now < until) {
      throw new Violation(
          A_LEASE_RUNS_ITS_FULL_TIME,
          "lease %s of node %s was to run until %d ms, and expired at %d ms"
              .formatted(e.lease(), task.holder, until, now));
    }
    task.held = null;
  }

  private void succeeded(Event.TaskSucceeded e, LogEntry entry) {
    TaskTale task = tasks.get(e.lease().task());
    if (task != null && task.succeeded) {
      throw new Violation(ONE_RESULT_FOR_A_TASK, "%s is the second one".formatted(e));
    }
    TaskTale held = held(e.lease(), e);
    NodeId holder = held.holder;
    int next = next(entry);
    for (int i = 0; i < 5 && holder != null; i++) {
      if (e.result().detail().equals(Orders.detail(holder, e.lease(), i)) && i != next) {
        throw new Violation(AN_ENTRY_IS_WHOLE, "%s came with %d tasks".formatted(e, next));
      }
    }
    if (holder == null || !e.result().detail().equals(Orders.detail(holder, e.lease(), next))) {
      throw new Violation(
          A_RESULT_IS_OF_THE_LEASE_IT_IS_LOGGED_FOR, "%s, held by %s".formatted(e, holder));
    }
    held.succeeded = true;
    ended(e.lease().task());
  }

  private static int next(LogEntry entry) {
    return entry.events().stream()
        .mapToInt(event -> event instanceof Event.TasksAdded e ? e.tasks().size() : 0)
        .sum();
  }

  private void ended(TaskId id) {
    TaskTale task = open(id, id);
    task.ended = true;
    if (task.held != null) {
      runsUntil.remove(task.held);
    }
    job(id.job()).open--;
  }

  private void jobEnded(JobId id, boolean byItself) {
    JobTale job = job(id);
    if (job.ended || (byItself && job.open != 0)) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY,
          "job %s ends with %d open tasks, ended before: %s".formatted(id, job.open, job.ended));
    }
    job.ended = true;
    openJobs--;
    for (int i = 0; i < job.tasks; i++) {
      TaskTale task = tasks.get(new TaskId(id, i));
      if (task != null && !task.ended) {
        ended(new TaskId(id, i));
      }
    }
  }

  private JobTale job(JobId id) {
    JobTale job = jobs.get(id);
    if (job == null) {
      throw new Violation(THE_LOG_TELLS_ONE_STORY, "job %s was never submitted".formatted(id));
    }
    return job;
  }

  private TaskTale open(TaskId id, Object event) {
    TaskTale task = tasks.get(id);
    if (task == null || task.ended) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY, "%s, but the task has ended or never was".formatted(event));
    }
    return task;
  }

  private TaskTale held(LeaseId lease, Object event) {
    TaskTale task = open(lease.task(), event);
    if (!lease.equals(task.held)) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY,
          "%s, but the lease that is held is %s".formatted(event, task.held));
    }
    return task;
  }
}
