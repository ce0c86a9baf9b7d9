package org.mycoswarm.broker.api;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether anything new is taken now: callers are refused with a problem, and what the broker
/// itself submits, for runs of collections and batches that began long ago, waits instead.
/// Thread-safe.
public final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final RoomCheck room;
  private final TablesLag lag;
  private final AtomicBoolean waiting = new AtomicBoolean();

  /// @param durable the log's end
  /// @param shown the last entry in the tables
  public Admission(
      DiskReserve reserve,
      Supplier<LogPosition> durable,
      Supplier<LogPosition> shown,
      InstantSource clock) {
    this(reserve, durable, shown, clock, TablesLag.CHANGES_MAX);
  }

  /// @param changesMax entries and tasks that the tables may be behind before submissions wait
  Admission(
      DiskReserve reserve,
      Supplier<LogPosition> durable,
      Supplier<LogPosition> shown,
      InstantSource clock,
      int changesMax) {
    this.room = new RoomCheck(reserve);
    this.lag = new TablesLag(durable, shown, clock, changesMax);
  }

  RoomCheck room() {
    return room;
  }

  TablesLag lag() {
    return lag;
  }

  /// Whether a job of the broker's own is taken now; if not, ask again in a second. Such jobs wait
  /// earlier than those of callers, because nobody holds a connection for them.
  public boolean takesMore() {
    String why = whyNot();
    boolean mustWait = why != null;
    if (waiting.compareAndSet(!mustWait, mustWait)) {
      LOG.info(
          mustWait
              ? "Runs of collections and batches submit nothing for now and go on by themselves: {}"
              : "Runs of collections and batches submit jobs again",
          why);
    }
    return !mustWait;
  }

  /// Whether the last one that asked had to wait.
  boolean isWaiting() {
    return waiting.get();
  }

  private @Nullable String whyNot() {
    try {
      room.admitNew();
      lag.admitBulk();
      return null;
    } catch (ProblemException e) {
      return e.getMessage();
    }
  }

  /// A job is durable; whoever submits says so, or the tables' lag is counted too low.
  public void submitted(LogPosition position, int tasks) {
    lag.submitted(position, tasks);
  }
}
