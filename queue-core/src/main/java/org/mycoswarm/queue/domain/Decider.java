package org.mycoswarm.queue.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.mycoswarm.queue.domain.Decision.accept;
import static org.mycoswarm.queue.domain.Decision.reject;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ReleaseLease;
import org.mycoswarm.queue.domain.Command.StartBroker;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.Decision.Accepted;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.BrokerStarted;
import org.mycoswarm.queue.domain.Event.JobCancelled;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.Event.LeaseExpired;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Event.NodeRegistered;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;
import org.mycoswarm.queue.domain.Rejection.JobExists;
import org.mycoswarm.queue.domain.Rejection.JobNotRunning;
import org.mycoswarm.queue.domain.Rejection.KeyReused;
import org.mycoswarm.queue.domain.Rejection.LeaseNotHeld;
import org.mycoswarm.queue.domain.Rejection.NodeUnknown;
import org.mycoswarm.queue.domain.Rejection.QueueFull;
import org.mycoswarm.queue.domain.Rejection.TooLarge;

/// The rules of the queue. Pure: the same view, command and time always give the same decision.
public final class Decider {
  private final Limits limits;

  public Decider(Limits limits) {
    this.limits = limits;
  }

  public Decision decide(QueueView queue, Command command, Instant now) {
    return switch (command) {
      case StartBroker c -> accept(new BrokerStarted(c.incarnation(), c.version()));
      case RegisterNode c -> register(queue, c);
      case SubmitJob c -> submit(queue, c);
      case LeaseTasks c -> lease(queue, c, now);
      case CompleteTask c -> complete(queue, c);
      case FailAttempt c -> fail(queue, c, now);
      case ReleaseLease c -> release(queue, c);
      case ExpireLeases c -> expire(queue, c, now);
      case CancelJob c -> cancel(queue, c);
    };
  }

  private static Decision register(QueueView queue, RegisterNode c) {
    boolean unchanged = queue.node(c.node()).filter(c.profile()::equals).isPresent();
    return unchanged ? accept() : accept(new NodeRegistered(c.node(), c.profile()));
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
    if (queue.job(c.job()).isPresent()) {
      return reject(new JobExists(c.job()));
    }
    Optional<Rejection> over =
        tooLarge("tasks in one submission", c.tasks().size(), limits.tasksPerSubmissionMax())
            .or(
                () ->
                    tooLarge(
                        "bytes in one submission",
                        bytes(c.tasks()) + bytes(c.spec().detail()),
                        limits.commandBytesMax()))
            .or(() -> full(queue, c.tasks().size()))
            .or(() -> overTaskLimits(c.tasks()));
    if (over.isPresent()) {
      return reject(over.get());
    }
    Event submitted = new JobSubmitted(c.job(), c.spec(), c.tasks());
    return c.tasks().isEmpty()
        ? accept(submitted, new JobFinished(c.job(), JobOutcome.SUCCEEDED))
        : accept(submitted);
  }

  private Decision lease(QueueView queue, LeaseTasks c, Instant now) {
    Optional<NodeProfile> profile = queue.node(c.node());
    if (profile.isEmpty()) {
      return reject(new NodeUnknown(c.node()));
    }
    int room = limits.leasesPerNodeMax() - queue.leasesOf(c.node());
    List<Event> leased =
        Matchmaker.choose(queue, profile.get(), Math.min(c.tasksMax(), room), now).stream()
            .<Event>map(
                task -> new TaskLeased(new LeaseId(task.id(), task.attempt() + 1), c.node()))
            .toList();
    return new Accepted(leased);
  }

  private Decision complete(QueueView queue, CompleteTask c) {
    Optional<Rejection> refusal =
        notHeld(queue, c.lease())
            .or(() -> tooLarge("tasks in one result", c.next().size(), limits.tasksPerResultMax()))
            .or(() -> tooLarge("bytes in one result", bytes(c.next()), limits.commandBytesMax()))
            .or(
                () ->
                    tooLarge(
                        "bytes in the detail of a result",
                        bytes(c.result().detail()),
                        limits.detailBytesMax()))
            .or(() -> overTaskLimits(c.next()));
    if (refusal.isPresent()) {
      return reject(refusal.get());
    }
    TaskId task = c.lease().task();
    Job job = queue.job(task.job()).orElseThrow();
    List<Event> events = new ArrayList<>(3);
    events.add(new TaskSucceeded(c.lease(), c.result()));
    if (!c.next().isEmpty()) {
      List<TaskSpec> children =
          c.next().stream().map(spec -> spec.withParent(task.number())).toList();
      events.add(new TasksAdded(job.id(), job.tasks(), children));
    } else if (job.open() == 1) {
      events.add(finished(job.oneSucceeded()));
    }
    return new Accepted(events);
  }

  private Decision fail(QueueView queue, FailAttempt c, Instant now) {
    Optional<Rejection> refusal = notHeld(queue, c.lease());
    if (refusal.isPresent()) {
      return reject(refusal.get());
    }
    Task task = queue.task(c.lease().task()).orElseThrow();
    List<Event> events = new ArrayList<>(3);
    events.add(new AttemptFailed(c.lease(), c.reason(), now.plus(delay(task))));
    if (!c.retryable() || lastAttempt(task)) {
      bury(queue.job(task.id().job()).orElseThrow(), task, c.reason(), events);
    }
    return new Accepted(events);
  }

  private static Decision release(QueueView queue, ReleaseLease c) {
    return notHeld(queue, c.lease())
        .map(Decision::reject)
        .orElseGet(() -> accept(new LeaseReleased(c.lease())));
  }

  private static Decision expire(QueueView queue, ExpireLeases c, Instant now) {
    List<Event> events = new ArrayList<>();
    // Several tasks of one job may be buried by one command: count on from what the queue shows.
    Map<JobId, Job> jobs = new HashMap<>();
    for (LeaseId lease : c.due()) {
      if (notHeld(queue, lease).isPresent()) {
        continue;
      }
      Task task = queue.task(lease.task()).orElseThrow();
      // At once: the node fell silent, which says nothing about the task.
      events.add(new LeaseExpired(lease, now));
      if (lastAttempt(task)) {
        String reason =
            "its node was not heard of for %s, and that was the last of %d attempts"
                .formatted(seconds(task.spec().leaseTime()), task.spec().retry().attemptsMax());
        jobs.merge(
            lease.task().job(),
            bury(
                jobs.getOrDefault(lease.task().job(), queue.job(lease.task().job()).orElseThrow()),
                task,
                reason,
                events),
            (_, after) -> after);
      }
    }
    return new Accepted(events);
  }

  private static Decision cancel(QueueView queue, CancelJob c) {
    return queue.job(c.job()).isPresent()
        ? accept(new JobCancelled(c.job()))
        : reject(new JobNotRunning(c.job()));
  }

  /// Adds the events of a burial and gives the job as it is after them.
  private static Job bury(Job job, Task task, String reason, List<Event> events) {
    Job after = job.oneBuried();
    events.add(new TaskBuried(task.id(), reason));
    if (after.open() == 0) {
      events.add(finished(after));
    }
    return after;
  }

  private static Event finished(Job job) {
    return new JobFinished(job.id(), JobOutcome.of(job.succeeded(), job.buried()));
  }

  private static boolean lastAttempt(Task task) {
    return task.failures() + 1 >= task.spec().retry().attemptsMax();
  }

  private static Duration delay(Task task) {
    return task.spec().retry().delay(new LeaseId(task.id(), task.attempt()), task.failures() + 1);
  }

  /// Why this lease gives no right to the task any more, if it does not.
  private static Optional<Rejection> notHeld(QueueView queue, LeaseId lease) {
    return switch (queue.task(lease.task()).orElse(null)) {
      case Task.Leased task when task.attempt() == lease.attempt() -> Optional.empty();
      case Task.Leased task ->
          refused(lease, "attempt %d is, by node '%s'".formatted(task.attempt(), task.node()));
      case Task.Ready _, Task.Waiting _ ->
          refused(lease, "that lease has ended and the task waits for another");
      case null -> {
        Optional<Job> job = queue.job(lease.task().job());
        boolean ended = job.isPresent() && lease.task().number() < job.get().tasks();
        yield refused(lease, ended ? "the task has ended" : "its job has ended or never was");
      }
    };
  }

  private static Optional<Rejection> refused(LeaseId lease, String found) {
    return Optional.of(new LeaseNotHeld(lease, found));
  }

  private Optional<Rejection> full(QueueView queue, int more) {
    return queue.openTasks() + more > limits.openTasksMax()
        ? Optional.of(new QueueFull(queue.openTasks(), limits.openTasksMax()))
        : Optional.empty();
  }

  private Optional<Rejection> overTaskLimits(List<TaskSpec> tasks) {
    return tasks.stream()
        .flatMap(
            task ->
                tooLarge("attempts", task.retry().attemptsMax(), limits.attemptsMax())
                    .or(
                        () ->
                            tooLarge(
                                "a lease time in seconds",
                                task.leaseTime().toSeconds(),
                                limits.leaseSecondsMax()))
                    .stream())
        .findFirst();
  }

  private static Optional<Rejection> tooLarge(String what, long found, long max) {
    return found > max ? Optional.of(new TooLarge(what, found, max)) : Optional.empty();
  }

  private static long bytes(List<TaskSpec> tasks) {
    return tasks.stream()
        .mapToLong(
            task -> 100 + bytes(task.payload()) + bytes(task.label()) + 70L * task.blobs().size())
        .sum();
  }

  private static long bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
