package org.mycoswarm.queue.engine;

import java.time.Instant;
import java.util.List;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogPosition;

/// What the writer says to one command, after everything it rests on is on disk.
public sealed interface Answer {
  /// The events happened. None of them: the command was in order and had nothing to do.
  ///
  /// @param position of the entry, or of the last entry before when there are no events
  /// @param at when it was decided
  /// @param leased for `LeaseTasks`: what was leased, in the order in which it should be worked on
  record Accepted(List<Event> events, LogPosition position, Instant at, List<Leased> leased)
      implements Answer {
    public Accepted {
      events = List.copyOf(events);
      leased = List.copyOf(leased);
    }
  }

  /// The same submission was accepted before, as this job.
  record Repeated(JobId job, LogPosition position) implements Answer {}

  /// Nothing changed.
  record Rejected(Rejection why) implements Answer {}

  record Leased(LeaseId lease, TaskSpec spec) {}
}
