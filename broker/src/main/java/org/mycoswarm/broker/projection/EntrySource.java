package org.mycoswarm.broker.projection;

import java.time.Duration;
import java.util.List;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// Where the projection gets the log's entries from. Called by one thread.
public interface EntrySource {
  /// The durable entries behind a position, in order and without a gap: as many as are convenient
  /// to hand out at once. Empty when there were none for as long as `wait`.
  List<LogEntry> next(LogPosition after, Duration wait) throws InterruptedException;

  /// The first entry that is still there.
  default LogPosition first() {
    return LogPosition.START.next();
  }
}
