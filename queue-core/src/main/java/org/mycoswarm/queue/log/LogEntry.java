package org.mycoswarm.queue.log;

import java.time.Instant;
import java.util.List;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;

/// What one command did: all of its events, or none of them, are in the log.
///
/// @param at when the command was decided, by the broker's clock
/// @param cause the command that made these events
public record LogEntry(LogPosition position, Instant at, CommandId cause, List<Event> events) {
  public LogEntry {
    events = List.copyOf(events);
  }

  /// How much it changes: its events, and the tasks that came with them. Replaying costs about as
  /// much for each.
  public long changes() {
    long changes = events.size();
    for (Event event : events) {
      changes +=
          switch (event) {
            case Event.JobSubmitted e -> e.tasks().size();
            case Event.TasksAdded e -> e.tasks().size();
            default -> 0;
          };
    }
    return changes;
  }
}
