package org.mycoswarm.broker.projection;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.BrokerStarted;
import org.mycoswarm.queue.domain.Event.JobCancelled;
import org.mycoswarm.queue.domain.Event.JobFailed;
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
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;
import org.mycoswarm.queue.domain.Event.TasksRevived;
import org.mycoswarm.queue.domain.Event.ThrottleSet;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogEntry;

/// Jobs, their tasks and attempts, for the length of one transaction.
final class JobsProjection {
  private static final List<String> OF_ONE_JOB =
      List.of("tasks", "attempts", "leases", "job_node", "job_totals");

  private final Change change;
  private final JobSums sums = new JobSums();

  JobsProjection(Change change) {
    this.change = change;
  }

  void apply(LogEntry entry, Event event) {
    switch (event) {
      case BrokerStarted _, NodeRegistered _ -> {}
      case NodeModeChanged _, JobPaused _, JobResumed _, JobForgotten _, LateReport _ -> {}
      case TasksRevived _, ThrottleSet _, KindPolicySet _ -> {}
      case JobSubmitted e -> submitted(entry, e);
      case TasksAdded e -> add(entry, e.job(), e.first(), e.tasks());
      case TaskLeased e -> leased(entry, e);
      case LeaseExpired e -> ended(entry, e.lease(), "expired", null, e.retryAt());
      case LeaseReleased e -> ended(entry, e.lease(), "released", null, null);
      case AttemptFailed e -> ended(entry, e.lease(), "failed", e.reason(), e.retryAt());
      case TaskSucceeded e -> succeeded(entry, e);
      case TaskBuried e -> buried(entry, e);
      case JobCancelled e -> endOpen(entry, e.job(), "cancelled");
      case JobFailed e -> endOpen(entry, e.job(), "failed");
      case JobFinished e -> {
        String outcome = e.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
        end(entry, e.job(), outcome);
      }
    }
  }

  /// Writes what was held back; before the transaction ends.
  void flush() {
    sums.flush(change);
  }

  private void submitted(LogEntry entry, JobSubmitted e) {
    // The queue forgets a job that has ended, and then takes its id again. The newest one counts.
    if (change.run("delete from jobs where job = ?", e.job().value()) > 0) {
      OF_ONE_JOB.forEach(
          table -> change.run("delete from " + table + " where job = ?", e.job().value()));
      sums.forget(e.job());
    }
    change.run(
        """
        insert into jobs (job, name, kind, detail, state, submitted, submitted_millis, position,
          total, ready, waiting, leased, succeeded, buried, cancelled)
        values (?, ?, ?, ?, 'running', ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)""",
        e.job().value(),
        Change.cut(e.spec().name()),
        Change.cut(e.spec().kind()),
        e.spec().detail(),
        entry.position().value(),
        entry.at().toEpochMilli(),
        entry.position().value());
    add(entry, e.job(), 0, e.tasks());
  }

  private void add(LogEntry entry, JobId job, int first, List<TaskSpec> tasks) {
    for (int i = 0; i < tasks.size(); i++) {
      TaskSpec task = tasks.get(i);
      int number = first + i;
      change.run(
          """
          insert into tasks (job, number, parent, root, kind, model, label, payload, attempts_max,
            state, position)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'ready', ?)""",
          job.value(),
          number,
          task.parent(),
          task.parent() == null ? number : task.parent(),
          Change.cut(task.requirement().kind()),
          Change.cutNullable(task.requirement().model()),
          Change.cut(task.label()),
          task.payload(),
          task.retry().attemptsMax(),
          entry.position().value());
    }
    sums.add(job, TaskState.READY, tasks.size());
    sums.touch(job, entry.position());
  }

  private void leased(LogEntry entry, TaskLeased e) {
    TaskId task = e.lease().task();
    // Nearly always it was ready; only otherwise is it worth a second statement.
    TaskState from =
        moved(entry, task, TaskState.READY, TaskState.LEASED, null)
            ? TaskState.READY
            : TaskState.WAITING;
    if (from == TaskState.WAITING) {
      moved(entry, task, TaskState.WAITING, TaskState.LEASED, null);
    }
    sums.move(task.job(), from, TaskState.LEASED);
    sums.touch(task.job(), entry.position());
    sums.heard(task.job(), e.node(), entry.at().toEpochMilli());
    change.run(
        """
        insert into attempts (job, number, attempt, node, state, leased_millis)
        values (?, ?, ?, ?, 'leased', ?)""",
        task.job().value(),
        task.number(),
        e.lease().attempt(),
        e.node().value(),
        entry.at().toEpochMilli());
    change.run(
        "insert into leases (job, number, attempt, node, leased_millis) values (?, ?, ?, ?, ?)",
        task.job().value(),
        task.number(),
        e.lease().attempt(),
        e.node().value(),
        entry.at().toEpochMilli());
  }

  /// A lease ended without a result, and the task goes on.
  private void ended(
      LogEntry entry,
      LeaseId lease,
      String how,
      @Nullable String reason,
      @Nullable Instant retryAt) {
    TaskId task = lease.task();
    TaskState to = retryAt == null ? TaskState.READY : TaskState.WAITING;
    moved(entry, task, TaskState.LEASED, to, retryAt);
    sums.move(task.job(), TaskState.LEASED, to);
    sums.touch(task.job(), entry.position());
    NodeId node = endAttempt(entry, lease, how, reason);
    if (!how.equals("expired")) {
      sums.heard(task.job(), node, entry.at().toEpochMilli());
    }
  }

  private void succeeded(LogEntry entry, TaskSucceeded e) {
    TaskId task = e.lease().task();
    change.run(
        "update tasks set state = 'succeeded', position = ?, result = ? where job = ? and number = ?",
        entry.position().value(),
        e.result().detail(),
        task.job().value(),
        task.number());
    sums.move(task.job(), TaskState.LEASED, TaskState.SUCCEEDED);
    sums.touch(task.job(), entry.position());
    NodeId node = endAttempt(entry, e.lease(), "succeeded", null);
    sums.heard(task.job(), node, entry.at().toEpochMilli());
    sums.completed(task.job(), node, e.result().counts());
  }

  private void buried(LogEntry entry, TaskBuried e) {
    TaskId task = e.task();
    TaskState from =
        change
            .text(
                "select state from tasks where job = ? and number = ?",
                task.job().value(),
                task.number())
            .map(TaskState::of)
            .orElseThrow(() -> unknown("task", task));
    change.run(
        """
        update tasks set state = 'buried', position = ?, reason = ?, retry_millis = null
        where job = ? and number = ?""",
        entry.position().value(),
        Change.cut(e.reason()),
        task.job().value(),
        task.number());
    sums.move(task.job(), from, TaskState.BURIED);
    sums.touch(task.job(), entry.position());
  }

  private void endOpen(LogEntry entry, JobId job, String state) {
    sums.flush(change); // the counts in the row must be whole for the update below
    change.run(
        """
        update tasks set state = 'cancelled', position = ?, retry_millis = null
        where job = ? and state in ('ready', 'waiting', 'leased')""",
        entry.position().value(),
        job.value());
    change.run(
        "update attempts set state = 'cancelled', ended_millis = ? where job = ? and state = 'leased'",
        entry.at().toEpochMilli(),
        job.value());
    change.run("delete from leases where job = ?", job.value());
    change.run(
        """
        update jobs set cancelled = ready + waiting + leased, ready = 0, waiting = 0, leased = 0
        where job = ?""",
        job.value());
    end(entry, job, state);
  }

  private void end(LogEntry entry, JobId job, String state) {
    change.run(
        "update jobs set state = ?, finished_millis = ? where job = ?",
        state,
        entry.at().toEpochMilli(),
        job.value());
    sums.touch(job, entry.position());
  }

  private boolean moved(
      LogEntry entry, TaskId task, TaskState from, TaskState to, @Nullable Instant retryAt) {
    return change.run(
            """
            update tasks set state = ?, position = ?, retry_millis = ?
            where job = ? and number = ? and state = ?""",
            to.word(),
            entry.position().value(),
            retryAt == null ? null : retryAt.toEpochMilli(),
            task.job().value(),
            task.number(),
            from.word())
        == 1;
  }

  private NodeId endAttempt(LogEntry entry, LeaseId lease, String how, @Nullable String reason) {
    String job = lease.task().job().value();
    int number = lease.task().number();
    String node =
        change
            .text("select node from leases where job = ? and number = ?", job, number)
            .orElseThrow(() -> unknown("lease", lease));
    change.run("delete from leases where job = ? and number = ?", job, number);
    change.run(
        """
        update attempts set state = ?, ended_millis = ?, reason = ?
        where job = ? and number = ? and attempt = ?""",
        how,
        entry.at().toEpochMilli(),
        Change.cutNullable(reason),
        job,
        number,
        lease.attempt());
    return new NodeId(node);
  }

  private static IllegalStateException unknown(String what, Object id) {
    return new IllegalStateException(
        "Expected %s '%s' in the tables, but it is not there".formatted(what, id));
  }
}
