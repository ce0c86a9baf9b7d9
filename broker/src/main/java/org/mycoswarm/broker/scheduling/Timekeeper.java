package org.mycoswarm.broker.scheduling;

import java.time.Duration;
import java.util.ArrayList;
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
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.WriterStopped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns the passing of time into commands: leases whose nodes fell silent are expired.
public final class Timekeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Timekeeper.class);
  private static final Duration TICK = Duration.ofMillis(50);

  /// Shorter pauses are the garbage collector's and the scheduler's, and leases have room for them.
  private static final Duration AWAY_MIN = Duration.ofSeconds(1);

  private static final CommandId CAUSE = new CommandId("timer");
  private static final int LEASES_MAX = 500;

  private final QueueWriter writer;
  private final LeaseDeadlines deadlines;
  private final List<LeaseId> due = new ArrayList<>();
  private final Set<LeaseId> warned = new HashSet<>();
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

  /// The machine slept, or this process was stopped: nodes could not be heard, so their leases run
  /// on by as long.
  void awake(Duration sinceLastTick) {
    Duration away = sinceLastTick.minus(TICK);
    if (away.compareTo(AWAY_MIN) > 0) {
      LOG.warn(
          "Expected a tick every {} ms, but {} s passed; every lease runs on by as long",
          TICK.toMillis(),
          away.toSeconds());
      deadlines.away(away);
    }
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

  /// One tick. What the writer has no room for is tried again with the next one: a lease that was
  /// taken as due can be renewed no more, so it must not be forgotten.
  ///
  /// @return how many leases were given to the writer to expire
  int tick() {
    warn();
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
      long before = System.nanoTime();
      while (!closing.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        awake(Duration.ofNanos(now - before));
        before = now;
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
