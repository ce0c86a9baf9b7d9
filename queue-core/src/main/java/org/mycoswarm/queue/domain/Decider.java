package org.mycoswarm.queue.domain;

import static org.mycoswarm.queue.domain.Decision.accept;
import static org.mycoswarm.queue.domain.Decision.reject;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.ForgetJobs;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.LeaveNode;
import org.mycoswarm.queue.domain.Command.PassTime;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.Command.PutRecord;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ReleaseLease;
import org.mycoswarm.queue.domain.Command.RemoveRecord;
import org.mycoswarm.queue.domain.Command.ResumeJob;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Command.SetKindPolicy;
import org.mycoswarm.queue.domain.Command.SetNodeMode;
import org.mycoswarm.queue.domain.Command.SetThrottle;
import org.mycoswarm.queue.domain.Command.StartBroker;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.Decision.Accepted;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.BrokerStarted;
import org.mycoswarm.queue.domain.Event.JobCancelled;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobForgotten;
import org.mycoswarm.queue.domain.Event.JobPaused;
import org.mycoswarm.queue.domain.Event.JobResumed;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.Event.KindPolicySet;
import org.mycoswarm.queue.domain.Event.LateReport;
import org.mycoswarm.queue.domain.Event.LeaseExpired;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Event.NodeModeChanged;
import org.mycoswarm.queue.domain.Event.NodeRegistered;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;
import org.mycoswarm.queue.domain.Event.TasksRevived;
import org.mycoswarm.queue.domain.Event.ThrottleSet;
import org.mycoswarm.queue.domain.Rejection.JobExists;
import org.mycoswarm.queue.domain.Rejection.JobNotRunning;
import org.mycoswarm.queue.domain.Rejection.KeyReused;
import org.mycoswarm.queue.domain.Rejection.LeaseNotHeld;
import org.mycoswarm.queue.domain.Rejection.NodeUnknown;
import org.mycoswarm.queue.domain.Rejection.NothingKnown;

/// The rules of the queue. Pure: the same view, command and time always give the same decision.
public final class Decider {
  /// Deadlines that one command ends; an entry of the log must stay small.
  private static final int MISSED_MAX = 1_000;

  /// One burial may take thousands with it; past so many events no other is begun.
  private static final int EVENTS_MAX = 5_000;

  private final Limits limits;
  private final SubmissionCheck check;
  private final RecordRules records;

  public Decider(Limits limits) {
    this.limits = limits;
    this.check = new SubmissionCheck(limits);
    this.records = new RecordRules(limits.records());
  }

  /// @param queue knows of the time `now`
  public Decision decide(QueueView queue, Command command, Instant now) {
    return switch (command) {
      case StartBroker c -> accept(new BrokerStarted(c.incarnation(), c.version()));
      case RegisterNode c -> register(queue, c);
      case SetNodeMode c -> mode(queue, c);
      case LeaveNode c -> leave(queue, c);
      case SubmitJob c -> submit(queue, c);
      case LeaseTasks c -> lease(queue, c, now);
      case CompleteTask c -> complete(queue, c);
      case FailAttempt c -> fail(queue, c, now);
      case ReleaseLease c -> release(queue, c);
      case ExpireLeases c -> expire(queue, c, now);
      case PassTime _ -> miss(queue, now);
      case CancelJob c -> running(queue, c.job(), new JobCancelled(c.job()));
      case PauseJob c -> pause(queue, c.job(), true);
      case ResumeJob c -> pause(queue, c.job(), false);
      case ReviveTasks c -> revive(queue, c);
      case SetThrottle c ->
          queue.throttle(c.scope()).equals(c.throttle())
              ? accept()
              : accept(new ThrottleSet(c.scope(), c.throttle()));
      case SetKindPolicy c ->
          queue.policy(c.kind()).filter(c.policy()::equals).isPresent()
              ? accept()
              : accept(new KindPolicySet(c.kind(), c.policy()));
      case ForgetJobs c -> forget(queue, c);
      case PutRecord c -> records.put(queue, c);
      case RemoveRecord c -> records.remove(queue, c);
    };
  }

  private static Decision register(QueueView queue, RegisterNode c) {
    boolean unchanged =
        queue.node(c.node()).filter(node -> node.profile().equals(c.profile())).isPresent();
    return unchanged ? accept() : accept(new NodeRegistered(c.node(), c.profile()));
  }

  private static Decision mode(QueueView queue, SetNodeMode c) {
    return queue
        .node(c.node())
        .map(
            node ->
                node.mode() == c.mode()
                    ? accept()
                    : accept(new NodeModeChanged(c.node(), c.mode())))
        .orElseGet(() -> reject(new NodeUnknown(c.node())));
  }

  private static Decision leave(QueueView queue, LeaveNode c) {
    if (queue.node(c.node()).isEmpty()) {
      return reject(new NodeUnknown(c.node()));
    }
    return new Accepted(
        queue.leasesOf(c.node()).map(Task.Leased::lease).<Event>map(LeaseReleased::new).toList());
  }

  private Decision submit(QueueView queue, SubmitJob c) {
    JobSpec.IdempotencyKey key = c.spec().key();
    if (key != null) {
      Optional<QueueView.KeyedJob> before = queue.keyed(key.value());
      if (before.isPresent()) {
        JobId job = before.get().job();
        return before.get().fingerprint().equals(key.fingerprint())
            ? new Decision.Repeated(job)
            : reject(new KeyReused(key.value(), job));
      }
    }
    // Also when it has ended: a node that still has a lease of it must not report for the new one.
    if (queue.leasable(c.job()).isPresent()) {
      return reject(new JobExists(c.job()));
    }
    Optional<Rejection> over = check.submission(queue, c);
    if (over.isPresent()) {
      return reject(over.get());
    }
    Event submitted = new JobSubmitted(c.job(), c.spec(), c.tasks());
    return c.tasks().isEmpty()
        ? accept(submitted, new JobFinished(c.job(), JobOutcome.SUCCEEDED))
        : accept(submitted);
  }

  private Decision lease(QueueView queue, LeaseTasks c, Instant now) {
    for (Ask ask : c.asks()) {
      if (queue.node(ask.node()).isEmpty()) {
        return reject(new NodeUnknown(ask.node()));
      }
    }
    Matchmaker.Matches found = Matchmaker.match(queue, c.asks(), limits, now);
    List<Event> leased =
        found.all().stream()
            .<Event>map(match -> new TaskLeased(nextLease(match.task()), match.node()))
            .toList();
    return new Accepted(leased, found.heldBack());
  }

  private Decision complete(QueueView queue, CompleteTask c) {
    Optional<Decision> refusal = notHeld(queue, c.lease());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Optional<Rejection> over = check.result(queue, c.result().detail(), c.next());
    if (over.isPresent()) {
      return reject(over.get());
    }
    Task task = queue.task(c.lease().task()).orElseThrow();
    List<Event> events = new ArrayList<>(3);
    Ends ends = new Ends(queue, limits, events);
    if (!c.next().isEmpty()) {
      // Before the success: tasks that wait for all others wait for these too.
      Job job = ends.job(task.id().job());
      List<TaskSpec> children =
          c.next().stream().map(spec -> child(spec, task.id().number(), job.tasks())).toList();
      events.add(new TasksAdded(job.id(), job.tasks(), children));
    }
    events.add(new TaskSucceeded(c.lease(), c.result()));
    ends.succeeded(task);
    if (c.next().isEmpty()) {
      ends.finishIfDone(ends.job(task.id().job()));
    }
    return new Accepted(events);
  }

  /// What a result asks for is numbered within itself; in the job it is numbered on.
  private static TaskSpec child(TaskSpec spec, int parent, int first) {
    TaskSpec.Start start = spec.start();
    List<Integer> after = start.after().stream().map(number -> number + first).toList();
    return new TaskSpec(
        spec.terms(),
        spec.label(),
        parent,
        spec.payload(),
        spec.blobs(),
        new TaskSpec.Start(start.notBefore(), after, start.last()));
  }

  private Decision fail(QueueView queue, FailAttempt c, Instant now) {
    Optional<Decision> refusal = notHeld(queue, c.lease());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Task task = queue.task(c.lease().task()).orElseThrow();
    List<Event> events = new ArrayList<>(3);
    events.add(new AttemptFailed(c.lease(), c.reason(), now.plus(delay(task))));
    if (!c.retryable() || lastAttempt(task)) {
      new Ends(queue, limits, events).bury(task, c.reason());
    }
    return new Accepted(events);
  }

  private static Decision release(QueueView queue, ReleaseLease c) {
    return notHeld(queue, c.lease()).orElseGet(() -> accept(new LeaseReleased(c.lease())));
  }

  private Decision expire(QueueView queue, ExpireLeases c, Instant now) {
    List<Event> events = new ArrayList<>();
    Ends ends = new Ends(queue, limits, events);
    for (LeaseId lease : new LinkedHashSet<>(c.due())) {
      if (events.size() > EVENTS_MAX) {
        break; // what is left has its turn when the command is decided on again
      }
      if (found(queue, lease) != null || ends.has(lease.task())) {
        continue;
      }
      Task task = queue.task(lease.task()).orElseThrow();
      // At once: the node fell silent, which says nothing about the task.
      events.add(new LeaseExpired(lease, now));
      if (lastAttempt(task)) {
        ends.bury(
            task,
            "its node was not heard of for %s, and that was the last of %d attempts"
                .formatted(seconds(task.terms().leaseTime()), task.terms().retry().attemptsMax()));
      }
    }
    return new Accepted(events);
  }

  private Decision miss(QueueView queue, Instant now) {
    List<Event> events = new ArrayList<>();
    Ends ends = new Ends(queue, limits, events);
    for (QueueView.Missed missed : queue.missed(now).limit(MISSED_MAX).toList()) {
      if (events.size() > EVENTS_MAX) {
        break; // what is left has its turn next
      }
      TaskId task = missed.task();
      if (task == null) {
        Job job = ends.job(missed.job());
        ends.fail(
            job.id(),
            "its deadline passed when %d of its %d tasks were open"
                .formatted(job.open(), job.tasks()));
      } else {
        ends.bury(queue.task(task).orElseThrow(), "its deadline passed");
      }
    }
    return new Accepted(events);
  }

  private static Decision pause(QueueView queue, JobId id, boolean pause) {
    return queue
        .job(id)
        .map(
            job ->
                job.paused() == pause
                    ? accept()
                    : accept(pause ? new JobPaused(id) : new JobResumed(id)))
        .orElseGet(() -> reject(new JobNotRunning(id)));
  }

  private static Decision revive(QueueView queue, ReviveTasks c) {
    if (queue.known(c.job()).isEmpty()) {
      return reject(new NothingKnown(c.job()));
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    for (int number : c.numbers()) {
      addRevivable(queue, new TaskId(c.job(), number), numbers);
    }
    return numbers.isEmpty() ? accept() : accept(new TasksRevived(c.job(), List.copyOf(numbers)));
  }

  /// A task that comes after buried ones can run only when they do.
  private static void addRevivable(QueueView queue, TaskId id, Set<Integer> numbers) {
    if (queue.task(id).orElse(null) instanceof Task.Waiting) {
      numbers.add(id.number());
      return;
    }
    ArrayDeque<Integer> next = new ArrayDeque<>(List.of(id.number()));
    while (!next.isEmpty()) {
      int number = next.removeLast();
      Task task = queue.task(new TaskId(id.job(), number)).orElse(null);
      if (task instanceof Task.Buried && numbers.add(number)) {
        next.addAll(queue.spec(task).start().after());
      }
    }
  }

  private static Decision forget(QueueView queue, ForgetJobs c) {
    return new Accepted(
        c.jobs().stream()
            .filter(job -> queue.job(job).isEmpty())
            .<Event>map(JobForgotten::new)
            .toList());
  }

  private static Decision running(QueueView queue, JobId job, Event then) {
    return queue.job(job).isPresent() ? accept(then) : reject(new JobNotRunning(job));
  }

  private static LeaseId nextLease(Task task) {
    return new LeaseId(task.id(), task.attempt() + 1);
  }

  private static boolean lastAttempt(Task task) {
    return task.failures() + 1 >= task.terms().retry().attemptsMax();
  }

  private static Duration delay(Task task) {
    return task.terms().retry().delay(new LeaseId(task.id(), task.attempt()), task.failures() + 1);
  }

  /// The refusal of a report whose lease gives no right to the task any more, if it does not.
  private static Optional<Decision> notHeld(QueueView queue, LeaseId lease) {
    String found = found(queue, lease);
    if (found == null) {
      return Optional.empty();
    }
    List<Event> late = wasGranted(queue, lease) ? List.of(new LateReport(lease, found)) : List.of();
    return Optional.of(new Decision.Rejected(new LeaseNotHeld(lease, found), late));
  }

  /// What is found instead of the lease, or null when it is held.
  private static @Nullable String found(QueueView queue, LeaseId lease) {
    return switch (queue.task(lease.task()).orElse(null)) {
      case Task.Leased task when task.attempt() == lease.attempt() -> null;
      case Task.Leased task -> "attempt %d is, by node '%s'".formatted(task.attempt(), task.node());
      case Task.Ready _, Task.Waiting _, Task.Blocked _ ->
          "that lease has ended and the task waits for another";
      case Task.Buried _ -> "the task has ended";
      case null -> {
        Optional<Job> job = queue.known(lease.task().job());
        boolean ended = job.isPresent() && lease.task().number() < job.get().tasks();
        yield ended ? "the task has ended" : "its job has ended or never was";
      }
    };
  }

  /// Whether the lease can have been given out: late reports are kept, nonsense is not.
  private static boolean wasGranted(QueueView queue, LeaseId lease) {
    Optional<Task> task = queue.task(lease.task());
    if (task.isPresent()) {
      return lease.attempt() <= task.get().attempt();
    }
    return queue
        .leasable(lease.task().job())
        .filter(job -> lease.task().number() < job.tasks() && lease.attempt() <= job.attempts())
        .isPresent();
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
