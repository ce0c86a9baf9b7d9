package org.mycoswarm.queue.log;

import org.jspecify.annotations.Nullable;

/// A place in the log that moves forward. Confined to one thread at a time.
public interface LogCursor extends AutoCloseable {
  /// The next durable entry, or null when there is none yet; a later call may find one.
  ///
  /// @throws LogFailure when it was dropped, or the disk refuses; open another cursor
  /// @throws LogDamaged when the entry at this place is not what was written
  @Nullable LogRecord next();

  @Override
  void close();
}
