package org.mycoswarm.broker.scheduling;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.DurableListener;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.LogEntry;

/// Where nodes wait for work. A node that finds none is parked until an event could have made some,
/// or a retry falls due, and then asks the writer again. Thread-safe.
public final class LeaseDesk implements DurableListener {
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long changes;
  private boolean closed;

  /// @param clock the one that the writer decides by
  public LeaseDesk(Clock clock) {
    this.clock = clock;
  }

  /// Leases tasks, and waits for the first one when there is none.
  ///
  /// @return what the writer said last: `Accepted` with no lease when there was no work in time
  /// @throws org.mycoswarm.queue.engine.MailboxFull when the writer has no room; nothing was leased
  /// @throws org.mycoswarm.queue.engine.WriterStopped when the broker stops
  public Answer lease(QueueWriter writer, CommandId cause, NodeId node, int tasksMax, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      long seen = changes();
      Answer answer = join(writer, cause, new LeaseTasks(node, tasksMax));
      long left = deadline - System.nanoTime();
      boolean nothing = answer instanceof Answer.Accepted accepted && accepted.leased().isEmpty();
      if (!nothing || left <= 0 || !park(seen, Math.min(left, untilDue(writer)))) {
        return answer;
      }
    }
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    if (entries.stream().flatMap(entry -> entry.events().stream()).anyMatch(LeaseDesk::makesWork)) {
      wake(false);
    }
  }

  /// Sends every parked node away.
  public void close() {
    wake(true);
  }

  private static boolean makesWork(Event event) {
    return switch (event) {
      case Event.JobSubmitted _, Event.TasksAdded _, Event.LeaseEnding _, Event.NodeRegistered _ ->
          true;
      case Event.BrokerStarted _,
          Event.TaskLeased _,
          Event.TaskBuried _,
          Event.TaskSucceeded _,
          Event.JobCancelled _,
          Event.JobFinished _ ->
          false;
    };
  }

  private static Answer join(QueueWriter writer, CommandId cause, LeaseTasks command) {
    try {
      return writer.submit(cause, command).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }

  private long untilDue(QueueWriter writer) {
    Instant now = clock.instant();
    return writer
        .nextDue()
        .map(due -> Math.max(Duration.between(now, due).toNanos(), 1_000_000))
        .orElse(Long.MAX_VALUE);
  }

  private long changes() {
    lock.lock();
    try {
      return changes;
    } finally {
      lock.unlock();
    }
  }

  /// @return false when the desk is closed
  private boolean park(long seen, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!closed && changes == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void wake(boolean closing) {
    lock.lock();
    try {
      changes++;
      closed |= closing;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
