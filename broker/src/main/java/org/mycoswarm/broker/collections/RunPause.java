package org.mycoswarm.broker.collections;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What others tell a run while it goes on, and where it waits. Thread-safe.
final class RunPause {
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  private boolean cancelled;
  private boolean stopping;

  /// The run ends as soon as it can; what is done stays.
  void cancel() {
    lock.lock();
    try {
      cancelled = true;
      told.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The broker stops; the run goes on when it starts again.
  void stop() {
    lock.lock();
    try {
      stopping = true;
      told.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /// Tries again and again until it succeeds or the run is cancelled.
  ///
  /// @throws InterruptedException when the broker stops
  void until(Attempt attempt) throws InterruptedException {
    while (!isCancelled() && !attempt.succeeds()) {
      await(BETWEEN_ATTEMPTS);
    }
  }

  @FunctionalInterface
  interface Attempt {
    boolean succeeds() throws InterruptedException;
  }

  /// Waits, but no longer than until the run is cancelled.
  ///
  /// @throws InterruptedException when the broker stops
  void await(Duration time) throws InterruptedException {
    pause(time, true);
  }

  /// Waits, also when the run is cancelled.
  ///
  /// @throws InterruptedException when the broker stops
  void rest(Duration time) throws InterruptedException {
    pause(time, false);
  }

  private void pause(Duration time, boolean endsWhenCancelled) throws InterruptedException {
    long nanos = time.toNanos();
    lock.lockInterruptibly();
    try {
      while (!(cancelled && endsWhenCancelled) && !stopping && nanos > 0) {
        nanos = told.awaitNanos(nanos);
      }
      if (stopping) {
        throw new InterruptedException("the broker stops");
      }
    } finally {
      lock.unlock();
    }
  }
}
