package org.mycoswarm.queue.engine;

import java.util.Optional;
import java.util.function.Supplier;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.SpecStore;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.Snapshots;

/// Takes snapshots from what is durable: it brings back a state of its own from the newest snapshot
/// and the entries after it, writes that down, and lets it go. It never touches the state of the
/// writer, which goes on meanwhile; and a snapshot that could not be restored is noticed here, not
/// at the next start. One thread at a time, and not the writer's.
public final class Snapshotter {
  private final EventLog log;
  private final EventCodec codec;
  private final Snapshots snapshots;
  private final Limits limits;
  private final Supplier<? extends SpecStore> specs;

  /// @param limits those of the writer's state
  /// @param specs gives an empty store that nobody else uses; it is closed afterwards if it can be
  public Snapshotter(
      EventLog log,
      EventCodec codec,
      Snapshots snapshots,
      Limits limits,
      Supplier<? extends SpecStore> specs) {
    this.log = log;
    this.codec = codec;
    this.snapshots = snapshots;
    this.limits = limits;
    this.specs = specs;
  }

  /// Takes a snapshot when the newest one is old.
  ///
  /// @param entriesSince how many entries must have become durable since the newest, 1 or more
  /// @return its position, or nothing when none was due
  /// @throws org.mycoswarm.queue.log.LogFailure when the disk refuses, and
  /// @throws org.mycoswarm.queue.log.LogDamaged when the log cannot be replayed; the earlier
  ///     snapshots are still there
  public Optional<LogPosition> takeIfDue(long entriesSince) {
    LogPosition durable = log.durable();
    long newest = snapshots.positions().findFirst().orElse(LogPosition.START).value();
    return durable.value() - newest < Math.max(1, entriesSince)
        ? Optional.empty()
        : Optional.of(take(durable));
  }

  private LogPosition take(LogPosition position) {
    SpecStore store = specs.get();
    try {
      Replay.Replayed replayed =
          Replay.fromNewest(snapshots, () -> new QueueState(limits, store), position, log, codec);
      snapshots.write(position, replayed.at(), replayed.state().image());
      return position;
    } finally {
      close(store);
    }
  }

  private static void close(SpecStore store) {
    if (store instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("Expected to close the store of a snapshot", e);
      }
    }
  }
}
