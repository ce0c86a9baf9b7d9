package org.mycoswarm.queue.log;

import java.time.Instant;
import java.util.List;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;

/// Turns entries into bodies for the log and back. Thread-safe.
public interface EventCodec {
  byte[] encode(Instant at, CommandId cause, List<Event> events);

  /// @throws LogDamaged when the body cannot be understood
  /// @throws LogFailure when a newer version of the program wrote it
  LogEntry decode(LogRecord entry);
}
