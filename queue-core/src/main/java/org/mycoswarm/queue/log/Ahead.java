package org.mycoswarm.queue.log;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads ahead of the one who goes through it: one thread takes parts from a source, others work on
/// them, and the results come out in the order of the source. Bounded: while nobody takes results,
/// the source is left alone. One thread goes through it.
///
/// What the source or the work throws comes out of [#hasNext] and [#next], in its place in the
/// order. Its threads are never interrupted, for that would close the files they read.
public final class Ahead<T> implements Iterator<T>, AutoCloseable {
  /// Where parts come from. Opened, used and closed by one thread.
  public interface Source<R> extends AutoCloseable {
    /// The next part, or null when there are no more.
    @Nullable R next();

    @Override
    void close();
  }

  private static final int WORKERS_MAX = 4;

  private final ExecutorService workers;
  private final Semaphore room;
  private final Thread reader;

  /// An empty result is the end.
  private final BlockingQueue<CompletableFuture<Optional<T>>> results = new LinkedBlockingQueue<>();

  private @Nullable CompletableFuture<Optional<T>> first;
  private volatile boolean isClosed;

  /// @param name of its threads
  public <R> Ahead(String name, Supplier<? extends Source<R>> source, Function<R, T> work) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, WORKERS_MAX);
    workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name(name + "-", 1).factory());
    room = new Semaphore(2 * threads + 2);
    reader = Thread.ofPlatform().daemon().name(name).start(() -> readAll(source, work));
  }

  private <R> void readAll(Supplier<? extends Source<R>> supplier, Function<R, T> work) {
    try (Source<R> source = supplier.get()) {
      room.acquireUninterruptibly();
      for (R part = next(source); part != null; part = next(source)) {
        R one = part;
        results.add(CompletableFuture.supplyAsync(() -> Optional.of(work.apply(one)), workers));
        room.acquireUninterruptibly();
      }
      results.add(CompletableFuture.completedFuture(Optional.empty()));
    } catch (RuntimeException | Error e) {
      results.add(CompletableFuture.failedFuture(e));
    }
  }

  private <R> @Nullable R next(Source<R> source) {
    return isClosed ? null : source.next();
  }

  @Override
  public boolean hasNext() {
    return first().isPresent();
  }

  @Override
  public T next() {
    T result = first().orElseThrow(NoSuchElementException::new);
    first = null;
    room.release();
    return result;
  }

  private Optional<T> first() {
    try {
      if (first == null) {
        first = results.take();
      }
      return first.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogFailure("Expected to read to the end, but the thread was interrupted", e);
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /// Stops reading, and returns once the source is closed.
  @Override
  public void close() {
    isClosed = true;
    room.release();
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    workers.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
