package org.mycoswarm.broker.projection;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
import org.mycoswarm.queue.domain.Event.RecordPut;
import org.mycoswarm.queue.domain.Event.RecordRemoved;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;
import org.mycoswarm.queue.domain.Event.TasksRevived;
import org.mycoswarm.queue.domain.Event.ThrottleSet;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogEntry;

/// Jobs, their tasks and attempts, for the length of one transaction.
final class JobsProjection {
  private static final List<String> OF_ONE_JOB =
      List.of("tasks", "task_after", "attempts", "leases", "job_node", "job_totals");

  /// Kinds whose payloads somebody asks the tables for. Those of others would only make each
  /// change of a row, and every page that H2 writes for it, larger.
  private static final Set<String> WITH_PAYLOAD = Set.of("chunk", "embed");

  private final Change change;
  private final JobSums sums = new JobSums();
  private final Starts starts;
  private final LeaseRows leases;

  JobsProjection(Change change) {
    this.change = change;
    this.starts = new Starts(change, sums);
    this.leases = new LeaseRows(change, sums, starts);
  }

  void apply(LogEntry entry, Event event) {
    if (!goesBesideLeases(event)) {
      leases.flush();
    }
    switch (event) {
      case BrokerStarted _, NodeRegistered _ -> {}
      case NodeModeChanged _, ThrottleSet _, KindPolicySet _ -> {}
      case RecordPut _, RecordRemoved _ -> {}
      case JobSubmitted e -> submitted(entry, e);
      case TasksAdded e -> add(entry, e.job(), e.first(), e.tasks());
      case TaskLeased e -> leased(entry, e);
      case LeaseExpired e -> ended(entry, e.lease(), "expired", null, e.retryAt());
      case LeaseReleased e -> ended(entry, e.lease(), "released", null, null);
      case AttemptFailed e -> ended(entry, e.lease(), "failed", e.reason(), e.retryAt());
      case TaskSucceeded e -> succeeded(entry, e);
      case TaskBuried e -> buried(entry, e);
      case TasksRevived e -> revived(entry, e);
      case LateReport e -> late(entry, e.lease());
      case JobPaused e -> paused(entry, e.job(), true);
      case JobResumed e -> paused(entry, e.job(), false);
      case JobForgotten e -> forget(e.job());
      case JobCancelled e -> endOpen(entry, e.job(), "cancelled", null);
      case JobFailed e -> endOpen(entry, e.job(), "failed", e.reason());
      case JobFinished e -> {
        String outcome = e.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
        end(entry, e.job(), outcome, null);
      }
    }
  }

  /// Events that neither read nor change the row of a task that is leased, or that know how to. To
  /// all that comes with them, a task that is leased is as open as it was before.
  private static boolean goesBesideLeases(Event event) {
    return switch (event) {
      case JobSubmitted _, TasksAdded _, TaskLeased _, TaskSucceeded _, JobFinished _ -> true;
      case BrokerStarted _, NodeRegistered _ -> true;
      default -> false;
    };
  }

  /// Writes what was held back; before the transaction ends.
  void flush() {
    leases.flush();
    sums.flush(change);
  }

  private void submitted(LogEntry entry, JobSubmitted e) {
    // The queue forgets a job that has ended, and then takes its id again. The newest one counts.
    forget(e.job());
    add(entry, e.job(), 0, e.tasks());
    JobSpec.Order order = e.spec().order();
    Map<TaskState, Integer> states = sums.takeStates(e.job());
    change.run(
        """
        insert into jobs (job, name, kind, detail, batch, submitter, priority, state, submitted,
          submitted_millis, position, total, ready, waiting, blocked, leased, succeeded, buried,
          cancelled)
        values (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)""",
        e.job().value(),
        Change.cut(e.spec().name()),
        Change.cut(e.spec().kind()),
        e.spec().detail(),
        batch(e.spec().detail()),
        Change.cut(order.submitter()),
        order.priority(),
        entry.position().value(),
        entry.at().toEpochMilli(),
        entry.position().value(),
        e.tasks().size(),
        states.getOrDefault(TaskState.READY, 0),
        states.getOrDefault(TaskState.WAITING, 0),
        states.getOrDefault(TaskState.BLOCKED, 0));
  }

  private static @Nullable String batch(String detail) {
    return detail.equals("{}")
        ? null
        : Change.cutNullable(Columns.json(detail).path("batch").textValue());
  }

  private void forget(JobId job) {
    if (change.run("delete from jobs where job = ?", job.value()) > 0) {
      OF_ONE_JOB.forEach(
          table -> change.run("delete from " + table + " where job = ?", job.value()));
    }
    sums.forget(job);
    starts.forget(job);
  }

  private void add(LogEntry entry, JobId job, int first, List<TaskSpec> tasks) {
    boolean openBeforeLast = starts.openBeforeLast(job, tasks);
    for (int i = 0; i < tasks.size(); i++) {
      TaskSpec task = tasks.get(i);
      Starts.Begin begin = starts.begin(job, task, openBeforeLast, entry.at());
      insert(entry, new TaskId(job, first + i), task, begin);
      sums.add(job, begin.state(), 1);
    }
    sums.touch(job, entry.position());
  }

  private void insert(LogEntry entry, TaskId id, TaskSpec task, Starts.Begin begin) {
    change.run(
        """
        insert into tasks (job, number, parent, root, kind, model, label, payload, attempts_max,
          cost, limit_key, pinned_node, deadline_millis, start_millis, is_last, waits_all, missing,
          state, retry_millis, position)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        id.job().value(),
        id.number(),
        task.parent(),
        task.parent() == null ? id.number() : task.parent(),
        Change.cut(task.requirement().kind()),
        Change.cutNullable(task.requirement().model()),
        Change.cut(task.label()),
        WITH_PAYLOAD.contains(task.requirement().kind()) ? task.payload() : "",
        task.retry().attemptsMax(),
        task.terms().cost(),
        Change.cutNullable(task.terms().limitKey()),
        task.requirement().node() == null ? null : task.requirement().node().value(),
        millis(task.terms().deadline()),
        millis(task.start().notBefore()),
        task.start().last(),
        begin.waitsAll(),
        begin.missing(),
        begin.state().word(),
        begin.readyMillis(),
        entry.position().value());
    for (int after : task.start().after()) {
      change.run(
          "insert into task_after (job, number, after_number) values (?, ?, ?)",
          id.job().value(),
          id.number(),
          after);
    }
  }

  private static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  private void leased(LogEntry entry, TaskLeased e) {
    TaskId task = e.lease().task();
    leases.begin(entry, e.lease(), e.node());
    sums.touch(task.job(), entry.position());
    sums.heard(task.job(), e.node(), entry.at().toEpochMilli());
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
    change.run(
        "update tasks set state = ?, position = ?, retry_millis = ? where job = ? and number = ?",
        to.word(),
        entry.position().value(),
        retryAt == null ? null : retryAt.toEpochMilli(),
        task.job().value(),
        task.number());
    sums.move(task.job(), TaskState.LEASED, to);
    sums.touch(task.job(), entry.position());
    NodeId node = leases.end(entry, lease, how, reason);
    if (!how.equals("expired")) {
      sums.heard(task.job(), node, entry.at().toEpochMilli());
    }
  }

  private void succeeded(LogEntry entry, TaskSucceeded e) {
    TaskId task = e.lease().task();
    LeaseRows.Held held = leases.take(e.lease());
    TaskState from = held == null ? TaskState.LEASED : TaskState.READY;
    if (!succeeded(entry, e, from)) {
      from = starts.state(task.job(), task.number());
      succeeded(entry, e, from);
    }
    sums.move(task.job(), from, TaskState.SUCCEEDED);
    sums.touch(task.job(), entry.position());
    NodeId node = endSucceeded(entry, e.lease(), held);
    sums.heard(task.job(), node, entry.at().toEpochMilli());
    sums.completed(task.job(), node, e.result().counts());
    starts.succeeded(entry, task);
  }

  private boolean succeeded(LogEntry entry, TaskSucceeded e, TaskState from) {
    return change.run(
            """
            update tasks set state = 'succeeded', position = ?, result = ?, retry_millis = null
            where job = ? and number = ? and state = ?""",
            entry.position().value(),
            e.result().detail(),
            e.lease().task().job().value(),
            e.lease().task().number(),
            from.word())
        == 1;
  }

  private NodeId endSucceeded(LogEntry entry, LeaseId lease, LeaseRows.@Nullable Held held) {
    if (held == null) {
      return leases.end(entry, lease, "succeeded", null);
    }
    leases.succeeded(held, entry.at());
    return held.node();
  }

  private void buried(LogEntry entry, TaskBuried e) {
    TaskId task = e.task();
    TaskState from = starts.state(task.job(), task.number());
    if (from == TaskState.LEASED) {
      leases.end(entry, leases.of(task), "buried", e.reason());
    }
    change.run(
        """
        update tasks set state = 'buried', position = ?, reason = ?, retry_millis = null,
          missing = 0, waits_all = false
        where job = ? and number = ?""",
        entry.position().value(),
        Change.cut(e.reason()),
        task.job().value(),
        task.number());
    sums.move(task.job(), from, TaskState.BURIED);
    sums.touch(task.job(), entry.position());
    starts.buried(entry, task);
  }

  private void revived(LogEntry entry, TasksRevived e) {
    starts.revived(entry, e.job(), e.numbers());
    change.run(
        "update jobs set state = 'running', finished_millis = null where job = ?", e.job().value());
    sums.touch(e.job(), entry.position());
  }

  private void late(LogEntry entry, LeaseId lease) {
    change.run(
        "update attempts set late = late + 1 where job = ? and number = ? and attempt = ?",
        lease.task().job().value(),
        lease.task().number(),
        lease.attempt());
    sums.touch(lease.task().job(), entry.position());
  }

  private void paused(LogEntry entry, JobId job, boolean paused) {
    change.run("update jobs set paused = ? where job = ?", paused, job.value());
    sums.touch(job, entry.position());
  }

  private void endOpen(LogEntry entry, JobId job, String state, @Nullable String reason) {
    sums.flush(change); // the counts in the row must be whole for the update below
    change.run(
        """
        update tasks set state = 'cancelled', position = ?, retry_millis = null, missing = 0,
          waits_all = false
        where job = ? and state in ('ready', 'waiting', 'blocked', 'leased')""",
        entry.position().value(),
        job.value());
    change.run(
        "update attempts set state = 'cancelled', ended_millis = ? where job = ? and state = 'leased'",
        entry.at().toEpochMilli(),
        job.value());
    change.run("delete from leases where job = ?", job.value());
    change.run(
        """
        update jobs set cancelled = ready + waiting + blocked + leased, ready = 0, waiting = 0,
          blocked = 0, leased = 0
        where job = ?""",
        job.value());
    end(entry, job, state, reason);
  }

  private void end(LogEntry entry, JobId job, String state, @Nullable String reason) {
    change.run(
        "update jobs set state = ?, finished_millis = ?, reason = ? where job = ?",
        state,
        entry.at().toEpochMilli(),
        Change.cutNullable(reason),
        job.value());
    sums.touch(job, entry.position());
  }
}
