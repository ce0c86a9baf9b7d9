package org.mycoswarm.broker.history;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.EntrySource;
import org.mycoswarm.broker.projection.PastTables;
import org.mycoswarm.broker.projection.PastTables.TooMuch;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.log.LogPosition;

/// The tables, and the state of the queue, as they were at any moment of the log, built when
/// somebody asks and kept for a while, so that turning pages is cheap. Bounded: one is built at
/// a time, of so many changes at most, and few are kept. Thread-safe.
public final class Pasts implements AutoCloseable {
  /// @param changesMax entries, and tasks in them, up to the moment that is asked about; they are
  ///     held in memory twice, about two kilobytes each
  /// @param keptMax how many moments are kept
  /// @param keptFor how long one is kept after it was last asked
  public record Bounds(long changesMax, int keptMax, Duration keptFor) {
    public static final Bounds DEFAULT = new Bounds(250_000, 2, Duration.ofMinutes(1));
  }

  /// @param position the last entry that counts
  /// @param time what "now" was then, not before that entry: what was due by then has come
  public record Moment(LogPosition position, Instant time) {}

  /// Another moment is being built now.
  public static final class Busy extends Exception {
    private static final long serialVersionUID = 1;

    Busy() {
      super("another moment is being built", null, false, false);
    }
  }

  private final EntrySource log;
  private final InstantSource clock;
  private final Bounds bounds;
  private final Limits limits;
  private final Semaphore building = new Semaphore(1);
  private final List<Kept> kept = new ArrayList<>();

  /// @param limits of the queue
  public Pasts(EntrySource log, InstantSource clock, Bounds bounds, Limits limits) {
    this.log = log;
    this.clock = clock;
    this.bounds = bounds;
    this.limits = limits;
  }

  /// The tables and the state of one moment. Whoever got them closes this, and reads them no more.
  public final class Past implements AutoCloseable {
    private final Kept at;

    private Past(Kept at) {
      this.at = at;
    }

    public Tables tables() {
      return at.tables;
    }

    /// Looks at the state of the queue as it was then. The question must not keep it.
    public <T> T look(Function<QueueState, T> question) {
      synchronized (at.state) {
        return question.apply(at.state);
      }
    }

    @Override
    public void close() {
      giveBack(at);
    }
  }

  private static final class Kept {
    final Moment moment;
    final Tables tables;
    final QueueState state;
    int readers = 1;
    Instant usedAt = Instant.EPOCH;

    Kept(Moment moment, Tables tables, QueueState state) {
      this.moment = moment;
      this.tables = tables;
      this.state = state;
    }
  }

  public Bounds bounds() {
    return bounds;
  }

  /// @param moment its position is a durable entry, or the start of the log
  /// @throws Busy when it must be built, and another one is
  /// @throws TooMuch when more happened up to then than is built
  public Past at(Moment moment) throws Busy, TooMuch, InterruptedException {
    Past there = find(moment);
    if (there != null) {
      return there;
    }
    if (!building.tryAcquire()) {
      throw new Busy();
    }
    try {
      Past builtMeanwhile = find(moment);
      return builtMeanwhile != null ? builtMeanwhile : build(moment);
    } finally {
      building.release();
    }
  }

  private synchronized @Nullable Past find(Moment moment) {
    for (Kept each : kept) {
      if (each.moment.equals(moment)) {
        each.readers++;
        return new Past(each);
      }
    }
    return null;
  }

  private Past build(Moment moment) throws TooMuch, InterruptedException {
    keepAtMost(bounds.keptMax() - 1); // makes room before the memory is needed
    QueueState state = new QueueState(limits, new SpecsWithoutPayload());
    Tables tables =
        PastTables.build(
            log,
            moment.position(),
            bounds.changesMax(),
            entry -> entry.events().forEach(event -> state.apply(event, entry.at())));
    state.advance(moment.time());
    Kept built = new Kept(moment, tables, state);
    synchronized (this) {
      kept.add(built);
    }
    return new Past(built);
  }

  private void giveBack(Kept at) {
    synchronized (this) {
      at.readers--;
      at.usedAt = clock.instant();
    }
    keepAtMost(bounds.keptMax());
    CompletableFuture.delayedExecutor(bounds.keptFor().toMillis() + 1, TimeUnit.MILLISECONDS)
        .execute(this::forgetOld);
  }

  private synchronized void keepAtMost(int most) {
    kept.stream()
        .filter(each -> each.readers == 0)
        .sorted(Comparator.comparing((Kept each) -> each.usedAt))
        .limit(Math.max(0, kept.size() - most))
        .toList()
        .forEach(this::forget);
  }

  private synchronized void forgetOld() {
    Instant old = clock.instant().minus(bounds.keptFor());
    kept.stream()
        .filter(each -> each.readers == 0 && !each.usedAt.isAfter(old))
        .toList()
        .forEach(this::forget);
  }

  private void forget(Kept old) {
    kept.remove(old);
    old.tables.close();
  }

  /// Forgets all that nobody reads.
  @Override
  public void close() {
    keepAtMost(0);
  }
}
