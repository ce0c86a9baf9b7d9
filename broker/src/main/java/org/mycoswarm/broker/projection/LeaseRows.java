package org.mycoswarm.broker.projection;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.log.LogEntry;

/// The rows of leases and of the attempts they are for. Leases that begin are held back until the
/// transaction ends: many of them end in it too, and then one row tells of both, where a lease that
/// stays takes three writes and its end four more.
final class LeaseRows {
  /// A lease whose rows are not written yet.
  record Held(LeaseId lease, NodeId node, long position, Instant since) {}

  private final Change change;
  private final JobSums sums;
  private final Starts starts;
  private final Map<TaskId, Held> held = new LinkedHashMap<>();

  LeaseRows(Change change, JobSums sums, Starts starts) {
    this.change = change;
    this.sums = sums;
    this.starts = starts;
  }

  void begin(LogEntry entry, LeaseId lease, NodeId node) {
    held.put(lease.task(), new Held(lease, node, entry.position().value(), entry.at()));
  }

  /// A lease that began in this transaction, and now is the caller's to write; null when it is in
  /// the tables.
  @Nullable Held take(LeaseId lease) {
    return held.remove(lease.task());
  }

  /// Writes those that are held, before something asks the tables for them.
  void flush() {
    held.values().forEach(this::write);
    held.clear();
  }

  /// Writes a lease that was held and has succeeded.
  void succeeded(Held lease, Instant at) {
    insert(lease, "succeeded", at);
  }

  /// Ends a lease that is in the tables.
  ///
  /// @return the node that had it
  NodeId end(LogEntry entry, LeaseId lease, String how, @Nullable String reason) {
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

  /// The lease of a task, as the tables have it.
  LeaseId of(TaskId task) {
    return change
        .numbers(
            "select attempt from leases where job = ? and number = ?",
            task.job().value(),
            task.number())
        .stream()
        .findFirst()
        .map(attempt -> new LeaseId(task, attempt))
        .orElseThrow(() -> unknown("a lease of task", task));
  }

  private void write(Held lease) {
    TaskId task = lease.lease().task();
    // Nearly always it was ready; only otherwise is it worth more statements.
    TaskState from = TaskState.READY;
    if (!leave(lease, from)) {
      from = starts.state(task.job(), task.number());
      leave(lease, from);
    }
    sums.move(task.job(), from, TaskState.LEASED);
    insert(lease, "leased", null);
    change.run(
        "insert into leases (job, number, attempt, node, leased_millis) values (?, ?, ?, ?, ?)",
        task.job().value(),
        task.number(),
        lease.lease().attempt(),
        lease.node().value(),
        lease.since().toEpochMilli());
  }

  private boolean leave(Held lease, TaskState from) {
    TaskId task = lease.lease().task();
    return change.run(
            """
            update tasks set state = 'leased', position = ?, retry_millis = null
            where job = ? and number = ? and state = ?""",
            lease.position(),
            task.job().value(),
            task.number(),
            from.word())
        == 1;
  }

  private void insert(Held lease, String state, @Nullable Instant ended) {
    TaskId task = lease.lease().task();
    change.run(
        """
        insert into attempts (job, number, attempt, node, state, leased_millis, ended_millis)
        values (?, ?, ?, ?, ?, ?, ?)""",
        task.job().value(),
        task.number(),
        lease.lease().attempt(),
        lease.node().value(),
        state,
        lease.since().toEpochMilli(),
        ended == null ? null : ended.toEpochMilli());
  }

  private static IllegalStateException unknown(String what, Object id) {
    return new IllegalStateException(
        "Expected %s '%s' in the tables, but it is not there".formatted(what, id));
  }
}
