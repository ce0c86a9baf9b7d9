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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogEntry;

/// What the durable log tells, read by rules of its own: the judge of the queue must not share its
/// mistakes.
final class History {
  private static final long FORGOTTEN_MILLIS = 3_000;

  /// Until when a lease runs, in virtual time.
  ///
  /// @param until it may not expire before
  /// @param latest it must have expired soon after
  private record Runs(long until, long latest) {
    static Runs from(long now) {
      return new Runs(now + Orders.LEASE.toMillis(), now + Orders.LEASE.toMillis());
    }

    /// Never more than the full time from now.
    Runs longer(long millis, long now) {
      return new Runs(Math.min(until + millis, from(now).until), latest).mayBeLonger(0, now);
    }

    Runs mayBeLonger(long millis, long now) {
      return new Runs(until, Math.max(until, Math.min(latest + millis, from(now).latest)));
    }
  }

  private final Map<JobId, Tale.OfJob> jobs = new LinkedHashMap<>();
  private final Map<NodeId, Tale.OfNode> nodes = new HashMap<>();
  private final Map<LeaseId, Runs> held = new HashMap<>();
  private final Set<String> keys = new HashSet<>();
  private final LeaseRules rules;
  private final Shares shares;
  private Instant at = Instant.EPOCH;
  private int openJobs;

  History(Limits limits) {
    rules = new LeaseRules(jobs, nodes, limits);
    shares = new Shares(jobs.values(), limits.ageingStep());
  }

  /// @param now virtual time at which the entry became durable
  void tell(LogEntry entry, long now) {
    if (entry.at().isBefore(at)) {
      throw new Violation(
          TIME_IN_THE_LOG_GOES_FORWARD,
          "entry %s is of %s, after %s".formatted(entry.position(), entry.at(), at));
    }
    at = entry.at();
    for (Event event : entry.events()) {
      tell(event, entry, now);
      shares.observe(at);
    }
  }

  boolean knows(JobId job) {
    return jobs.containsKey(job);
  }

  List<JobId> jobs() {
    return List.copyOf(jobs.keySet());
  }

  Collection<NodeId> nodes() {
    return nodes.keySet();
  }

  boolean holds(LeaseId lease) {
    return held.containsKey(lease);
  }

  boolean wasLeased(LeaseId lease) {
    return knows(lease.task()) && task(lease.task()).attempts >= lease.attempt();
  }

  /// When the newest lease of its task became durable, in virtual time.
  long leasedAt(LeaseId lease) {
    return knows(lease.task()) ? task(lease.task()).leasedAt : Long.MAX_VALUE;
  }

  int openJobs() {
    return openJobs;
  }

  Stream<String> openTales() {
    return jobs.values().stream()
        .filter(job -> !job.ended)
        .map(job -> "job %s with %d open tasks".formatted(job.id, job.open()));
  }

  /// Every held lease runs for its full time from now on.
  void renewAll(long now) {
    held.replaceAll((_, _) -> Runs.from(now));
  }

  /// Time in which the broker could hear nobody does not count.
  void pause(long millis, long now) {
    held.replaceAll((_, runs) -> runs.longer(millis, now));
  }

  /// The broker may have noticed that it stood still, and let leases run on.
  void mayRunLonger(long millis, long now) {
    held.replaceAll((_, runs) -> runs.mayBeLonger(millis, now));
  }

  void renew(LeaseId lease, long now) {
    held.replace(lease, Runs.from(now));
  }

  /// @param heardSince since when the broker hears its nodes
  void expectNoneForgotten(long now, long heardSince) {
    held.forEach(
        (lease, runs) -> {
          if (now > Math.max(runs.latest(), heardSince) + FORGOTTEN_MILLIS) {
            throw new Violation(
                A_SILENT_NODE_LOSES_ITS_LEASE,
                "lease %s was over at %d ms, and still holds at %d ms"
                    .formatted(lease, runs.latest(), now));
          }
        });
  }

  private void tell(Event event, LogEntry entry, long now) {
    switch (event) {
      case Event.JobSubmitted e -> submitted(e);
      case Event.TasksAdded e -> added(job(e.job()), e.first(), e.tasks());
      case Event.TaskLeased e -> leased(e, entry, now);
      case Event.LeaseEnding e -> leaseEnded(e, now);
      case Event.TaskSucceeded e -> succeeded(e, entry);
      case Event.TaskBuried e -> ended(open(e.task(), e), Tale.End.BURIED);
      case Event.TasksRevived e -> revived(e);
      case Event.JobEnding e -> jobEnded(e);
      case Event.JobPaused e -> job(e.job()).paused = true;
      case Event.JobResumed e -> job(e.job()).paused = false;
      case Event.NodeRegistered e ->
          nodes.computeIfAbsent(e.node(), _ -> new Tale.OfNode(e.profile())).profile = e.profile();
      case Event.NodeModeChanged e -> rules.node(e.node()).mode = e.mode();
      case Event.ThrottleSet e -> rules.throttle(e.scope(), e.throttle());
      case Event.LateReport e -> late(e);
      case Event.BrokerStarted _, Event.JobForgotten _, Event.KindPolicySet _ -> {}
      case Event.RecordPut _, Event.RecordRemoved _ -> {}
    }
  }

  private void submitted(Event.JobSubmitted e) {
    Tale.OfJob job = new Tale.OfJob(e.job(), e.spec());
    if (jobs.put(e.job(), job) != null) {
      throw new Violation(THE_LOG_TELLS_ONE_STORY, "job %s is submitted twice".formatted(e.job()));
    }
    // The name, because a key that was left out on the way would not be seen here.
    if (!keys.add(e.spec().name())) {
      throw new Violation(
          ONE_JOB_FOR_ONE_KEY, "job %s is the second of '%s'".formatted(e.job(), e.spec().name()));
    }
    openJobs++;
    added(job, 0, e.tasks());
  }

  private void added(Tale.OfJob job, int first, List<TaskSpec> specs) {
    if (job.tasks.size() != first || job.ended) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY,
          "tasks from %d on join job %s of %d tasks".formatted(first, job.id, job.tasks.size()));
    }
    specs.forEach(
        spec -> job.tasks.add(new Tale.OfTask(new TaskId(job.id, job.tasks.size()), spec, at)));
    job.unblock();
  }

  private void leased(Event.TaskLeased e, LogEntry entry, long now) {
    Tale.OfTask task = open(e.lease().task(), e);
    if (task.held != null || e.lease().attempt() != task.attempts + 1) {
      throw new Violation(
          ONE_LEASE_OF_A_TASK_AT_A_TIME,
          "%s follows attempt %d, held as %s".formatted(e, task.attempts, task.held));
    }
    rules.check(e, task, at);
    // Only the first of an entry is free: what an ask has room for depends on what it got before.
    boolean first = entry.events().getFirst().equals(e);
    shares.lease(
        job(task.id.job()),
        task,
        at,
        new Shares.Instead(
            other -> first && !rules.isPaced(other) && rules.fits(e.node(), other),
            other -> first && !rules.isPaced(other) && rules.fitsInTime(e.node(), other)));
    task.attempts++;
    task.leasedAt = now;
    task.held = e.lease();
    task.holder = e.node();
    held.put(e.lease(), Runs.from(now));
  }

  private void leaseEnded(Event.LeaseEnding e, long now) {
    Tale.OfTask task = held(e.lease(), e);
    Runs runs = held.remove(e.lease());
    if (e instanceof Event.LeaseExpired && runs != null && now < runs.until()) {
      throw new Violation(
          A_LEASE_RUNS_ITS_FULL_TIME,
          "lease %s of node %s was to run until %d ms, and expired at %d ms"
              .formatted(e.lease(), task.holder, runs.until(), now));
    }
    task.held = null;
    task.notBefore =
        switch (e) {
          case Event.LeaseExpired expired -> expired.retryAt();
          case Event.AttemptFailed failed -> failed.retryAt();
          case Event.LeaseReleased _ -> null;
        };
  }

  private void succeeded(Event.TaskSucceeded e, LogEntry entry) {
    if (knows(e.lease().task()) && task(e.lease().task()).end == Tale.End.SUCCEEDED) {
      throw new Violation(ONE_RESULT_FOR_A_TASK, "%s is the second one".formatted(e));
    }
    Tale.OfTask task = held(e.lease(), e);
    NodeId holder = task.holder;
    if (holder == null || !isOf(e, holder, next(entry))) {
      boolean torn = holder != null && Stream.of(0, 1, 2, 3).anyMatch(n -> isOf(e, holder, n));
      throw new Violation(
          torn ? AN_ENTRY_IS_WHOLE : A_RESULT_IS_OF_THE_LEASE_IT_IS_LOGGED_FOR,
          "%s, held by %s, with %d tasks".formatted(e, holder, next(entry)));
    }
    ended(task, Tale.End.SUCCEEDED);
  }

  private static boolean isOf(Event.TaskSucceeded e, NodeId holder, int next) {
    return e.result().detail().equals(Orders.detail(holder, e.lease(), next));
  }

  private static int next(LogEntry entry) {
    return entry.events().stream()
        .mapToInt(event -> event instanceof Event.TasksAdded e ? e.tasks().size() : 0)
        .sum();
  }

  private void ended(Tale.OfTask task, Tale.End how) {
    task.end = how;
    if (task.held != null) {
      held.remove(task.held);
      task.held = null;
    }
    job(task.id.job()).unblock();
  }

  private void revived(Event.TasksRevived e) {
    Tale.OfJob job = job(e.job());
    if (job.ended) {
      job.ended = false;
      openJobs++;
    }
    for (int number : e.numbers()) {
      Tale.OfTask task = job.tasks.get(number);
      if (task.held != null || task.end == Tale.End.SUCCEEDED) {
        throw new Violation(
            THE_LOG_TELLS_ONE_STORY, "%s, but %s is %s".formatted(e, task.id, task.end));
      }
      task.end = Tale.End.NONE;
      task.notBefore = null;
      task.deadline = null;
      task.othersEnded = false;
    }
    job.unblock();
  }

  private void jobEnded(Event.JobEnding e) {
    Tale.OfJob job = job(e.job());
    boolean early = e instanceof Event.JobFinished && job.open() > 0;
    if (job.ended || early) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY,
          "%s with %d open tasks, ended before: %s".formatted(e, job.open(), job.ended));
    }
    job.ended = true;
    openJobs--;
    List<Tale.OfTask> open =
        new ArrayList<>(job.tasks.stream().filter(task -> task.end == Tale.End.NONE).toList());
    open.forEach(task -> ended(task, Tale.End.WITH_ITS_JOB));
  }

  private void late(Event.LateReport e) {
    if (holds(e.lease())) {
      throw new Violation(THE_LOG_TELLS_ONE_STORY, "%s, but the lease is held".formatted(e));
    }
  }

  private Tale.OfJob job(JobId id) {
    Tale.OfJob job = jobs.get(id);
    if (job == null) {
      throw new Violation(THE_LOG_TELLS_ONE_STORY, "job %s was never submitted".formatted(id));
    }
    return job;
  }

  private boolean knows(TaskId id) {
    return knows(id.job()) && id.number() < job(id.job()).tasks.size();
  }

  private Tale.OfTask task(TaskId id) {
    return job(id.job()).tasks.get(id.number());
  }

  private Tale.OfTask open(TaskId id, Object event) {
    if (!knows(id) || task(id).end != Tale.End.NONE) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY, "%s, but the task has ended or never was".formatted(event));
    }
    return task(id);
  }

  private Tale.OfTask held(LeaseId lease, Object event) {
    Tale.OfTask task = open(lease.task(), event);
    if (!lease.equals(task.held)) {
      throw new Violation(
          THE_LOG_TELLS_ONE_STORY,
          "%s, but the lease that is held is %s".formatted(event, task.held));
    }
    return task;
  }
}
