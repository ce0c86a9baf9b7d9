package org.mycoswarm.broker.projection;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the log and keeps the tables up to date, on a thread of its own. When the tables break
/// it replaces them and starts again at the beginning of the log. When that does not help either
/// the tables stay behind, and the queue goes on without them.
///
/// Once the beginning of the log was dropped the tables hold what cannot be made again, so they are
/// not replaced then: their file is closed and opened again, until the trouble has passed.
public final class ProjectionRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectionRunner.class);

  /// New tables, or openings of the same file, in a row that may break before they get beyond the
  /// place where the first ones did.
  static final int REBUILDS_MAX = 3;

  private static final Duration WAIT = Duration.ofMillis(500);

  /// How long entries are gathered for one transaction while nobody waits for the tables: a commit
  /// costs as much as dozens of rows.
  private static final Duration GATHER = Duration.ofMillis(100);

  private final Tables tables;
  private final EntrySource source;
  private final Duration pauseWhenStuck;
  private final Projection projection;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Condition wanted = lock.newCondition();
  private int waiting;
  private LogPosition position;
  private volatile boolean closed;
  private @Nullable Thread thread;

  /// Only the runner's thread looks at these.
  private LogPosition brokeAt = LogPosition.START;
  private int rebuilds;
  private boolean stuck;

  public ProjectionRunner(Tables tables, EntrySource source) {
    this(tables, source, Duration.ofMinutes(1));
  }

  /// @param pauseWhenStuck how long to wait before a transaction that broke every time is tried
  ///     again
  ProjectionRunner(Tables tables, EntrySource source, Duration pauseWhenStuck) {
    this.tables = tables;
    this.source = source;
    this.pauseWhenStuck = pauseWhenStuck;
    this.projection = new Projection(tables);
    this.position = tables.position();
  }

  public void start() {
    thread = Thread.ofPlatform().name("projection").start(this::follow);
  }

  /// The last entry that the tables have seen.
  public LogPosition position() {
    lock.lock();
    try {
      return position;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the tables have seen an entry, so that who wrote it also reads it.
  ///
  /// @return whether they have
  public boolean awaitPosition(LogPosition until, Duration atMost) throws InterruptedException {
    long nanos = atMost.toNanos();
    lock.lockInterruptibly();
    waiting++;
    try {
      if (until.isAfter(position)) {
        wanted.signalAll();
      }
      while (until.isAfter(position)) {
        if (nanos <= 0 || closed) {
          return false;
        }
        nanos = moved.awaitNanos(nanos);
      }
      return true;
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /// Stops after the transaction that runs now. The tables stay open. Twice is fine.
  @Override
  public void close() {
    closed = true;
    wake();
    move(position()); // wakes everyone who waits, this thread too
    Thread running = thread;
    if (running != null) {
      join(running);
    }
  }

  private void follow() {
    boolean checked = false;
    while (!closed) {
      try {
        checked = checked || isOfThisLog();
        turn();
      } catch (InterruptedException e) {
        LOG.warn(
            "The projection's thread was interrupted and stops; the tables stay behind the log");
        return;
      } catch (RuntimeException e) {
        LOG.error(
            "Expected the log's entries after {}, but reading them failed ({}); the tables stay as of that entry"
                + " until the broker starts again",
            position(),
            Tables.firstLine(e),
            e);
        return;
      }
    }
  }

  /// Looks once whether the entry that the tables saw last is the one in the log, and replaces the
  /// tables when it is not: somebody put another log, or other tables, into the home folder.
  private boolean isOfThisLog() throws InterruptedException {
    LogPosition seen = position();
    if (seen.equals(LogPosition.START) || source.first().isAfter(seen)) {
      return true;
    }
    List<LogEntry> entries = source.next(new LogPosition(seen.value() - 1), WAIT);
    if (entries.isEmpty()) {
      return false;
    }
    try {
      replaceIfForeign(seen, Change.cut(entries.getFirst().cause().value()));
    } catch (RuntimeException e) {
      broke(e);
    }
    return true;
  }

  private void replaceIfForeign(LogPosition seen, String cause) {
    String known = tables.cause();
    if (!cause.equals(known)) {
      tables.setAside(
          "entry %s of the log was caused by '%s', but they say '%s'".formatted(seen, cause, known),
          isLogWhole());
      move(tables.position());
    }
  }

  private void turn() throws InterruptedException {
    LogPosition first = source.first();
    if (first.isAfter(position().next())) {
      beginLate(first);
      return;
    }
    List<LogEntry> entries = source.next(position(), WAIT);
    if (entries.isEmpty()) {
      return;
    }
    if (entries.size() < Projection.ENTRIES_PER_TRANSACTION) {
      gather();
      entries = followedBy(entries, source.next(entries.getLast().position(), Duration.ZERO));
    }
    try {
      projection.apply(entries, this::move);
      progressed();
    } catch (RuntimeException e) {
      broke(e);
    }
  }

  /// A gap must break at its own place, not take down what stands before it.
  private static List<LogEntry> followedBy(List<LogEntry> entries, List<LogEntry> more) {
    boolean dense =
        !more.isEmpty() && more.getFirst().position().equals(entries.getLast().position().next());
    return dense ? Stream.concat(entries.stream(), more.stream()).toList() : entries;
  }

  private void gather() throws InterruptedException {
    lock.lock();
    try {
      long nanos = GATHER.toNanos();
      while (!closed && waiting == 0 && nanos > 0) {
        nanos = wanted.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /// The start of the log was dropped, and what showed it is gone.
  private void beginLate(LogPosition first) throws InterruptedException {
    try {
      if (position().isAfter(LogPosition.START)) {
        tables.setAside(
            "they have seen entry %s, but the log begins with %s".formatted(position(), first),
            false);
      }
      projection.beginAfter(new LogPosition(first.value() - 1));
      move(tables.position());
      LOG.warn(
          "The tables are rebuilt from entry {}, with which the log begins: older history was dropped."
              + " Jobs that were submitted before are not listed any more; every job that runs is"
              + " still there. For as long as finished jobs are kept, no blob is deleted, because it"
              + " is not known which ones they refer to.",
          first);
    } catch (RuntimeException e) {
      broke(e);
    }
  }

  private void progressed() {
    if (stuck && position().isAfter(brokeAt)) {
      LOG.info("The tables follow the log again, at entry {}", position());
      stuck = false;
    }
    if (position().isAfter(brokeAt)) {
      rebuilds = 0;
    }
  }

  private void broke(RuntimeException e) throws InterruptedException {
    if (position().isAfter(brokeAt)) {
      rebuilds = 0;
      brokeAt = position();
    }
    if (rebuilds < REBUILDS_MAX) {
      rebuilds++;
      replace(e);
      return;
    }
    boolean isWhole = isLogWhole();
    if (!stuck) {
      stuck = true;
      sayStuck(isWhole, e);
    }
    pause(pauseWhenStuck);
    if (!isWhole && !closed) {
      replace(e);
    }
  }

  private void sayStuck(boolean isWhole, RuntimeException e) {
    LOG.error(
        isWhole
            ? "Expected the tables to take the entries after {}, but {} new ones broke there ({}). The queue goes on;"
                + " jobs, tasks and nodes are shown as of that entry. It is tried again every {} s"
            : "Expected the tables to take the entries after {}, but they broke there, also when they were opened {} times"
                + " again ({}). They are kept, because the start of the log was dropped, and they alone tell of jobs that"
                + " ended before. The queue goes on; it is tried again every {} s. See that their disk has room",
        position(),
        REBUILDS_MAX,
        Tables.firstLine(e),
        pauseWhenStuck.toSeconds(),
        e);
  }

  private boolean isLogWhole() {
    return !source.first().isAfter(LogPosition.START.next());
  }

  private void replace(RuntimeException e) {
    try {
      if (isLogWhole()) {
        tables.setAside(
            "a change after entry " + position() + " failed: " + Tables.firstLine(e), true);
      } else {
        tables.reopen();
      }
      move(tables.position());
    } catch (RuntimeException worse) {
      worse.addSuppressed(e);
      LOG.warn(
          "The tables could not be replaced, or opened again: {}", Tables.firstLine(worse), worse);
    }
  }

  private void pause(Duration time) throws InterruptedException {
    long nanos = time.toNanos();
    lock.lock();
    try {
      while (!closed && nanos > 0) {
        nanos = moved.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      wanted.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void move(LogPosition to) {
    lock.lock();
    try {
      position = to;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void join(Thread running) {
    try {
      running.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
