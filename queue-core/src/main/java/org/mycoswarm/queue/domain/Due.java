package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.Comparator;

/// Something that happens to a task, or to a whole job, at an instant.
///
/// @param number of the task, or -1 for the job
record Due(Instant at, JobId job, int number) implements Comparable<Due> {
  private static final int JOB = -1;
  private static final Comparator<Due> IN_ORDER =
      Comparator.comparing(Due::at)
          .thenComparing(due -> due.job().value())
          .thenComparingInt(Due::number);

  static Due of(Instant at, TaskId task) {
    return new Due(at, task.job(), task.number());
  }

  static Due of(Instant at, JobId job) {
    return new Due(at, job, JOB);
  }

  boolean isJob() {
    return number == JOB;
  }

  @Override
  public int compareTo(Due other) {
    return IN_ORDER.compare(this, other);
  }
}
