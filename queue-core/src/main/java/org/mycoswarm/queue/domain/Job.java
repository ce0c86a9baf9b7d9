package org.mycoswarm.queue.domain;

/// One job that has not ended. Its tasks are numbered from 0 to `tasks - 1`.
///
/// @param open how many of its tasks have not ended; the job ends with the last of them
public record Job(JobId id, JobSpec spec, int tasks, int open, int succeeded, int buried) {
  static Job born(JobId id, JobSpec spec, int tasks) {
    return new Job(id, spec, tasks, tasks, 0, 0);
  }

  Job added(int more) {
    return new Job(id, spec, tasks + more, open + more, succeeded, buried);
  }

  Job oneSucceeded() {
    return new Job(id, spec, tasks, open - 1, succeeded + 1, buried);
  }

  Job oneBuried() {
    return new Job(id, spec, tasks, open - 1, succeeded, buried + 1);
  }
}
