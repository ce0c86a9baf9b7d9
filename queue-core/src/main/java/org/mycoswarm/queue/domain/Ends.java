package org.mycoswarm.queue.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Follows what one command ends: a buried task takes those with it that come after it, and may be
/// the last its job tolerates. Counts on from what the queue shows, as one command may end several.
final class Ends {
  /// Jobs that one event lets go; an entry of the log must stay small. The next event goes on.
  private static final int LET_GO_MAX = 1_000;

  private final QueueView queue;
  private final int buriedMax;
  private final List<Event> events;
  private final Map<JobId, Job> jobs = new HashMap<>();
  private final Set<TaskId> buried = new HashSet<>();
  private final Set<JobId> ended = new HashSet<>();

  /// Jobs that this command finishes and that have buried tasks, the oldest first.
  private final List<Job> finished = new ArrayList<>();

  private final Set<JobId> letGo = new HashSet<>();
  private int buriedOfFinished;

  /// @param events where what follows is added
  Ends(QueueView queue, Limits limits, List<Event> events) {
    this.queue = queue;
    this.buriedMax = limits.buriedMax();
    this.buriedOfFinished = queue.buriedOfFinished();
    this.events = events;
  }

  /// Whether the task has ended by this command, alone or with its job.
  boolean has(TaskId task) {
    return buried.contains(task) || ended.contains(task.job());
  }

  private record Next(Task task, String reason) {}

  void bury(Task first, String reason) {
    ArrayDeque<Next> next = new ArrayDeque<>();
    next.add(new Next(first, reason));
    while (!next.isEmpty()) {
      Next one = next.removeFirst();
      buryOne(one.task(), one.reason(), next);
    }
  }

  private void buryOne(Task task, String reason, ArrayDeque<Next> next) {
    if (has(task.id()) || task instanceof Task.Buried) {
      return;
    }
    JobId job = task.id().job();
    Job after = job(job).oneBuried(task.facts().last());
    jobs.put(job, after);
    buried.add(task.id());
    events.add(new Event.TaskBuried(task.id(), reason));
    if (after.failed()) {
      fail(
          job,
          "%d of its %d tasks are buried, and it tolerates %d %%"
              .formatted(after.buried(), after.tasks(), after.order().toleratedPercent()));
      return;
    }
    finishIfDone(after);
    String why = "task %d, which it comes after, was buried".formatted(task.id().number());
    for (int number : queue.dependents(task.id())) {
      queue.task(new TaskId(job, number)).ifPresent(then -> next.add(new Next(then, why)));
    }
  }

  void succeeded(Task task) {
    Job after = job(task.id().job()).oneSucceeded(task.facts().last());
    jobs.put(after.id(), after);
  }

  void added(Job after) {
    jobs.put(after.id(), after);
  }

  void finishIfDone(Job job) {
    if (job.open() == 0 && ended.add(job.id())) {
      finished.add(job);
      buriedOfFinished += job.buried();
      JobOutcome outcome = JobOutcome.of(job.succeeded(), job.buried());
      events.add(new Event.JobFinished(job.id(), outcome, tooMany()));
    }
  }

  /// The oldest of those that are kept, until few enough tasks are.
  private List<JobId> tooMany() {
    if (buriedOfFinished <= buriedMax) {
      return List.of();
    }
    List<JobId> some = new ArrayList<>();
    for (Job job : (Iterable<Job>) kept()::iterator) {
      if (buriedOfFinished <= buriedMax || some.size() == LET_GO_MAX) {
        break;
      }
      some.add(job.id());
      letGo.add(job.id());
      buriedOfFinished -= job.buried();
    }
    return some;
  }

  private Stream<Job> kept() {
    return Stream.concat(queue.finishedJobs(), finished.stream())
        .filter(job -> job.buried() > 0 && !letGo.contains(job.id()));
  }

  void fail(JobId job, String reason) {
    if (ended.add(job)) {
      events.add(new Event.JobFailed(job, reason));
    }
  }

  Job job(JobId id) {
    return jobs.computeIfAbsent(id, _ -> queue.job(id).orElseThrow());
  }
}
