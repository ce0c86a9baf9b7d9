package org.mycoswarm.broker.upkeep;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does in the background what keeps the home in order: looks at the room on the disk, takes
/// snapshots, drops history, forgets jobs. What fails is said once and tried again later; the queue
/// goes on without.
public final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final int ROUNDS_BETWEEN_EXPIRIES = 600;
  private static final int ROUNDS_BETWEEN_QUERIES = 60;
  private static final int ROUNDS_AFTER_FAILURE = 60;

  private final LogKeeper log;
  private final JobExpiry jobs;
  private final DiskReserve reserve;
  private final UpkeepSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;
  private boolean failing;
  private boolean isCompactDue;
  private long round;
  private long restUntil;
  private @Nullable Thread thread;

  public Upkeep(LogKeeper log, JobExpiry jobs, DiskReserve reserve, UpkeepSettings settings) {
    this.log = log;
    this.jobs = jobs;
    this.reserve = reserve;
    this.settings = settings;
  }

  public void start() {
    thread = Thread.ofPlatform().name("upkeep").start(this::run);
  }

  /// Stops after the piece of work that runs now. Twice is fine.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try {
      while (pause()) {
        turnAndSay();
        round++;
      }
    } catch (InterruptedException e) {
      LOG.warn(
          "The upkeep was interrupted and stops; no snapshots are taken until the broker starts again");
    }
  }

  private void turnAndSay() throws InterruptedException {
    reserve.lowOnRoom(); // whoever asks looks: the ballast grows again though nobody submits
    if (round < restUntil) {
      return;
    }
    try {
      turn(round % ROUNDS_BETWEEN_EXPIRIES == 0);
      if (round % ROUNDS_BETWEEN_QUERIES == 0) {
        forgetQueries();
      }
      if (failing) {
        failing = false;
        LOG.info("The upkeep of the log works again");
      }
    } catch (RuntimeException e) {
      restUntil = round + ROUNDS_AFTER_FAILURE;
      if (!failing) {
        failing = true;
        LOG.warn(
            "The upkeep of the log failed ({}). The queue goes on; it is tried again every minute",
            e.getMessage(),
            e);
      }
    }
  }

  /// Does what is due now.
  ///
  /// @param expire whether jobs and history are looked for that are too old
  /// @throws RuntimeException when the disk or the tables refuse
  void turn(boolean expire) throws InterruptedException {
    if (!reserve.lowOnRoom()) { // the room that is left is for what finishes work
      log.snapshotIfDue(settings.snapshotChanges()).ifPresent(this::taken);
    }
    if (settings.keepHistory() != null && (expire || isCompactDue)) {
      compact();
    }
    if (expire) {
      int forgotten = 0;
      for (int some = jobs.forgetSome(); some > 0 && !isClosed(); some = jobs.forgetSome()) {
        forgotten += some;
      }
      if (forgotten > 0) {
        LOG.info("Forgot {} jobs that ended more than {} ago", forgotten, settings.keepJobs());
      }
    }
  }

  private void forgetQueries() throws InterruptedException {
    for (int some = jobs.forgetQueries(); some > 0 && !isClosed(); ) {
      some = jobs.forgetQueries();
    }
  }

  private void taken(LogPosition position) {
    LOG.info("Took a snapshot of position {}", position);
    isCompactDue = true;
  }

  /// History grows old by itself, so this is due without a snapshot, too. When it fails it stays
  /// due.
  private void compact() {
    isCompactDue = true;
    LogKeeper.Dropped dropped = log.compact();
    isCompactDue = false;
    if (dropped.first().isAfter(dropped.before())) {
      LOG.info(
          "Dropped the entries before {} of the log; it began with {}",
          dropped.first(),
          dropped.before());
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean pause() throws InterruptedException {
    long nanos = ROUND.toNanos();
    lock.lockInterruptibly();
    try {
      while (!closed && nanos > 0) {
        nanos = closing.awaitNanos(nanos);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }
}
