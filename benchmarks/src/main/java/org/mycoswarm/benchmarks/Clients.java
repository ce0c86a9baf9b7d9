package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Many callers at once, each doing one thing after the other for a time.
final class Clients {
  /// One step of one caller; counts what it did.
  interface Step {
    int take(int caller) throws IOException, InterruptedException;
  }

  private Clients() {}

  /// @return what all callers did in a second
  static double perSecond(int callers, int seconds, Step step)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    List<Callable<Long>> work = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      int number = caller;
      work.add(
          () -> {
            long done = 0;
            while (System.nanoTime() < end) {
              done += step.take(number);
            }
            return done;
          });
    }
    long sum = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Long> done : threads.invokeAll(work)) {
        sum += done.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("A caller failed", e);
    }
    return sum * 1e9 / (System.nanoTime() - start);
  }
}
