package org.mycoswarm.broker.projection;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.log.LogPosition;

/// What the entries of one transaction add to the counts of their jobs, held back so that each row
/// is written once. Every sum is the same however the entries are cut into transactions.
final class JobSums {
  /// More than a node can honestly count in one result, and far from where sums overflow.
  private static final long COUNT_MAX = 1_000_000_000_000L;

  private static final class Share {
    int tasks;
    long first = Long.MAX_VALUE;
    long last;
  }

  private record Unit(String node, String unit) {}

  private static final class Sum {
    long position;
    final Map<TaskState, Integer> states = new EnumMap<>(TaskState.class);
    final Map<Unit, Long> totals = new LinkedHashMap<>();
    final Map<NodeId, Share> shares = new LinkedHashMap<>();
  }

  private final Map<JobId, Sum> sums = new LinkedHashMap<>();

  void touch(JobId job, LogPosition position) {
    sum(job).position = position.value();
  }

  void add(JobId job, TaskState state, int tasks) {
    sum(job).states.merge(state, tasks, Integer::sum);
  }

  void move(JobId job, TaskState from, TaskState to) {
    add(job, from, -1);
    add(job, to, 1);
  }

  /// A node was heard of: it leased a task of the job or reported one.
  void heard(JobId job, NodeId node, long millis) {
    Share share = share(job, node);
    share.first = Math.min(share.first, millis);
    share.last = Math.max(share.last, millis);
  }

  void completed(JobId job, NodeId node, Map<String, Long> counts) {
    share(job, node).tasks++;
    Map<Unit, Long> totals = sum(job).totals;
    counts.forEach(
        (unit, count) -> {
          long amount = Math.clamp(count, 0, COUNT_MAX);
          totals.merge(new Unit("", Change.cut(unit)), amount, Long::sum);
          totals.merge(new Unit(node.value(), Change.cut(unit)), amount, Long::sum);
        });
  }

  /// The counts of a job that has no row yet; they are the caller's to write.
  Map<TaskState, Integer> takeStates(JobId job) {
    Sum sum = sums.remove(job);
    return sum == null ? Map.of() : sum.states;
  }

  void forget(JobId job) {
    sums.remove(job);
  }

  void flush(Change change) {
    sums.forEach((job, sum) -> flush(change, job.value(), sum));
    sums.clear();
  }

  private static void flush(Change change, String job, Sum sum) {
    int total = 0;
    for (int tasks : sum.states.values()) {
      total += tasks;
    }
    change.run(
        """
        update jobs set position = greatest(position, ?), total = total + ?, ready = ready + ?,
          waiting = waiting + ?, blocked = blocked + ?, leased = leased + ?, succeeded = succeeded + ?, buried = buried + ?,
          cancelled = cancelled + ?
        where job = ?""",
        sum.position,
        total,
        sum.states.getOrDefault(TaskState.READY, 0),
        sum.states.getOrDefault(TaskState.WAITING, 0),
        sum.states.getOrDefault(TaskState.BLOCKED, 0),
        sum.states.getOrDefault(TaskState.LEASED, 0),
        sum.states.getOrDefault(TaskState.SUCCEEDED, 0),
        sum.states.getOrDefault(TaskState.BURIED, 0),
        sum.states.getOrDefault(TaskState.CANCELLED, 0),
        job);
    sum.totals.forEach((unit, amount) -> flush(change, job, unit, amount));
    sum.shares.forEach((node, share) -> flush(change, job, node.value(), share));
  }

  private static void flush(Change change, String job, Unit unit, long amount) {
    int there =
        change.run(
            "update job_totals set amount = amount + ? where job = ? and node = ? and unit = ?",
            amount,
            job,
            unit.node(),
            unit.unit());
    if (there == 0) {
      change.run(
          "insert into job_totals (job, node, unit, amount) values (?, ?, ?, ?)",
          job,
          unit.node(),
          unit.unit(),
          amount);
    }
  }

  private static void flush(Change change, String job, String node, Share share) {
    int there =
        change.run(
            """
            update job_node set tasks = tasks + ?, first_millis = least(first_millis, ?),
              last_millis = greatest(last_millis, ?)
            where job = ? and node = ?""",
            share.tasks,
            share.first,
            share.last,
            job,
            node);
    if (there == 0) {
      change.run(
          "insert into job_node (job, node, tasks, first_millis, last_millis) values (?, ?, ?, ?, ?)",
          job,
          node,
          share.tasks,
          share.first,
          share.last);
    }
  }

  private Sum sum(JobId job) {
    return sums.computeIfAbsent(job, _ -> new Sum());
  }

  private Share share(JobId job, NodeId node) {
    return sum(job).shares.computeIfAbsent(node, _ -> new Share());
  }
}
