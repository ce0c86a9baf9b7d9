package org.mycoswarm.queue.engine;

import java.time.Instant;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Rebuilds the state of the queue from its log. Needs no clock and no dice, so it always gives the
/// same state.
public final class Replay {
  /// @param position of the last entry that was read
  /// @param at when that entry was decided; the epoch for an empty log
  public record Replayed(QueueState state, LogPosition position, Instant at) {}

  private Replay() {}

  /// Reads the durable entries up to a position.
  ///
  /// @throws LogDamaged when an entry is missing, or is not what this program wrote
  public static Replayed upTo(LogPosition last, EventLog log, EventCodec codec, Limits limits) {
    QueueState state = new QueueState(limits);
    LogPosition position = LogPosition.START;
    Instant at = Instant.EPOCH;
    try (LogCursor cursor = log.read(LogPosition.START)) {
      while (last.isAfter(position)) {
        LogRecord entry = cursor.next();
        if (entry == null || !entry.position().equals(position.next())) {
          throw new LogDamaged(
              "Expected entry %s of the log to be readable, but found %s; replay stopped there"
                  .formatted(
                      position.next(), entry == null ? "none" : "entry " + entry.position()));
        }
        at = apply(state, codec, entry);
        position = entry.position();
      }
    }
    return new Replayed(state, position, at);
  }

  private static Instant apply(QueueState state, EventCodec codec, LogRecord entry) {
    try {
      LogEntry decoded = codec.decode(entry);
      decoded.events().forEach(event -> state.apply(event, decoded.at()));
      return decoded.at();
    } catch (IllegalStateException e) {
      throw new LogDamaged(
          "Expected entry %s of the log to follow those before it, but it does not: %s"
              .formatted(entry.position(), e.getMessage()),
          e);
    }
  }
}
