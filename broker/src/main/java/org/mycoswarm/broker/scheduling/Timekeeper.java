package org.mycoswarm.broker.scheduling;

import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.LeaseWatch;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.WriterStopped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns the passing of time into commands: leases whose nodes fell silent are expired.
public final class Timekeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Timekeeper.class);
  private static final CommandId CAUSE = new CommandId("timer");

  private final QueueWriter writer;
  private final LeaseDeadlines deadlines;
  private final LeaseWatch watch;
  private final Set<LeaseId> warned = new HashSet<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /// @param clock the one of the deadlines
  /// @param onFailure told when time can pass no more; the process should end and replay
  public Timekeeper(
      QueueWriter writer, LeaseDeadlines deadlines, Clock clock, Consumer<Throwable> onFailure) {
    this.writer = writer;
    this.deadlines = deadlines;
    this.watch = new LeaseWatch(clock, deadlines);
    this.thread = Thread.ofPlatform().name("timekeeper").daemon().unstarted(() -> run(onFailure));
  }

  public void start() {
    thread.start();
  }

  /// Says once of a lease that it is about to expire.
  private void warn() {
    Map<LeaseId, NodeId> endangered = deadlines.endangered();
    warned.retainAll(endangered.keySet());
    endangered.forEach(
        (lease, node) -> {
          if (warned.add(lease)) {
            LOG.warn(
                "Expected node '{}' to renew lease '{}', but a third of its time or less is left; it expires then and the task runs again",
                node,
                lease);
          }
        });
  }

  /// What the writer has no room for is tried again with the next tick.
  private void tick() {
    Duration unheard = watch.tick();
    if (!unheard.isZero()) {
      LOG.warn(
          "Expected a tick every {} ms, but {} s passed; every lease runs on by as long",
          LeaseWatch.TICK.toMillis(),
          unheard.toSeconds());
    }
    warn();
    List<LeaseId> due = watch.due();
    while (!due.isEmpty() && expire(due)) {
      watch.expired(due);
      due = watch.due();
    }
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private void run(Consumer<Throwable> onFailure) {
    try {
      while (!closing.await(LeaseWatch.TICK.toMillis(), TimeUnit.MILLISECONDS)) {
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
