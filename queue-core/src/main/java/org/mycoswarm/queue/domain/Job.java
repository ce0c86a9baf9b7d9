package org.mycoswarm.queue.domain;

/// One job that runs. Its tasks are numbered from 0 to `tasks - 1`. Of what was submitted only its
/// order to other jobs is kept: nothing else is decided by, and there may be a million jobs.
///
/// @param open how many of its tasks have not ended; the job ends with the last of them
/// @param openBeforeLast how many of the open ones the `last` tasks wait for
/// @param paused whether its tasks are kept from being leased
public record Job(
    JobId id,
    JobSpec.Order order,
    int tasks,
    int open,
    int openBeforeLast,
    int succeeded,
    int buried,
    boolean paused) {
  static Job born(JobId id, JobSpec.Order order) {
    return new Job(id, order, 0, 0, 0, 0, 0, false);
  }

  Job added(int more, int beforeLast) {
    return new Job(
        id,
        order,
        tasks + more,
        open + more,
        openBeforeLast + beforeLast,
        succeeded,
        buried,
        paused);
  }

  Job oneSucceeded(boolean last) {
    return new Job(
        id, order, tasks, open - 1, openBeforeLast - one(last), succeeded + 1, buried, paused);
  }

  Job oneBuried(boolean last) {
    return new Job(
        id, order, tasks, open - 1, openBeforeLast - one(last), succeeded, buried + 1, paused);
  }

  Job oneRevived(boolean last) {
    return new Job(
        id, order, tasks, open + 1, openBeforeLast + one(last), succeeded, buried - 1, paused);
  }

  Job paused(boolean now) {
    return new Job(id, order, tasks, open, openBeforeLast, succeeded, buried, now);
  }

  Job with(JobSpec.Order other) {
    return new Job(id, other, tasks, open, openBeforeLast, succeeded, buried, paused);
  }

  /// Whether more of its tasks are buried than it tolerates.
  boolean failed() {
    return order.toleratedPercent() < 100
        && buried * 100L > (long) order.toleratedPercent() * tasks;
  }

  private static int one(boolean last) {
    return last ? 0 : 1;
  }
}
