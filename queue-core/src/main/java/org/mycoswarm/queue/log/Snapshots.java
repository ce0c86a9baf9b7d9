package org.mycoswarm.queue.log;

import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.StateImage;

/// Whole states of the queue, each as it was after one entry of the log, so that a start need not
/// read the log from its beginning. What is in a snapshot is in the log, too, as long as nothing
/// was dropped there. One thread writes; any thread may read.
public interface Snapshots {
  /// Keeps a state; once this returns it survives a power cut, and older ones may be gone. One at
  /// the same position is replaced.
  ///
  /// @param position of the last entry in it
  /// @param at when that entry was decided
  /// @param pieces all of it; read once, and closed
  /// @throws LogFailure when the disk refuses; the earlier ones are still there
  void write(LogPosition position, Instant at, Stream<StateImage> pieces);

  /// The newest one that is whole. Damaged ones are passed over, and the program's log tells of
  /// them.
  ///
  /// @throws LogFailure when one that is newer was written by a newer version of the program, or
  ///     none is whole and the disk refuses
  default Optional<Snapshot> newestReadable() {
    return newestReadable(new LogPosition(Long.MAX_VALUE));
  }

  /// As [#newestReadable()], of those up to a position.
  Optional<Snapshot> newestReadable(LogPosition atMost);

  /// Which positions have a snapshot, the newest first, whether they can be read or not. The log
  /// must keep what comes after the oldest.
  Stream<LogPosition> positions();

  /// @param position of the last entry in it
  /// @param at when that entry was decided
  record Snapshot(LogPosition position, Instant at, Pieces pieces) {}

  /// What was given to [#write].
  interface Pieces {
    /// @param reader gets all pieces in order
    /// @throws LogDamaged when the disk does not give back any more what it gave when this was
    ///     found readable, or the pieces are of a shape that this program does not know
    void readBy(Consumer<Iterator<StateImage>> reader);
  }
}
