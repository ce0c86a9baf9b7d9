package org.mycoswarm.queue.engine;

import java.time.Duration;
import java.util.function.Consumer;

/// Gives a writer its turns, on a thread of its own, until it is closed or the log fails.
public final class WriterThread implements AutoCloseable {
  private final QueueWriter writer;
  private final Thread thread;
  private volatile boolean closing;

  /// @param onFailure told when the writer can go on no more; the process should end and replay
  public WriterThread(QueueWriter writer, Consumer<Throwable> onFailure) {
    this.writer = writer;
    this.thread = Thread.ofPlatform().name("queue-writer").unstarted(() -> run(onFailure));
  }

  public void start() {
    thread.start();
  }

  /// Lets the turn in progress finish, and refuses what still waits. Closing twice is fine.
  @Override
  public void close() {
    closing = true;
    writer.stop(null);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Consumer<Throwable> onFailure) {
    try {
      while (!closing) {
        writer.turn(Duration.ofMillis(50));
      }
      writer.finish();
    } catch (InterruptedException e) {
      writer.stop(e);
      writer.finish();
      onFailure.accept(e);
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }
}
