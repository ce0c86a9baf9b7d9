package org.mycoswarm.broker.history;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.engine.Replay.Replayed;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.log.Snapshots;
import org.mycoswarm.queue.log.chronicle.ChronicleEventLog;
import org.mycoswarm.queue.log.chronicle.LogSettings;
import org.mycoswarm.queue.log.files.SnapshotFiles;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;

/// The log of a home that no broker uses now: opened as a broker opens it, which reads and checks
/// every byte, and never added to. For one thread.
public final class OfflineLog implements AutoCloseable {
  private static final int SNAPSHOTS_KEPT = 2;

  private final ChronicleEventLog log;
  private final Path snapshots;
  private final JsonEventCodec codec = new JsonEventCodec();
  private final Limits limits;

  /// @param snapshots where those of this log are, if there are any
  /// @throws org.mycoswarm.queue.log.LogDamaged when something in it is not what was written; the
  ///     message names position and file
  /// @throws LogFailure when it is open already, or cannot be read
  public OfflineLog(Path folder, Path snapshots, Limits limits) {
    this.log = ChronicleEventLog.open(folder, LogPosition.START, LogSettings.DEFAULT);
    this.snapshots = snapshots;
    this.limits = limits;
  }

  public LogPosition first() {
    return log.first();
  }

  public LogPosition last() {
    return log.durable();
  }

  /// @return empty when the log holds no such entry
  public Optional<LogEntry> entry(LogPosition position) {
    if (position.compareTo(first()) < 0 || position.isAfter(last())) {
      return Optional.empty();
    }
    try (LogCursor cursor = log.read(new LogPosition(position.value() - 1))) {
      return Optional.ofNullable(cursor.next()).map(codec::decode);
    }
  }

  /// The last entry up to a time; entries are in the order of their times.
  public LogPosition lastUpTo(Instant time) {
    long low = first().value() - 1;
    long high = last().value();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (entry(new LogPosition(middle)).orElseThrow().at().isAfter(time)) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return new LogPosition(low);
  }

  /// The state of the queue after an entry, made from every entry up to there; where the first ones
  /// were dropped, from the oldest snapshot that is whole and every entry after it.
  ///
  /// @throws LogFailure when older entries were dropped and there is no such snapshot
  public Replayed replay(LogPosition to) {
    return first().equals(LogPosition.START.next())
        ? Replay.upTo(to, log, codec, limits)
        : Replay.restored(oldestSnapshot(to), new QueueState(limits), to, log, codec);
  }

  private Snapshots.Snapshot oldestSnapshot(LogPosition atMost) {
    Snapshots there = SnapshotFiles.open(snapshots, new JsonStateImageCodec(), SNAPSHOTS_KEPT);
    return there
        .positions()
        .filter(position -> !position.isAfter(atMost))
        .sorted()
        .flatMap(position -> there.newestReadable(position).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new LogFailure(
                    "Expected a snapshot of entry %s or earlier in '%s', because the log begins with entry %s: older ones were dropped to make room; but there is none that can be read. Every entry that is left was checked; a state cannot be made of them alone"
                        .formatted(atMost, snapshots, first())));
  }

  /// Appends entries whose positions go on where the log ends, and makes them durable.
  void append(List<LogRecord> records) {
    for (LogRecord record : records) {
      LogPosition given = log.append(record.body());
      if (!given.equals(record.position())) {
        throw new IllegalStateException(
            "Expected position %s, but it became %s".formatted(record.position(), given));
      }
    }
    log.sync();
  }

  @Override
  public void close() {
    log.close();
  }
}
