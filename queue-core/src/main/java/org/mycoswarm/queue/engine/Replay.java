package org.mycoswarm.queue.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.log.Ahead;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.log.Snapshots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rebuilds the state of the queue from its log. Needs no clock and no dice, so it always gives the
/// same state. Entries are read and decoded by threads that run ahead of the one that applies them.
public final class Replay {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  /// Fewer entries are read by the calling thread: starting others would take longer.
  private static final int AHEAD_FROM = 1_000;

  /// @param from the position of the snapshot it began with, [LogPosition#START] without one
  /// @param position of the last entry that was read
  /// @param at when that entry was decided; the epoch for an empty log
  /// @param changes in the entries that were read, as [LogEntry#changes] counts them
  public record Replayed(
      QueueState state, LogPosition from, LogPosition position, Instant at, long changes) {}

  private Replay() {}

  /// Reads the durable entries from the first one up to a position.
  ///
  /// @throws LogDamaged when an entry is missing, or is not what this program wrote
  public static Replayed upTo(LogPosition last, EventLog log, EventCodec codec, Limits limits) {
    return into(new QueueState(limits), LogPosition.START, last, log, codec);
  }

  /// Brings a state back from the newest snapshot that can be read, and from the entries after it;
  /// from all entries when there is none. One whose pieces this program does not know is passed
  /// over.
  ///
  /// @param empty gives an empty state, which becomes the state; another one for each snapshot that
  ///     is passed over, and the one before is used no more
  /// @throws LogDamaged when an entry is missing, or is not what this program wrote
  public static Replayed fromNewest(
      Snapshots snapshots,
      Supplier<QueueState> empty,
      LogPosition last,
      EventLog log,
      EventCodec codec) {
    Optional<Snapshots.Snapshot> newest = snapshots.newestReadable();
    while (newest.isPresent()) {
      Snapshots.Snapshot snapshot = newest.get();
      expectEnd(last, snapshot.position());
      expectReach(log.first(), snapshot.position());
      expectOfThisLog(snapshot, log, codec);
      QueueState state = empty.get();
      if (isKnown(snapshot, state)) {
        return followed(snapshot, state, last, log, codec);
      }
      newest = snapshots.newestReadable(new LogPosition(snapshot.position().value() - 1));
    }
    expectReach(log.first(), LogPosition.START);
    return into(empty.get(), LogPosition.START, last, log, codec);
  }

  private static boolean isKnown(Snapshots.Snapshot snapshot, QueueState empty) {
    try {
      snapshot.pieces().readBy(empty::restore);
      return true;
    } catch (LogDamaged e) {
      LOG.warn(
          "The snapshot of position {} is passed over: an older one, or the log, says the same. {}",
          snapshot.position(),
          e.getMessage());
      return false;
    }
  }

  private static void expectEnd(LogPosition last, LogPosition snapshot) {
    if (snapshot.isAfter(last)) {
      throw new LogDamaged(
          "Expected the log to reach position %s, of which there is a snapshot, but it ends with position %s: its end is lost. Nothing was changed; bring back the missing files."
              .formatted(snapshot, last));
    }
  }

  /// Brings a state back from a snapshot and the entries after it.
  ///
  /// @param empty becomes the state
  /// @param last where the snapshot was taken, or later
  /// @throws LogDamaged when the snapshot is of another log, an entry is missing, or is not what
  ///     this program wrote
  public static Replayed restored(
      Snapshots.Snapshot snapshot,
      QueueState empty,
      LogPosition last,
      EventLog log,
      EventCodec codec) {
    expectReach(log.first(), snapshot.position());
    expectOfThisLog(snapshot, log, codec);
    snapshot.pieces().readBy(empty::restore);
    return followed(snapshot, empty, last, log, codec);
  }

  private static Replayed followed(
      Snapshots.Snapshot snapshot,
      QueueState state,
      LogPosition last,
      EventLog log,
      EventCodec codec) {
    Replayed tail = into(state, snapshot.position(), last, log, codec);
    return last.equals(snapshot.position())
        ? new Replayed(state, last, last, snapshot.at(), 0)
        : tail;
  }

  /// Somebody may have put another log, or other snapshots, into the folder.
  private static void expectOfThisLog(Snapshots.Snapshot snapshot, EventLog log, EventCodec codec) {
    LogPosition position = snapshot.position();
    if (log.first().isAfter(position)) {
      return;
    }
    try (Batches entry = new Batches(log, new LogPosition(position.value() - 1), position)) {
      Instant at = codec.decode(entry.following()).at();
      if (!at.equals(snapshot.at())) {
        throw new LogDamaged(
            "Expected entry %s of the log to be of %s, as the snapshot of this position says, but it is of %s: log and snapshots are not of one home. Nothing was changed; put back those that belong together."
                .formatted(position, snapshot.at(), at));
      }
    }
  }

  private static void expectReach(LogPosition first, LogPosition snapshot) {
    if (first.isAfter(snapshot.next())) {
      throw new LogDamaged(
          "Expected a snapshot of position %d or later, because the log begins with position %s: older entries were dropped; but %s. Nothing was changed; bring back the folder with the snapshots, or a backup of the whole home."
              .formatted(
                  first.value() - 1,
                  first,
                  snapshot.equals(LogPosition.START)
                      ? "there is none that can be read"
                      : "the newest that can be read is of position " + snapshot));
    }
  }

  /// Applies the durable entries after a position, up to another, to a state that is as it was at
  /// the first.
  ///
  /// @throws LogDamaged when an entry is missing, or is not what this program wrote; the state must
  ///     not be used
  public static Replayed into(
      QueueState state, LogPosition after, LogPosition last, EventLog log, EventCodec codec) {
    Applying applying = new Applying(state, after);
    if (last.value() - after.value() < AHEAD_FROM) {
      try (Batches batches = new Batches(log, after, last)) {
        for (var batch = batches.next(); batch != null; batch = batches.next()) {
          applying.all(decode(batch, codec));
        }
      }
    } else {
      try (Ahead<List<LogEntry>> batches =
          new Ahead<>(
              "replay", () -> new Batches(log, after, last), batch -> decode(batch, codec))) {
        batches.forEachRemaining(applying::all);
      }
    }
    return new Replayed(state, after, applying.position, applying.at, applying.changes);
  }

  private static List<LogEntry> decode(List<LogRecord> batch, EventCodec codec) {
    List<LogEntry> entries = new ArrayList<>(batch.size());
    for (LogRecord each : batch) {
      entries.add(codec.decode(each));
    }
    return entries;
  }

  private static final class Applying {
    private final QueueState state;
    private LogPosition position;
    private Instant at = Instant.EPOCH;
    private long changes;

    Applying(QueueState state, LogPosition after) {
      this.state = state;
      this.position = after;
    }

    void all(List<LogEntry> entries) {
      for (LogEntry entry : entries) {
        apply(entry);
        position = entry.position();
        at = entry.at();
        changes += entry.changes();
      }
    }

    private void apply(LogEntry entry) {
      try {
        entry.events().forEach(event -> state.apply(event, entry.at()));
      } catch (IllegalStateException e) {
        throw new LogDamaged(
            "Expected entry %s of the log to follow those before it, but it does not: %s"
                .formatted(entry.position(), e.getMessage()),
            e);
      }
    }
  }

  /// Entries in handfuls, for handing over each alone would cost more than decoding it.
  private static final class Batches implements Ahead.Source<List<LogRecord>> {
    private static final int ENTRIES_MAX = 512;
    private static final int BYTES_MAX = 256 << 10;

    private final LogCursor cursor;
    private final LogPosition last;
    private LogPosition position;

    Batches(EventLog log, LogPosition after, LogPosition last) {
      this.cursor = log.read(after);
      this.position = after;
      this.last = last;
    }

    @Override
    public @Nullable List<LogRecord> next() {
      List<LogRecord> batch = new ArrayList<>();
      for (int bytes = 0;
          last.isAfter(position) && batch.size() < ENTRIES_MAX && bytes < BYTES_MAX; ) {
        LogRecord entry = following();
        batch.add(entry);
        bytes += entry.body().length;
      }
      return batch.isEmpty() ? null : batch;
    }

    private LogRecord following() {
      LogRecord entry = cursor.next();
      if (entry == null || !entry.position().equals(position.next())) {
        throw new LogDamaged(
            "Expected entry %s of the log to be readable, but found %s; replay stopped there"
                .formatted(position.next(), entry == null ? "none" : "entry " + entry.position()));
      }
      position = entry.position();
      return entry;
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
