package org.mycoswarm.broker.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.WriterStopped;

/// Turns the passing of time into commands: leases whose nodes fell silent are expired.
public final class Timekeeper implements AutoCloseable {
  private static final CommandId CAUSE = new CommandId("timer");
  private static final int LEASES_MAX = 500;

  private final QueueWriter writer;
  private final LeaseDeadlines deadlines;
  private final List<LeaseId> due = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /// @param onFailure told when time can pass no more; the process should end and replay
  public Timekeeper(QueueWriter writer, LeaseDeadlines deadlines, Consumer<Throwable> onFailure) {
    this.writer = writer;
    this.deadlines = deadlines;
    this.thread = Thread.ofPlatform().name("timekeeper").daemon().unstarted(() -> run(onFailure));
  }

  public void start() {
    thread.start();
  }

  /// One tick. What the writer has no room for is tried again with the next one: a lease that was
  /// taken as due can be renewed no more, so it must not be forgotten.
  ///
  /// @return how many leases were given to the writer to expire
  int tick() {
    due.addAll(deadlines.takeDue());
    int expired = 0;
    while (!due.isEmpty()) {
      List<LeaseId> some = due.subList(0, Math.min(due.size(), LEASES_MAX));
      if (!expire(some)) {
        return expired;
      }
      expired += some.size();
      some.clear();
    }
    return expired;
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private void run(Consumer<Throwable> onFailure) {
    try {
      while (!closing.await(50, TimeUnit.MILLISECONDS)) {
        tick();
      }
    } catch (InterruptedException | RuntimeException e) {
      onFailure.accept(e);
    }
  }

  private boolean expire(List<LeaseId> leases) {
    CompletableFuture<Answer> answer = writer.submit(CAUSE, new ExpireLeases(leases));
    try {
      answer.join();
      return true;
    } catch (CompletionException e) {
      if (e.getCause() instanceof MailboxFull || e.getCause() instanceof WriterStopped) {
        return false;
      }
      throw e;
    }
  }
}
