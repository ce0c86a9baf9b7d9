package org.mycoswarm.broker.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.SpecStore;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.engine.Snapshotter;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.log.Snapshots;

/// Takes snapshots of the queue, drops the start of the log where nothing needs it, and rebuilds
/// the state to check it. Any thread may call; one such piece of work is done at a time, because
/// each counts on what another would drop. The writer goes on meanwhile.
public final class LogKeeper {
  /// What the log is made of.
  public record Parts(
      EventLog log,
      EventCodec codec,
      Snapshots snapshots,
      Limits limits,
      Supplier<? extends SpecStore> scratch) {}

  /// @param position of the newest snapshot
  /// @param at when its last entry was decided
  public record Taken(LogPosition position, Instant at) {}

  /// @param before the first entry that was there
  /// @param first the first entry that is there now
  /// @param keptFor what the first entries that stay are needed for. They are dropped by whole
  ///     files, so more may stay than is needed
  public record Dropped(LogPosition before, LogPosition first, String keptFor) {}

  /// @param from the position the replay began after
  public record Rebuilt(QueueState state, LogPosition from, LogPosition position) {}

  private final EventLog log;
  private final EventCodec codec;
  private final Snapshots snapshots;
  private final Limits limits;
  private final Supplier<? extends SpecStore> scratch;
  private final Snapshotter snapshotter;
  private final Supplier<LogPosition> neededByTables;
  private final InstantSource clock;
  private final @Nullable Duration keepHistory;
  private final ReentrantLock working = new ReentrantLock();
  private final LogHolds holds = new LogHolds();
  private final AtomicLong changes;
  private volatile @Nullable Taken newest;

  /// @param changes in the entries since the newest snapshot
  /// @param neededByTables the first entry that the tables still need
  /// @param keepHistory how long entries are kept at least, or null when only what needs them
  ///     counts
  public LogKeeper(
      Parts parts,
      long changes,
      Supplier<LogPosition> neededByTables,
      InstantSource clock,
      @Nullable Duration keepHistory) {
    this.log = parts.log();
    this.codec = parts.codec();
    this.snapshots = parts.snapshots();
    this.limits = parts.limits();
    this.scratch = parts.scratch();
    this.snapshotter = new Snapshotter(log, codec, snapshots, limits, parts.scratch());
    this.changes = new AtomicLong(changes);
    this.neededByTables = neededByTables;
    this.clock = clock;
    this.keepHistory = keepHistory;
  }

  /// Hears of every entry, for [#snapshotIfDue].
  public void durable(List<LogEntry> entries) {
    changes.addAndGet(entries.stream().mapToLong(LogEntry::changes).sum());
  }

  /// Takes a snapshot when enough happened since the newest.
  ///
  /// @param changesSince as [LogEntry#changes] counts them; one entry may hold thousands
  /// @return its position, or nothing when none was due
  /// @throws LogFailure when the disk refuses; the earlier ones are there
  public Optional<LogPosition> snapshotIfDue(long changesSince) {
    return changes.get() < changesSince ? Optional.empty() : snapshot();
  }

  /// Takes a snapshot now.
  ///
  /// @return its position, or nothing when the newest is of the last entry
  /// @throws LogFailure when the disk refuses; the earlier ones are there
  public Optional<LogPosition> snapshot() {
    working.lock();
    try {
      long before = changes.get();
      Optional<LogPosition> taken = snapshotter.takeIfDue(1);
      changes.addAndGet(-before);
      return taken;
    } finally {
      working.unlock();
    }
  }

  /// Drops the start of the log as far as no snapshot, no table, no reader and no wish to keep
  /// history needs it. Nothing is dropped before there are two snapshots that are whole: without
  /// its start the log is worth nothing without one.
  ///
  /// @throws LogFailure when the disk refuses; the next call drops the rest
  /// @throws RuntimeException when the tables cannot say what they need; nothing was dropped
  public Dropped compact() {
    working.lock();
    try {
      Map.Entry<String, LogPosition> needed = firstNeeded();
      return holds.whileNoneIsAdded(
          held ->
              drop(
                  held.map(from -> Map.entry("a reader of the log", from))
                      .filter(reader -> needed.getValue().isAfter(reader.getValue()))
                      .orElse(needed)));
    } finally {
      working.unlock();
    }
  }

  private Dropped drop(Map.Entry<String, LogPosition> needed) {
    LogPosition before = log.first();
    if (needed.getValue().isAfter(before)) {
      log.dropBefore(needed.getValue());
    }
    return new Dropped(before, log.first(), needed.getKey());
  }

  /// Keeps the log from an entry on, if it is there still, for a reader that takes long.
  public LogHolds.Hold hold(LogPosition from) {
    return holds.hold(from);
  }

  private Map.Entry<String, LogPosition> firstNeeded() {
    Map.Entry<String, LogPosition> history =
        keepHistory == null
            ? Map.entry("", log.durable())
            : Map.entry(
                "the history that is to be kept", firstSince(clock.instant().minus(keepHistory)));
    return List.of(
            neededBySnapshots(),
            Map.entry("the tables, or the oldest job that runs", neededByTables.get()),
            history)
        .stream()
        .min(Map.Entry.comparingByValue())
        .orElseThrow();
  }

  private Map.Entry<String, LogPosition> neededBySnapshots() {
    List<LogPosition> there = snapshots.positions().toList();
    boolean twoAreWhole = there.size() >= 2 && there.stream().allMatch(this::isWhole);
    return twoAreWhole
        ? Map.entry("the older snapshot", there.getLast())
        : Map.entry("the next start, for there are not two whole snapshots", LogPosition.START);
  }

  private boolean isWhole(LogPosition position) {
    return snapshots
        .newestReadable(position)
        .filter(found -> found.position().equals(position))
        .isPresent();
  }

  /// The first entry that was decided at a time or later; entries are in the order of their times.
  private LogPosition firstSince(Instant time) {
    long low = log.first().value();
    long high = log.durable().value() + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (entry(middle).at().isBefore(time)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return new LogPosition(Math.min(low, Math.max(log.durable().value(), 0)));
  }

  private LogEntry entry(long position) {
    try (LogCursor cursor = log.read(new LogPosition(position - 1))) {
      LogRecord found = cursor.next();
      if (found == null) {
        throw new IllegalStateException(
            "Expected entry %d to be durable, but it is not".formatted(position));
      }
      return codec.decode(found);
    }
  }

  /// Rebuilds the state as it was at a position, from the start of the log; where that is gone,
  /// from the oldest snapshot that is kept. What is done with it must be quick: meanwhile no
  /// snapshot is taken.
  ///
  /// @param use gets the state, which is nobody's afterwards
  /// @throws LogFailure when older entries were dropped and no snapshot up to there can be read
  public <T> T rebuild(LogPosition position, Function<Rebuilt, T> use) {
    working.lock();
    try {
      SpecStore store = scratch.get();
      try {
        Replay.Replayed replayed = rebuilt(new QueueState(limits, store), position);
        return use.apply(new Rebuilt(replayed.state(), replayed.from(), replayed.position()));
      } finally {
        close(store);
      }
    } finally {
      working.unlock();
    }
  }

  private Replay.Replayed rebuilt(QueueState empty, LogPosition position) {
    return log.first().equals(LogPosition.START.next())
        ? Replay.into(empty, LogPosition.START, position, log, codec)
        : Replay.restored(oldestSnapshot(position), empty, position, log, codec);
  }

  private Snapshots.Snapshot oldestSnapshot(LogPosition atMost) {
    return snapshots
        .positions()
        .filter(position -> !position.isAfter(atMost))
        .sorted()
        .flatMap(position -> snapshots.newestReadable(position).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new LogFailure(
                    "Expected a snapshot of position %s or earlier that can be read, because the log begins with position %s, but there is none"
                        .formatted(atMost, log.first())));
  }

  private static void close(SpecStore store) {
    if (store instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("Expected to close the store of a state", e);
      }
    }
  }

  /// The first entry that is there.
  public LogPosition first() {
    return log.first();
  }

  /// The newest snapshot, if there is one.
  public Optional<Taken> newestSnapshot() {
    Optional<LogPosition> position = snapshots.positions().findFirst();
    Taken known = newest;
    if (position.isPresent()
        && (known == null || !known.position().equals(position.get()))
        && !log.first().isAfter(position.get())) {
      known = new Taken(position.get(), entry(position.get().value()).at());
      newest = known;
    }
    return position.isEmpty() ? Optional.empty() : Optional.ofNullable(known);
  }
}
