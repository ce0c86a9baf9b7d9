package org.mycoswarm.broker.blobs;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.BlobTables;
import org.mycoswarm.broker.projection.HistoryTables;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.LogPosition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes blobs that no job and no record refers to: uploads that were never submitted, and what a
/// failed upload or a late result left behind. It goes by the tables, and only when they have seen
/// the whole log: what they do not know yet would be lost.
///
/// A blob may be referred to for the first time as long as it is younger than the grace time;
/// storing it again makes it young again.
public final class BlobCollector implements AutoCloseable {
  public static final Duration GRACE = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(BlobCollector.class);

  private final BlobStore blobs;
  private final Tables tables;
  private final BlobTables references;
  private final HistoryTables history;
  private final Supplier<Predicate<BlobHash>> kept;
  private final Supplier<LogPosition> durable;
  private final InstantSource clock;
  private final Duration grace;
  private final Duration keepJobs;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;
  private boolean failing;
  private @Nullable Thread thread;

  /// @param kept asked before each collection: which blobs records name or indexes need
  /// @param durable where the log ends now
  /// @param grace how old a blob must be at least
  /// @param keepJobs how long a job that has ended is kept; zero for ever. Tables that were begun
  ///     without the start of the log do not know what older jobs refer to, so nothing is deleted
  ///     until those would have been forgotten
  public BlobCollector(
      BlobStore blobs,
      Tables tables,
      Supplier<Predicate<BlobHash>> kept,
      Supplier<LogPosition> durable,
      InstantSource clock,
      Duration grace,
      Duration keepJobs) {
    this.blobs = blobs;
    this.tables = tables;
    this.references = new BlobTables(tables);
    this.history = new HistoryTables(tables);
    this.kept = kept;
    this.durable = durable;
    this.clock = clock;
    this.grace = grace;
    this.keepJobs = keepJobs;
  }

  /// Collects every `period`, on a thread of its own.
  public void start(Duration period) {
    thread = Thread.ofVirtual().name("blob-collector").start(() -> run(period));
  }

  /// Deletes what may be deleted now.
  ///
  /// @return how many blobs; empty when the tables have not seen the whole log, and nothing was
  ///     touched
  /// @throws IOException when the disk refuses
  /// @throws RuntimeException when the tables break meanwhile; the rest is left for the next time
  public OptionalInt collect() throws IOException {
    LogPosition end = durable.get();
    if (end.isAfter(tables.position())) {
      return OptionalInt.empty();
    }
    if (mayBeOfLostJobs()) {
      return OptionalInt.of(0);
    }
    Predicate<BlobHash> isKept = kept.get();
    int deleted =
        blobs.collect(
            clock.instant().minus(grace),
            blob -> isKept.test(blob) || references.isReferredTo(blob, end));
    if (deleted > 0) {
      LOG.info("Deleted {} blobs that nothing referred to for {}", deleted, grace);
    }
    return OptionalInt.of(deleted);
  }

  private boolean mayBeOfLostJobs() {
    return history
        .begunLate()
        .filter(begun -> keepJobs.isZero() || clock.instant().isBefore(begun.at().plus(keepJobs)))
        .isPresent();
  }

  /// Stops after the round that runs now. Twice is fine.
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
        running.join(Duration.ofSeconds(30));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(Duration period) {
    try {
      while (pause(period)) {
        collectAndSay();
      }
    } catch (InterruptedException e) {
      LOG.warn(
          "The collector of blobs was interrupted and stops; blobs are kept until the broker starts again");
    }
  }

  private void collectAndSay() {
    try {
      collect();
      if (failing) {
        failing = false;
        LOG.info("Blobs are collected again");
      }
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn(
            "Blobs could not be collected ({}); they are kept, and it is tried again next time",
            e.getMessage(),
            e);
      }
    }
  }

  private boolean pause(Duration period) throws InterruptedException {
    long nanos = period.toNanos();
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
