package org.mycoswarm.broker.projection;

import java.util.Optional;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;

/// What an event speaks of.
public final class Subject {
  private Subject() {}

  /// The job an event belongs to, if to any.
  public static Optional<JobId> job(Event event) {
    return switch (event) {
      case Event.BrokerStarted _,
          Event.NodeRegistered _,
          Event.NodeModeChanged _,
          Event.ThrottleSet _,
          Event.KindPolicySet _,
          Event.RecordPut _,
          Event.RecordRemoved _ ->
          Optional.empty();
      case Event.JobSubmitted e -> Optional.of(e.job());
      case Event.TasksAdded e -> Optional.of(e.job());
      case Event.TaskLeased e -> Optional.of(e.lease().task().job());
      case Event.LeaseEnding e -> Optional.of(e.lease().task().job());
      case Event.TaskSucceeded e -> Optional.of(e.lease().task().job());
      case Event.TaskBuried e -> Optional.of(e.task().job());
      case Event.TasksRevived e -> Optional.of(e.job());
      case Event.LateReport e -> Optional.of(e.lease().task().job());
      case Event.JobPaused e -> Optional.of(e.job());
      case Event.JobResumed e -> Optional.of(e.job());
      case Event.JobEnding e -> Optional.of(e.job());
      case Event.JobForgotten e -> Optional.of(e.job());
    };
  }
}
