package org.mycoswarm.broker.projection;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogEntry;

/// Which tasks wait for others, and when that is over, for the length of one transaction. No event
/// tells, because it follows from those that are there; so this follows from them as the queue's
/// state does.
final class Starts {
  /// What a job has had in this transaction; it is not worth a question for each of its events.
  private record Waits(boolean blocked, boolean forAll) {}

  private final Change change;
  private final JobSums sums;
  private final Map<JobId, Waits> waits = new HashMap<>();

  Starts(Change change, JobSums sums) {
    this.change = change;
    this.sums = sums;
  }

  /// How a task begins.
  ///
  /// @param missing how many tasks it waits for; all that are not `last` count as one
  record Begin(TaskState state, int missing, boolean waitsAll, @Nullable Long readyMillis) {}

  /// @param openBeforeLast whether a task that is not `last` is open
  Begin begin(JobId job, TaskSpec task, boolean openBeforeLast, Instant at) {
    TaskSpec.Start start = task.start();
    boolean waitsAll = start.last() && openBeforeLast;
    int missing = start.after().size() + (waitsAll ? 1 : 0);
    if (missing > 0) {
      note(job, waitsAll);
      return new Begin(TaskState.BLOCKED, missing, waitsAll, null);
    }
    Instant notBefore = start.notBefore();
    return notBefore != null && notBefore.isAfter(at)
        ? new Begin(TaskState.WAITING, 0, false, notBefore.toEpochMilli())
        : new Begin(TaskState.READY, 0, false, null);
  }

  /// Whether a task is open that those marked `last` wait for.
  boolean openBeforeLast(JobId job, List<TaskSpec> added) {
    return added.stream().anyMatch(task -> !task.start().last()) || openBeforeLast(job);
  }

  /// A task has succeeded: those that come after it wait for one less.
  void succeeded(LogEntry entry, TaskId task) {
    if (!waits(task.job()).blocked()) {
      return;
    }
    change
        .numbers(
            """
            select a.number from task_after a join tasks t on t.job = a.job and t.number = a.number
            where a.job = ? and a.after_number = ? and t.state = 'blocked' order by a.number""",
            task.job().value(),
            task.number())
        .forEach(number -> oneLess(entry, task.job(), number));
    othersEnded(entry, task.job());
  }

  /// A task was buried; those that come after it are buried by the same entry.
  void buried(LogEntry entry, TaskId task) {
    othersEnded(entry, task.job());
  }

  /// Tasks begin anew, and at once when they wait for none.
  void revived(LogEntry entry, JobId job, List<Integer> numbers) {
    for (int number : numbers) {
      sums.move(job, state(job, number), TaskState.BLOCKED);
      change.run(
          """
          update tasks set state = 'blocked', position = ?, missing = 0, waits_all = false,
            retry_millis = null, reason = null, deadline_millis = null
          where job = ? and number = ?""",
          entry.position().value(),
          job.value(),
          number);
    }
    // Only now: one of them may come after another.
    for (int number : numbers) {
      beginAnew(job, number);
    }
  }

  /// The job's rows are gone.
  void forget(JobId job) {
    waits.remove(job);
  }

  TaskState state(JobId job, int number) {
    return change
        .text("select state from tasks where job = ? and number = ?", job.value(), number)
        .map(TaskState::of)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Expected task '%s.%d' in the tables, but it is not there"
                        .formatted(job, number)));
  }

  private void beginAnew(JobId job, int number) {
    int after =
        change
            .numbers(
                """
                select count(*) from task_after a
                  join tasks t on t.job = a.job and t.number = a.after_number
                where a.job = ? and a.number = ? and t.state <> 'succeeded'""",
                job.value(),
                number)
            .getFirst();
    boolean last =
        change.any(
            "select 1 from tasks where job = ? and number = ? and is_last", job.value(), number);
    boolean waitsAll = last && openBeforeLast(job);
    int missing = after + (waitsAll ? 1 : 0);
    if (missing == 0) {
      change.run(
          "update tasks set state = 'ready' where job = ? and number = ?", job.value(), number);
      sums.move(job, TaskState.BLOCKED, TaskState.READY);
      return;
    }
    note(job, waitsAll);
    change.run(
        "update tasks set missing = ?, waits_all = ? where job = ? and number = ?",
        missing,
        waitsAll,
        job.value(),
        number);
  }

  private void othersEnded(LogEntry entry, JobId job) {
    if (!waits(job).forAll() || openBeforeLast(job)) {
      return;
    }
    List<Integer> last =
        change.numbers(
            """
            select number from tasks where job = ? and state = 'blocked' and waits_all
            order by number""",
            job.value());
    change.run(
        "update tasks set waits_all = false where job = ? and state = 'blocked' and waits_all",
        job.value());
    last.forEach(number -> oneLess(entry, job, number));
    waits.put(job, new Waits(true, false));
  }

  private void oneLess(LogEntry entry, JobId job, int number) {
    change.run(
        "update tasks set missing = missing - 1 where job = ? and number = ?", job.value(), number);
    int unblocked =
        change.run(
            """
            update tasks set state = 'waiting', position = ?, retry_millis = start_millis
            where job = ? and number = ? and missing = 0 and start_millis > ?""",
            entry.position().value(),
            job.value(),
            number,
            entry.at().toEpochMilli());
    if (unblocked == 1) {
      sums.move(job, TaskState.BLOCKED, TaskState.WAITING);
      return;
    }
    unblocked =
        change.run(
            "update tasks set state = 'ready', position = ? where job = ? and number = ? and missing = 0",
            entry.position().value(),
            job.value(),
            number);
    if (unblocked == 1) {
      sums.move(job, TaskState.BLOCKED, TaskState.READY);
    }
  }

  private boolean openBeforeLast(JobId job) {
    return change.any(
        """
        select 1 from tasks where job = ? and state in ('ready', 'waiting', 'leased', 'blocked')
          and not is_last limit 1""",
        job.value());
  }

  private Waits waits(JobId job) {
    return waits.computeIfAbsent(
        job,
        _ -> {
          boolean blocked =
              change.any(
                  "select 1 from tasks where job = ? and state = 'blocked' limit 1", job.value());
          boolean forAll =
              blocked
                  && change.any(
                      "select 1 from tasks where job = ? and state = 'blocked' and waits_all limit 1",
                      job.value());
          return new Waits(blocked, forAll);
        });
  }

  private void note(JobId job, boolean waitsAll) {
    waits.put(job, new Waits(true, waitsAll || waits(job).forAll()));
  }
}
