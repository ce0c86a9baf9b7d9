package org.mycoswarm.broker.scheduling;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
///
/// A node that died while it was parked looks like one that waits: nothing tells us that its
/// connection is gone. So whoever lets a lease expire, or hands one back because it stops, is sent
/// away before that task is handed out again, or it would go to the same node once more. If the
/// node lives, it asks again at once.
public final class LeaseDesk implements DurableListener {
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Parked> parked = new HashSet<>();
  private final Holders holders = new Holders();
  private long changes;
  private boolean closed;

  /// One call that waits; compared by identity.
  private static final class Parked {
    private final NodeId node;
    private boolean sentAway;

    private Parked(NodeId node) {
      this.node = node;
    }
  }

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
    Parked call = come(node);
    try {
      while (true) {
        long seen = changes();
        Answer answer = join(writer, cause, new LeaseTasks(node, tasksMax));
        long left = deadline - System.nanoTime();
        boolean nothing = answer instanceof Answer.Accepted accepted && accepted.leased().isEmpty();
        if (!nothing || left <= 0 || !park(call, seen, Math.min(left, untilDue(writer)))) {
          return answer;
        }
      }
    } finally {
      go(call);
    }
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    Set<NodeId> gone = holders.goneAfter(entries, state);
    if (entries.stream().flatMap(entry -> entry.events().stream()).anyMatch(LeaseDesk::makesWork)) {
      wake(gone, false);
    }
  }

  /// Sends every parked node away.
  public void close() {
    wake(Set.of(), true);
  }

  /// How many calls wait now.
  int waiting() {
    lock.lock();
    try {
      return lock.getWaitQueueLength(changed);
    } finally {
      lock.unlock();
    }
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
        .map(due -> Math.max(Duration.between(now, due).toNanos(), 0))
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

  private Parked come(NodeId node) {
    Parked call = new Parked(node);
    lock.lock();
    try {
      parked.add(call);
    } finally {
      lock.unlock();
    }
    return call;
  }

  private void go(Parked call) {
    lock.lock();
    try {
      parked.remove(call);
    } finally {
      lock.unlock();
    }
  }

  /// @return false when the call is sent away
  private boolean park(Parked call, long seen, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!closed && !call.sentAway && changes == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !closed && !call.sentAway;
    } finally {
      lock.unlock();
    }
  }

  private void wake(Set<NodeId> gone, boolean closing) {
    lock.lock();
    try {
      parked.stream()
          .filter(call -> gone.contains(call.node))
          .forEach(call -> call.sentAway = true);
      changes++;
      closed |= closing;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
