package org.mycoswarm.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Many callers at once, each doing one thing after the other until the time is over. Platform
/// threads and blocking sockets: with 16 connections nothing costs less.
public final class Load {
  /// One call; counts what it did, 0 when there is nothing left to do.
  public interface Step {
    int take(Caller caller) throws Exception;
  }

  private record Part(long operations, long end, Latencies latencies) {}

  private Load() {}

  /// @param seconds after which no call is started any more
  public static Outcome run(List<? extends Caller> callers, Step step, double seconds)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long deadline = start + (long) (seconds * 1e9);
    List<Callable<Part>> work = new ArrayList<>();
    for (Caller caller : callers) {
      work.add(() -> part(caller, step, deadline));
    }
    List<Part> parts = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers.size())) {
      for (Future<Part> done : threads.invokeAll(work)) {
        parts.add(done.get());
      }
    } catch (ExecutionException e) {
      throw new IOException("A caller failed: " + e.getCause(), e);
    }
    long operations = parts.stream().mapToLong(Part::operations).sum();
    long end = parts.stream().mapToLong(Part::end).max().orElse(start);
    return Latencies.outcome(
        parts.stream().map(Part::latencies).toList(),
        operations,
        Math.max(end - start, 1_000) / 1e9);
  }

  /// The step until so many tasks were begun, and then nothing.
  ///
  /// @param batch tasks of one step
  public static Step upTo(long tasks, int batch, Step step) {
    AtomicLong left = new AtomicLong(tasks);
    return caller -> left.getAndAdd(-batch) > 0 ? step.take(caller) : 0;
  }

  private static Part part(Caller caller, Step step, long deadline) throws Exception {
    Latencies latencies = new Latencies();
    long operations = 0;
    long last = System.nanoTime();
    for (long now = last; now < deadline; now = last) {
      int done = step.take(caller);
      if (done == 0) {
        break;
      }
      last = System.nanoTime();
      latencies.add(last - now);
      operations += done;
    }
    return new Part(operations, last, latencies);
  }
}
