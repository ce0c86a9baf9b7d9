package org.mycoswarm.queue.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Hands durable entries to whoever follows the log, from any position on: the newest from memory,
/// older ones from the log. Thread-safe; each follower keeps its own position.
public final class EventFeed implements DurableListener {
  private final EventLog log;
  private final EventCodec codec;
  private final int keptMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final ArrayDeque<LogEntry> kept = new ArrayDeque<>();
  private LogPosition durable;

  /// @param keptMax how many of the newest entries are kept in memory
  public EventFeed(EventLog log, EventCodec codec, int keptMax) {
    this.log = log;
    this.codec = codec;
    this.keptMax = keptMax;
    this.durable = log.durable();
  }

  /// The next entries after a position, in order; none when none came within `wait`.
  public List<LogEntry> next(LogPosition after, Duration wait, int entriesMax)
      throws InterruptedException {
    lock.lock();
    try {
      long nanos = wait.toNanos();
      while (!durable.isAfter(after)) {
        if (nanos <= 0) {
          return List.of();
        }
        nanos = more.awaitNanos(nanos);
      }
      LogEntry oldest = kept.peekFirst();
      if (oldest != null && !oldest.position().isAfter(after.next())) {
        // Positions are dense, so the place in the deque follows from the position.
        return kept.stream()
            .skip(after.next().value() - oldest.position().value())
            .limit(entriesMax)
            .toList();
      }
    } finally {
      lock.unlock();
    }
    return readLog(after, entriesMax);
  }

  /// The position of the last entry that followers may see.
  public LogPosition durable() {
    lock.lock();
    try {
      return durable;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until an entry is durable.
  ///
  /// @return false when it was not within `wait`
  public boolean await(LogPosition position, Duration wait) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.NANOSECONDS.convert(wait);
      while (position.isAfter(durable)) {
        if (nanos <= 0) {
          return false;
        }
        nanos = more.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    lock.lock();
    try {
      kept.addAll(entries);
      while (kept.size() > keptMax) {
        kept.removeFirst();
      }
      durable = entries.getLast().position();
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private List<LogEntry> readLog(LogPosition after, int entriesMax) {
    List<LogEntry> entries = new ArrayList<>();
    try (LogCursor cursor = log.read(after)) {
      while (entries.size() < entriesMax) {
        LogRecord entry = cursor.next();
        if (entry == null) {
          break;
        }
        entries.add(codec.decode(entry));
      }
    }
    return entries;
  }
}
