package org.mycoswarm.benchmarks.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// How long a task takes from the start of its submission until a worker has it that was waiting.
final class Handover {
  /// The queue is idle for so long before each task, which is more than any of the servers takes to
  /// park the worker's call: a task that comes to a worker who has been waiting.
  private static final long IDLE_NANOS = 3_000_000;

  private final Caller submitter;
  private final Caller worker;
  private final Semaphore waiting = new Semaphore(0);
  private final Latencies latencies = new Latencies();
  private volatile long submittedAt;
  private volatile boolean over;

  Handover(Caller submitter, Caller worker) {
    this.submitter = submitter;
    this.worker = worker;
  }

  Outcome run(double seconds) throws Exception {
    long start = System.nanoTime();
    CompletableFuture<Long> taken =
        CompletableFuture.supplyAsync(this::takeAll, task -> Thread.ofPlatform().start(task));
    do {
      while (!waiting.tryAcquire(1, TimeUnit.SECONDS)) {
        if (taken.isCompletedExceptionally()) {
          taken.join();
        }
      }
      LockSupport.parkNanos(IDLE_NANOS);
      over = System.nanoTime() - start > seconds * 1e9;
      submittedAt = System.nanoTime();
      submitter.submitToWaiting();
    } while (!over);
    long operations = taken.join();
    return Latencies.outcome(List.of(latencies), operations, (System.nanoTime() - start) / 1e9);
  }

  private long takeAll() {
    try {
      long operations = 0;
      do {
        waiting.release();
        worker.take();
        latencies.add(System.nanoTime() - submittedAt);
        worker.finish();
        operations++;
      } while (!over);
      return operations;
    } catch (Exception e) {
      throw new CompletionException(new IOException("The waiting worker failed", e));
    }
  }
}
