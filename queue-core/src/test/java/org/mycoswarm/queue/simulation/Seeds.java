package org.mycoswarm.queue.simulation;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Runs one seed after the other, on a few threads, until one fails or there were enough. Each
/// simulation has one thread.
final class Seeds {
  private static final int THREADS = 2;

  /// @param found the failure of the smallest seed seen, if there was any
  record Result(long ran, Duration took, @Nullable Found found) {
    long perMinute() {
      return ran * 60_000 / Math.max(1, took.toMillis());
    }
  }

  private final long first;
  private final long seedsMax;
  private final Duration timeMax;
  private final Bug bug;
  private final AtomicLong started = new AtomicLong();
  private final AtomicLong ran = new AtomicLong();
  private final AtomicReference<@Nullable Found> found = new AtomicReference<>();

  private Seeds(long first, long seedsMax, Duration timeMax, Bug bug) {
    this.first = first;
    this.seedsMax = seedsMax;
    this.timeMax = timeMax;
    this.bug = bug;
  }

  static Result run(long first, long seedsMax, Duration timeMax, Bug bug) {
    return new Seeds(first, seedsMax, timeMax, bug).run();
  }

  private Result run() {
    long start = System.nanoTime();
    var threads =
        IntStream.range(0, THREADS)
            .mapToObj(i -> Thread.ofPlatform().name("simulation-" + i).start(() -> some(start)))
            .toList();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException("Nobody interrupts the simulations", e);
      }
    }
    return new Result(ran.get(), Duration.ofNanos(System.nanoTime() - start), found.get());
  }

  private void some(long start) {
    while (found.get() == null && System.nanoTime() - start < timeMax.toNanos()) {
      long next = started.getAndIncrement();
      if (next >= seedsMax) {
        return;
      }
      Found one = Found.in(first + next, bug);
      ran.incrementAndGet();
      if (one != null) {
        found.accumulateAndGet(
            one, (a, b) -> a == null || (b != null && b.seed() < a.seed()) ? b : a);
      }
    }
  }
}
