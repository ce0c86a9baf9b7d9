package org.mycoswarm.queue.domain;

import java.util.List;

/// The answer to a command.
public sealed interface Decision {
  /// These events happen. None of them: the command was in order and had nothing to do.
  record Accepted(List<Event> events) implements Decision {
    public Accepted {
      events = List.copyOf(events);
    }
  }

  /// The same submission was accepted before, under its Idempotency-Key, as this job.
  record Repeated(JobId job) implements Decision {}

  /// Nothing that the command asked for happens.
  ///
  /// @param events what is written down about the attempt; mostly nothing
  record Rejected(Rejection why, List<Event> events) implements Decision {
    public Rejected {
      events = List.copyOf(events);
    }

    public Rejected(Rejection why) {
      this(why, List.of());
    }
  }

  static Decision accept(Event... events) {
    return new Accepted(List.of(events));
  }

  static Decision reject(Rejection why) {
    return new Rejected(why);
  }
}
