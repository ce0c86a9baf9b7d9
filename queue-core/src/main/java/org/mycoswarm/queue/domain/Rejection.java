package org.mycoswarm.queue.domain;

import java.util.Locale;

/// Why a command changed nothing. Each says what was expected, what was found instead, and what
/// follows.
public sealed interface Rejection {
  String message();

  record JobExists(JobId job) implements Rejection {
    @Override
    public String message() {
      return "Expected a new job id, but job '%s' exists".formatted(job);
    }
  }

  /// @param job the job that the key was first used for
  record KeyReused(String key, JobId job) implements Rejection {
    @Override
    public String message() {
      return ("Expected the request that Idempotency-Key '%s' was first used with, for job '%s', but this one differs;"
              + " nothing was submitted. Use a new key for a new request")
          .formatted(key, job);
    }
  }

  record JobNotRunning(JobId job) implements Rejection {
    @Override
    public String message() {
      return "Expected job '%s' to be running, but it has ended or never was".formatted(job);
    }
  }

  record NodeUnknown(NodeId node) implements Rejection {
    @Override
    public String message() {
      return "Expected node '%s' to be registered, but it is not; register it and ask again"
          .formatted(node);
    }
  }

  record LeaseNotHeld(LeaseId lease, String found) implements Rejection {
    @Override
    public String message() {
      return "Expected attempt %d of task '%s' to be leased, but %s; the report was dropped and changed nothing"
          .formatted(lease.attempt(), lease.task(), found);
    }
  }

  /// A number in the command is over a limit, whatever the state of the queue.
  record TooLarge(String what, long found, long max) implements Rejection {
    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "Expected %s of at most %,d, but it is %,d; nothing was changed",
          what,
          max,
          found);
    }
  }

  /// The queue holds as much as it may for now.
  record QueueFull(int open, int max) implements Rejection {
    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "Expected room in the queue, but %,d of at most %,d tasks are open; try again when some have ended",
          open,
          max);
    }
  }

  record NothingKnown(JobId job) implements Rejection {
    @Override
    public String message() {
      return "Expected job '%s' to run or to have buried tasks, but it has neither; nothing was changed"
          .formatted(job);
    }
  }

  /// A task comes after one that does not stand before it.
  record OutOfOrder(int task, int after) implements Rejection {
    @Override
    public String message() {
      return "Expected task %d to come after tasks that stand before it, but it names task %d; nothing was changed"
          .formatted(task, after);
    }
  }

  /// A task comes after one that waits for it: neither would ever run.
  record AfterLast(int task, int after) implements Rejection {
    @Override
    public String message() {
      return "Expected task %d to be 'last' too, but it is not, and task %d, which it comes after, waits for all that are not; nothing was changed"
          .formatted(task, after);
    }
  }

  /// Somebody else changed the record, or made or removed it.
  ///
  /// @param expected 0 for none
  /// @param found 0 for none
  record RecordChanged(RecordId id, long expected, long found) implements Rejection {
    @Override
    public String message() {
      return "Expected %s, but %s; nothing was changed. Read it and decide again"
          .formatted(
              expected == 0
                  ? "no record '%s'".formatted(id)
                  : "record '%s' of version %d".formatted(id, expected),
              found == 0 ? "there is none" : "it is of version " + found);
    }
  }

  /// There are as many records as there may be.
  record RecordsFull(int count, int max) implements Rejection {
    @Override
    public String message() {
      return String.format(
          Locale.ROOT,
          "Expected room for one more record, but there are %,d of at most %,d; remove some that are not needed",
          count,
          max);
    }
  }
}
