package org.mycoswarm.queue.domain;

import java.util.List;
import java.util.Set;

/// The answer to a command.
public sealed interface Decision {
  /// These events happen. None of them: the command was in order and had nothing to do.
  ///
  /// @param heldBack nodes that asked and got less than there is for them, because their slots are
  ///     kept for a task that needs many: time alone, or whatever happens elsewhere, may end that
  record Accepted(List<Event> events, Set<NodeId> heldBack) implements Decision {
    public Accepted {
      events = List.copyOf(events);
      heldBack = Set.copyOf(heldBack);
    }

    Accepted(List<Event> events) {
      this(events, Set.of());
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
